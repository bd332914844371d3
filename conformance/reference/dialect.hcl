# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# acme does not exist. It takes the Cloud API's message object as it is, for up to 50 recipients at a time, and gives
# each recipient an id. The sources below are of the same kind as the vendor: they say where a real one would tell.

dialect "acme" {
  version = "v1"
  docs    = "https://docs.acme.example/whatsapp"

  config = {
    endpoint       = endpoint()
    api_key        = secret("api_key")
    webhook_secret = secret("webhook_secret")
    verify_token   = secret("verify_token")
  }

  channel_config = {
    sender = number("sender")
    region = "eu"
    label  = [{ key = "team", text = "conformance" }, { key = "floor", number = 2 }]
  }

  options = {
    priority = "$.priority"
    ttl      = "$.ttl"
  }

  callback_url = "$.callback_url"

  arguments = {
    "channel.region" = "$.region"
    "channel.pool"   = "$.pool"
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("api_key")}"
    error = "unauthenticated"
  }

  # Only the third generation takes the tokens.
  auth "body" {
    at     = "$.client_secret"
    value  = secret("api_key")
    error  = "unauthenticated"
    routes = ["token"]
  }

  route "token" {
    method = "POST"
    path   = "/oauth/token"
    accept = "form"
    reply  = { status = 200, body = { access_token = token("access"), token_type = "Bearer", expires_in = 3600 } }
  }

  route "send" {
    method = "POST"
    path   = "/v1/messages"
    accept = "json"

    recipient_at   = "$.recipients[*].to"
    max_recipients = 50
    violation      = "invalid_message"

    type_at = ["$.message.interactive.type", "$.message.type"]

    reply = {
      status = 200
      body = {
        messages = [for i, to in recipients : merge({ to = to, id = new_id("acme-XXXXXXXXXXXXXXXX") }, try(refusals[i].changes, {}))]
      }
    }
  }

  route "signal" {
    method = "POST"
    path   = "/v1/signals"
    accept = "json"
    reply  = { status = 200, body = { success = true } }
  }

  signal {
    route      = "signal"
    message_at = "$.message_id"
    typing_at  = "$.typing"
    to_at      = "$.to"
    source     = "https://docs.acme.example/signals"
  }

  route "lookup" {
    method = "GET"
    path   = "/v1/messages"
    accept = "query"
    reply = {
      status = 200
      body = {
        message = { id = message.id, reference = message.reference, to = digits(message.recipient), status = message.status, time = 1772600767 }
      }
    }
  }

  lookup {
    route          = "lookup"
    keys_at        = ["$.id", "$.reference"]
    id_at          = "$.messages[*].id"
    reference_at   = "$.recipients[*].reference"
    missing        = { status = 404, body = { error = { code = "no_message", title = "there is no such message" } } }
    missing_proves = true
    source         = "https://docs.acme.example/messages#lookup"
  }

  route "upload" {
    method = "POST"
    path   = "/v1/media"
    accept = "multipart"
    reply  = { status = 201, body = { id = new_id("media-XXXXXXXXXXXX") } }
  }

  media_upload {
    route       = "upload"
    content_at  = "$.file"
    type_at     = "$.file~type"
    filename_at = "$.file~filename"
    id_at       = "$.id"
    source      = "https://docs.acme.example/media#upload"
  }

  route "media" {
    method = "GET"
    path   = "/v1/media/{*id}"
    accept = "query"
    reply  = { status = 200, body = "" }
  }

  media_fetch {
    route   = "media"
    id_at   = "$.id"
    expired = { status = 404, body = { error = { code = "no_media", title = "the media is gone" } } }
    source  = "https://docs.acme.example/media#fetch"
  }

  route "templates" {
    method = "GET"
    path   = "/v1/templates"
    accept = "query"
    reply  = { status = 200, body = { templates = templates, next = next } }
  }

  template_list {
    route   = "templates"
    page_at = "$.page"
    words   = { marketing = "MARKETING", utility = "UTILITY", authentication = "AUTHENTICATION" }
    source  = "https://docs.acme.example/templates"
  }

  error "unauthenticated" {
    status = 401
    body   = { error = { code = "auth", title = "unauthenticated" } }
    code   = "auth"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors#auth"
  }

  error "forbidden" {
    status = 403
    body   = { error = { code = "forbidden", title = "forbidden" } }
    code   = "forbidden"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors#forbidden"
  }

  error "invalid_message" {
    status = 400
    body   = { error = { code = "invalid", title = violation == "" ? "the message is invalid" : violation } }
    code   = "invalid"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors#invalid"
  }

  error "bad_recipient" {
    status = 400
    body   = { error = { code = "bad_recipient", title = "invalid recipient" } }
    code   = "bad_recipient"
    reason = "invalid_recipient"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.acme.example/errors#bad_recipient"
  }

  error "unreachable" {
    status       = 422
    body         = { error = { code = "unreachable", title = "recipient unreachable" } }
    code         = "unreachable"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors#unreachable"
  }

  error "opted_out" {
    status       = 422
    body         = { error = { code = "opted_out", title = "opted out" } }
    item         = { changes = { id = "", error = { code = "opted_out", title = "opted out" } } }
    code         = "opted_out"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors#opted_out"
  }

  error "template_rejected" {
    status = 200
    kinds  = ["template"]
    item   = { changes = { error = { code = "no_template", title = "REJECTED" } } } # the message has an id all the same
    code   = "no_template"
    reason = "template_unavailable"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors#template_rejected"
  }

  error "template_unavailable" {
    status = 404
    body   = { error = { code = "no_template", title = "template unavailable" } }
    code   = "no_template"
    reason = "template_unavailable"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors#no_template"
  }

  error "template_mismatch" {
    status       = 422
    body         = { error = { code = "template_mismatch", title = "template mismatch" } }
    code         = "template_mismatch"
    reason       = "template_mismatch"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "https://docs.acme.example/errors#template_mismatch"
  }

  error "window_closed" {
    status       = 422
    body         = { error = { code = "window_closed", title = "outside service window" } }
    code         = "window_closed"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors#window_closed"
  }

  error "sender_unknown" {
    status = 404
    body   = { error = { code = "sender_unknown", title = "misconfigured" } }
    code   = "sender_unknown"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "https://docs.acme.example/errors#sender_unknown"
  }

  error "no_credit" {
    status = 402
    body   = { error = { code = "no_credit", title = "quota exceeded" } }
    code   = "no_credit"
    reason = "quota_exceeded"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors#no_credit"
  }

  error "rate_recipient" {
    status      = 429
    body        = { error = { code = "rate_recipient", title = "rate limited" } }
    headers     = { Retry-After = "6" }
    code        = "rate_recipient"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 6
    scope       = "recipient"
    source      = "https://docs.acme.example/errors#rate_recipient"
  }

  error "rate_sender" {
    status      = 429
    body        = { error = { code = "rate_sender", title = "rate limited" } }
    headers     = { Retry-After = "5" }
    code        = "rate_sender"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 5
    scope       = "sender"
    source      = "https://docs.acme.example/errors#rate_sender"
  }

  error "rate_account" {
    status      = 429
    body        = { error = { code = "rate_account", title = "rate limited" } }
    headers     = { Retry-After = "30" }
    code        = "rate_account"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 30
    scope       = "account"
    source      = "https://docs.acme.example/errors#rate_account"
  }

  error "busy" {
    status      = 503
    body        = { error = { code = "busy", title = "vendor unavailable" } }
    headers     = { Retry-After = "2" }
    code        = "busy"
    reason      = "vendor_unavailable"
    retry       = "after"
    retry_after = 2
    scope       = "account"
    source      = "https://docs.acme.example/errors#busy"
  }

  error "refused" {
    status       = 200
    body         = { error = { code = "refused", title = "vendor rejected" } }
    code         = "refused"
    reason       = "vendor_rejected"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "https://docs.acme.example/errors#refused"
  }

  limit "text" {
    path    = "text.body"
    maximum = 4096
    unit    = "characters"
    source  = "https://docs.acme.example/limits"
  }

  map "text" {
    source = "https://docs.acme.example/messages#text"
    paths = {
      "text.body" = "$.message.text.body"
    }
  }

  map "image" {
    source = "https://docs.acme.example/messages#image"
    paths = {
      "image.link"    = "$.message.image.link"
      "image.caption" = "$.message.image.caption"
    }
  }

  map "video" {
    source = "https://docs.acme.example/messages#video"
    paths = {
      "video.link"    = "$.message.video.link"
      "video.caption" = "$.message.video.caption"
    }
  }

  map "audio" {
    source = "https://docs.acme.example/messages#audio"
    paths = {
      "audio.link" = "$.message.audio.link"
    }
  }

  map "document" {
    source = "https://docs.acme.example/messages#document"
    paths = {
      "document.link"     = "$.message.document.link"
      "document.caption"  = "$.message.document.caption"
      "document.filename" = "$.message.document.filename"
    }
  }

  map "sticker" {
    source = "https://docs.acme.example/messages#sticker"
    paths = {
      "sticker.link" = "$.message.sticker.link"
    }
  }

  map "location" {
    source = "https://docs.acme.example/messages#location"
    paths = {
      "location.latitude"  = "$.message.location.latitude"
      "location.longitude" = "$.message.location.longitude"
      "location.name"      = "$.message.location.name"
      "location.address"   = "$.message.location.address"
    }
  }

  map "reaction" {
    source = "https://docs.acme.example/messages#reaction"
    paths = {
      "reaction.message_id" = "$.message.reaction.message_id"
      "reaction.emoji"      = "$.message.reaction.emoji"
    }
  }

  map "pin" {
    source = "https://docs.acme.example/messages#pin"
    paths = {
      "pin.message_id" = "$.message.pin.message_id"
    }
  }

  map "contacts" {
    source = "https://docs.acme.example/messages#contacts"
    paths = {
      "contacts[*].name.formatted_name"       = "$.message.contacts[*].name.formatted_name"
      "contacts[*].name.first_name"           = "$.message.contacts[*].name.first_name"
      "contacts[*].name.last_name"            = "$.message.contacts[*].name.last_name"
      "contacts[*].name.middle_name"          = "$.message.contacts[*].name.middle_name"
      "contacts[*].name.prefix"               = "$.message.contacts[*].name.prefix"
      "contacts[*].name.suffix"               = "$.message.contacts[*].name.suffix"
      "contacts[*].phones[*].phone"           = "$.message.contacts[*].phones[*].phone"
      "contacts[*].phones[*].type"            = "$.message.contacts[*].phones[*].type"
      "contacts[*].phones[*].wa_id"           = "$.message.contacts[*].phones[*].wa_id"
      "contacts[*].emails[*].email"           = "$.message.contacts[*].emails[*].email"
      "contacts[*].emails[*].type"            = "$.message.contacts[*].emails[*].type"
      "contacts[*].urls[*].url"               = "$.message.contacts[*].urls[*].url"
      "contacts[*].urls[*].type"              = "$.message.contacts[*].urls[*].type"
      "contacts[*].addresses[*].street"       = "$.message.contacts[*].addresses[*].street"
      "contacts[*].addresses[*].city"         = "$.message.contacts[*].addresses[*].city"
      "contacts[*].addresses[*].state"        = "$.message.contacts[*].addresses[*].state"
      "contacts[*].addresses[*].zip"          = "$.message.contacts[*].addresses[*].zip"
      "contacts[*].addresses[*].country"      = "$.message.contacts[*].addresses[*].country"
      "contacts[*].addresses[*].country_code" = "$.message.contacts[*].addresses[*].country_code"
      "contacts[*].addresses[*].type"         = "$.message.contacts[*].addresses[*].type"
      "contacts[*].org.company"               = "$.message.contacts[*].org.company"
      "contacts[*].org.department"            = "$.message.contacts[*].org.department"
      "contacts[*].org.title"                 = "$.message.contacts[*].org.title"
      "contacts[*].birthday"                  = "$.message.contacts[*].birthday"
    }
  }

  map "list" {
    source = "https://docs.acme.example/messages#list"
    paths = {
      "interactive.header.text"                            = "$.message.interactive.header.text"
      "interactive.body.text"                              = "$.message.interactive.body.text"
      "interactive.footer.text"                            = "$.message.interactive.footer.text"
      "interactive.action.button"                          = "$.message.interactive.action.button"
      "interactive.action.sections[*].title"               = "$.message.interactive.action.sections[*].title"
      "interactive.action.sections[*].rows[*].id"          = "$.message.interactive.action.sections[*].rows[*].id"
      "interactive.action.sections[*].rows[*].title"       = "$.message.interactive.action.sections[*].rows[*].title"
      "interactive.action.sections[*].rows[*].description" = "$.message.interactive.action.sections[*].rows[*].description"
    }
  }

  map "button" {
    source = "https://docs.acme.example/messages#button"
    paths = {
      "interactive.header.text"                   = "$.message.interactive.header.text"
      "interactive.body.text"                     = "$.message.interactive.body.text"
      "interactive.footer.text"                   = "$.message.interactive.footer.text"
      "interactive.action.buttons[*].reply.id"    = "$.message.interactive.action.buttons[*].reply.id"
      "interactive.action.buttons[*].reply.title" = "$.message.interactive.action.buttons[*].reply.title"
    }
  }

  map "product" {
    source = "https://docs.acme.example/messages#product"
    paths = {
      "interactive.body.text"                  = "$.message.interactive.body.text"
      "interactive.footer.text"                = "$.message.interactive.footer.text"
      "interactive.action.catalog_id"          = "$.message.interactive.action.catalog_id"
      "interactive.action.product_retailer_id" = "$.message.interactive.action.product_retailer_id"
    }
  }

  map "product_list" {
    source = "https://docs.acme.example/messages#product_list"
    paths = {
      "interactive.header.text"                                             = "$.message.interactive.header.text"
      "interactive.body.text"                                               = "$.message.interactive.body.text"
      "interactive.footer.text"                                             = "$.message.interactive.footer.text"
      "interactive.action.catalog_id"                                       = "$.message.interactive.action.catalog_id"
      "interactive.action.sections[*].title"                                = "$.message.interactive.action.sections[*].title"
      "interactive.action.sections[*].product_items[*].product_retailer_id" = "$.message.interactive.action.sections[*].product_items[*].product_retailer_id"
    }
  }

  map "template" {
    source = "https://docs.acme.example/messages#template"
    paths = {
      "template.name"                                                 = "$.message.template.name"
      "template.language.code"                                        = "$.message.template.language.code"
      "template.components[*].parameters[*].text"                     = "$.message.template.components[*].parameters[*].text"
      "template.components[*].parameters[*].payload"                  = "$.message.template.components[*].parameters[*].payload"
      "template.components[*].parameters[*].coupon_code"              = "$.message.template.components[*].parameters[*].coupon_code"
      "template.components[*].parameters[*].parameter_name"           = "$.message.template.components[*].parameters[*].parameter_name"
      "template.components[*].parameters[*].currency.code"            = "$.message.template.components[*].parameters[*].currency.code"
      "template.components[*].parameters[*].currency.fallback_value"  = "$.message.template.components[*].parameters[*].currency.fallback_value"
      "template.components[*].parameters[*].date_time.fallback_value" = "$.message.template.components[*].parameters[*].date_time.fallback_value"
      "template.components[*].parameters[*].image.link"               = "$.message.template.components[*].parameters[*].image.link"
      "template.components[*].parameters[*].video.link"               = "$.message.template.components[*].parameters[*].video.link"
      "template.components[*].parameters[*].document.link"            = "$.message.template.components[*].parameters[*].document.link"
    }
  }

  idempotency {
    supported = false
  }

  webhook {
    method  = "POST"
    secrets = ["webhook_secret"]
    times   = ["unix", "unix_text", "unix_fraction", "milliseconds", "microseconds", "nanoseconds", "rfc3339", "rfc3339_offset"]

    batch = { events = [for call in events : call.events[0]] }

    signature "hmac-sha256-hex" {
      key     = secret("webhook_secret")
      over    = ["body"]
      exact   = true
      headers = { "X-Acme-Signature" = "sha256={signature}" }
    }

    challenge {
      query  = { "hub.mode" = "subscribe", "hub.verify_token" = secret("verify_token") }
      reply  = "hub.challenge"
      token  = "hub.verify_token"
      source = "https://docs.acme.example/webhooks#challenge"
    }

    event "sent" {
      status = "sent"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "status"
          status = {
            id        = event.message_id
            wamid     = event.wamid
            to        = digits(event.recipient)
            status    = "sent"
            reference = event.reference
          }
        }]
      }
    }

    event "delivered" {
      status = "delivered"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "status"
          status = {
            id        = event.message_id
            wamid     = event.wamid
            to        = digits(event.recipient)
            status    = "delivered"
            reference = event.reference
          }
        }]
      }
    }

    event "read" {
      status = "read"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "status"
          status = {
            id        = event.message_id
            wamid     = event.wamid
            to        = digits(event.recipient)
            status    = "read"
            reference = event.reference
          }
        }]
      }
    }

    event "played" {
      status = "played"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "status"
          status = {
            id        = event.message_id
            wamid     = event.wamid
            to        = digits(event.recipient)
            status    = "played"
            reference = event.reference
          }
        }]
      }
    }

    event "failed" {
      status = "failed"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "status"
          status = {
            id        = event.message_id
            wamid     = event.wamid
            to        = digits(event.recipient)
            status    = "failed"
            reference = event.reference
            error     = { code = event.error_code, title = event.error_message }
          }
        }]
      }
    }

    event "inbound_text" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
          }
        }]
      }
    }

    event "inbound_image" {
      inbound = "image"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "image"
            image     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }
        }]
      }
    }

    event "inbound_video" {
      inbound = "video"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "video"
            video     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }
        }]
      }
    }

    event "inbound_audio" {
      inbound = "audio"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256 }
          }
        }]
      }
    }

    event "inbound_document" {
      inbound = "document"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "document"
            document  = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption, filename = event.filename }
          }
        }]
      }
    }

    event "inbound_sticker" {
      inbound = "sticker"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "sticker"
            sticker   = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256 }
          }
        }]
      }
    }

    event "inbound_location" {
      inbound = "location"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "location"
            location  = { latitude = tonumber(event.latitude), longitude = tonumber(event.longitude), name = event.name, address = event.address }
          }
        }]
      }
    }

    event "inbound_contacts" {
      inbound = "contacts"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "contacts"
            contacts  = [{ name = { formatted_name = event.formatted_name, first_name = event.first_name }, phones = [{ phone = event.phone }] }]
          }
        }]
      }
    }

    event "inbound_reaction" {
      inbound = "reaction"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "reaction"
            reaction  = { message_id = event.context_id, emoji = event.emoji }
          }
        }]
      }
    }

    event "inbound_button" {
      inbound = "button"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "button"
            button    = { payload = event.payload, text = event.text }
            context   = { id = event.context_id }
          }
        }]
      }
    }

    event "inbound_order" {
      inbound = "order"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "order"
            order     = { catalog_id = event.catalog_id, text = event.text, product_items = [{ product_retailer_id = event.product_id, quantity = tonumber(event.quantity), item_price = tonumber(event.price), currency = event.currency }] }
          }
        }]
      }
    }

    event "inbound_list_reply" {
      inbound = "interactive"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id          = event.wamid
            from        = digits(event.recipient)
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "list_reply", list_reply = { id = event.reply_id, title = event.reply_title, description = event.reply_description } }
            context     = { id = event.context_id }
          }
        }]
      }
    }

    event "inbound_button_reply" {
      inbound = "interactive"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id          = event.wamid
            from        = digits(event.recipient)
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "button_reply", button_reply = { id = event.reply_id, title = event.reply_title } }
            context     = { id = event.context_id }
          }
        }]
      }
    }

    event "inbound_voice" {
      inbound = "audio"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, voice = true }
          }
        }]
      }
    }

    event "inbound_referral" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            referral  = { source_url = event.link, source_id = event.referral_id, source_type = "ad", headline = event.headline, ctwa_clid = event.click_id }
          }
        }]
      }
    }

    event "inbound_forwarded" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { forwarded = true }
          }
        }]
      }
    }

    event "inbound_frequently_forwarded" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { frequently_forwarded = true }
          }
        }]
      }
    }

    event "inbound_product_question" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { id = event.context_id, referred_product = { catalog_id = event.catalog_id, product_retailer_id = event.product_id } }
          }
        }]
      }
    }

    event "inbound_identity" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            identity  = { acknowledged = false, created_timestamp = "1772600000", hash = event.identity_hash }
          }
        }]
      }
    }

    event "inbound_group" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            group_id  = event.group_id
          }
        }]
      }
    }

    event "inbound_user" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id           = event.wamid
            timestamp    = event.time
            type         = "text"
            from_user_id = event.user_id
            text         = { body = event.text }
          }
        }]
      }
    }

    event "inbound_edit" {
      inbound = "edit"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "edit"
            edit      = { original_message_id = event.original_id, message = { type = "text", text = { body = event.text } } }
          }
        }]
      }
    }

    event "inbound_revoke" {
      inbound = "revoke"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "revoke"
            revoke    = { original_message_id = event.original_id }
          }
        }]
      }
    }

    event "inbound_system" {
      inbound = "system"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id        = event.wamid
            from      = digits(event.recipient)
            timestamp = event.time
            type      = "system"
            system    = { type = "user_changed_number", body = event.text, wa_id = digits(event.phone) }
          }
        }]
      }
    }

    event "inbound_unsupported" {
      inbound = "unsupported"
      source  = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "message"
          profile = event.profile_name
          message = {
            id          = event.wamid
            from        = digits(event.recipient)
            timestamp   = event.time
            type        = "unsupported"
            unsupported = { type = event.unsupported_type }
            errors      = [{ code = 131051, title = event.reason }]
          }
        }]
      }
    }

    event "template_status" {
      source = "https://docs.acme.example/webhooks#template"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = try(event.tenant, number("sender"))
          kind    = "template"
          template = {
            id       = event.template_id
            name     = event.template_name
            language = event.language
            category = event.category
            status   = event.template_status
            reason   = event.reason
          }
        }]
      }
    }
  }

  schedule {
    at     = "$.send_at"
    times  = ["rfc3339"]
    source = "https://docs.acme.example/messages#send_at"
  }

  samples {
    recipients    = ["+12025550123", "+12025550124", "+12025550125"]
    bad_recipient = "+1"

    template {
      name     = "order_update"
      language = "en_US"
      category = "utility"
    }
  }
}
