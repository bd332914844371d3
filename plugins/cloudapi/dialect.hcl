# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Meta's WhatsApp Cloud API, version 23.0. Sources, by key:
#   M1  Meta's OpenAPI file business-messaging-api_v23.0.yaml (https://github.com/facebook/openapi)
#   M2  the client library pywa (https://github.com/david-lev/pywa)
#   M3  the client library whatsapp-api-js (https://github.com/Secreto31126/whatsapp-api-js)
#   M5  Meta's pages about the webhook "messages" (https://developers.facebook.com/documentation/business-messaging/whatsapp)
#   M8  a copy of Meta's page about business-scoped user ids
#   M9  Meta's overview of webhooks
#
# The schemas use the same keys. The errors are in the family that this dialect extends.

dialect "cloudapi" {
  extends = "meta-cloud"

  config = {
    endpoint     = endpoint()
    access_token = secret("access_token")
    app_secret   = secret("app_secret")
    verify_token = secret("verify_token")
    token_header = "Authorization"
  }

  route "send" {
    method         = "POST"
    path           = "/v23.0/{phone_number_id}/messages"
    accept         = "json"
    recipient_at   = "$.to"
    max_recipients = 1
    type_at        = ["$.interactive.type", "$.type"]
    schema         = "schemas/messages.json"
    violation      = "invalid_parameter"
    source         = "M1, sendMessage"

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(request.body.to, ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXXXXXX"), message_status = "accepted" }]
      }
    }
  }

  route "marketing" {
    method         = "POST"
    path           = "/v23.0/{phone_number_id}/marketing_messages"
    accept         = "json"
    recipient_at   = "$.to"
    max_recipients = 1
    kind           = "template"
    schema         = "schemas/marketing_messages.json"
    violation      = "invalid_parameter"
    source         = "M1, sendMarketingMessage; its schema lacks context and biz_opaque_callback_data, which 360dialog's page about the same call has"

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(request.body.to, ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXXXXXX"), message_status = "accepted" }]
      }
    }
  }

  signal {
    route      = "send"
    message_at = "$.message_id"
    typing_at  = "$.typing_indicator.type"
    reply      = { status = 200, body = { success = true } }
    source     = "M1, MarkMessageRequestPayload and the example \"Send typing indicator and read receipt\""
  }

  route "history" {
    method = "GET"
    path   = "/v23.0/{phone_number_id}/message_history"
    accept = "query"
    source = "M1, getMessageHistory"

    reply = {
      status = 200
      body = {
        data = [{
          id         = "1234567890123456"
          message_id = message.id
          events     = { data = [for s in [message.status] : { id = "2345678901234567", delivery_status = s, timestamp = 1772600767 } if s != "accepted"] }
        }]
      }
    }
  }

  lookup {
    route    = "history"
    keys_at  = ["$.message_id"]
    id_at    = "$.messages[*].id"
    statuses = { sent = "SENT", delivered = "DELIVERED", read = "READ", failed = "FAILED" }
    missing = {
      status = 422
      body   = { error = { message = "The requested message_id was not found in the message history", type = "GraphMethodException", code = 100, fbtrace_id = "A" } }
    }
    source = "M1, getMessageHistory. Nothing says that a message which is not in the history was not taken, nor how a message without a status looks."
  }

  route "upload" {
    method = "POST"
    path   = "/v23.0/{phone_number_id}/media"
    accept = "multipart"
    source = "M1, uploadImage"
    reply  = { status = 200, body = { id = new_id("9999999999999999") } }
  }

  media_upload {
    route       = "upload"
    content_at  = "$.file"
    type_at     = "$.file~type"
    filename_at = "$.file~filename"
    id_at       = "$.id"
    source      = "M1, uploadImage: the parts file and messaging_product"
  }

  route "media_url" {
    method = "GET"
    path   = "/v23.0/{*media}"
    accept = "query"
    source = "M1, retrieveMediaUrl"

    reply = {
      status = 200
      body   = { id = request.body.media, messaging_product = "whatsapp", url = "${endpoint()}/attachments/${request.body.media}" }
    }
  }

  route "media" {
    method = "GET"
    path   = "/attachments/{*media}"
    accept = "query"
    source = "M1, downloadMedia. The path of the URL is chosen here."
    reply  = { status = 200, body = "" }
  }

  media_fetch {
    route   = "media"
    id_at   = "$.media"
    expired = { status = 404, body = "" }
    source  = "M1, retrieveMediaUrl: a URL is valid for 5 minutes. The answer to a URL that is not is chosen here."
  }

  map "text" {
    source = "M2"
    paths = {
      "text.body" = "$.text.body"
    }
  }

  map "image" {
    source = "M1"
    paths = {
      "image.link"    = "$.image.link"
      "image.caption" = "$.image.caption"
    }
  }

  map "video" {
    source = "M1"
    paths = {
      "video.link"    = "$.video.link"
      "video.caption" = "$.video.caption"
    }
  }

  map "audio" {
    source = "M1"
    paths = {
      "audio.link" = "$.audio.link"
    }
  }

  map "document" {
    source = "M1, and M2 for the file name"
    paths = {
      "document.link"     = "$.document.link"
      "document.caption"  = "$.document.caption"
      "document.filename" = "$.document.filename"
    }
  }

  map "sticker" {
    source = "M1"
    paths = {
      "sticker.link" = "$.sticker.link"
    }
  }

  map "location" {
    source = "M1"
    paths = {
      "location.latitude"  = "$.location.latitude"
      "location.longitude" = "$.location.longitude"
      "location.name"      = "$.location.name"
      "location.address"   = "$.location.address"
    }
  }

  map "reaction" {
    source = "M1"
    paths = {
      "reaction.message_id" = "$.reaction.message_id"
      "reaction.emoji"      = "$.reaction.emoji"
    }
  }

  map "contacts" {
    source = "M1"
    paths = {
      "contacts[*].name.formatted_name"       = "$.contacts[*].name.formatted_name"
      "contacts[*].name.first_name"           = "$.contacts[*].name.first_name"
      "contacts[*].name.last_name"            = "$.contacts[*].name.last_name"
      "contacts[*].name.middle_name"          = "$.contacts[*].name.middle_name"
      "contacts[*].name.prefix"               = "$.contacts[*].name.prefix"
      "contacts[*].name.suffix"               = "$.contacts[*].name.suffix"
      "contacts[*].phones[*].phone"           = "$.contacts[*].phones[*].phone"
      "contacts[*].phones[*].type"            = "$.contacts[*].phones[*].type"
      "contacts[*].phones[*].wa_id"           = "$.contacts[*].phones[*].wa_id"
      "contacts[*].emails[*].email"           = "$.contacts[*].emails[*].email"
      "contacts[*].emails[*].type"            = "$.contacts[*].emails[*].type"
      "contacts[*].urls[*].url"               = "$.contacts[*].urls[*].url"
      "contacts[*].urls[*].type"              = "$.contacts[*].urls[*].type"
      "contacts[*].addresses[*].street"       = "$.contacts[*].addresses[*].street"
      "contacts[*].addresses[*].city"         = "$.contacts[*].addresses[*].city"
      "contacts[*].addresses[*].state"        = "$.contacts[*].addresses[*].state"
      "contacts[*].addresses[*].zip"          = "$.contacts[*].addresses[*].zip"
      "contacts[*].addresses[*].country"      = "$.contacts[*].addresses[*].country"
      "contacts[*].addresses[*].country_code" = "$.contacts[*].addresses[*].country_code"
      "contacts[*].addresses[*].type"         = "$.contacts[*].addresses[*].type"
      "contacts[*].org.company"               = "$.contacts[*].org.company"
      "contacts[*].org.department"            = "$.contacts[*].org.department"
      "contacts[*].org.title"                 = "$.contacts[*].org.title"
      "contacts[*].birthday"                  = "$.contacts[*].birthday"
    }
  }

  map "list" {
    source = "M1"
    paths = {
      "interactive.header.text"                            = "$.interactive.header.text"
      "interactive.body.text"                              = "$.interactive.body.text"
      "interactive.footer.text"                            = "$.interactive.footer.text"
      "interactive.action.button"                          = "$.interactive.action.button"
      "interactive.action.sections[*].title"               = "$.interactive.action.sections[*].title"
      "interactive.action.sections[*].rows[*].id"          = "$.interactive.action.sections[*].rows[*].id"
      "interactive.action.sections[*].rows[*].title"       = "$.interactive.action.sections[*].rows[*].title"
      "interactive.action.sections[*].rows[*].description" = "$.interactive.action.sections[*].rows[*].description"
    }
  }

  map "button" {
    source = "M1"
    paths = {
      "interactive.header.text"                   = "$.interactive.header.text"
      "interactive.body.text"                     = "$.interactive.body.text"
      "interactive.footer.text"                   = "$.interactive.footer.text"
      "interactive.action.buttons[*].reply.id"    = "$.interactive.action.buttons[*].reply.id"
      "interactive.action.buttons[*].reply.title" = "$.interactive.action.buttons[*].reply.title"
    }
  }

  map "product" {
    source = "M1"
    paths = {
      "interactive.body.text"                  = "$.interactive.body.text"
      "interactive.footer.text"                = "$.interactive.footer.text"
      "interactive.action.catalog_id"          = "$.interactive.action.catalog_id"
      "interactive.action.product_retailer_id" = "$.interactive.action.product_retailer_id"
    }
  }

  map "product_list" {
    source = "M1"
    paths = {
      "interactive.header.text"                                             = "$.interactive.header.text"
      "interactive.body.text"                                               = "$.interactive.body.text"
      "interactive.footer.text"                                             = "$.interactive.footer.text"
      "interactive.action.catalog_id"                                       = "$.interactive.action.catalog_id"
      "interactive.action.sections[*].title"                                = "$.interactive.action.sections[*].title"
      "interactive.action.sections[*].product_items[*].product_retailer_id" = "$.interactive.action.sections[*].product_items[*].product_retailer_id"
    }
  }

  map "template" {
    source = "M1, and M2 for coupon codes and names of parameters"
    paths = {
      "template.name"                                                 = "$.template.name"
      "template.language.code"                                        = "$.template.language.code"
      "template.components[*].parameters[*].text"                     = "$.template.components[*].parameters[*].text"
      "template.components[*].parameters[*].payload"                  = "$.template.components[*].parameters[*].payload"
      "template.components[*].parameters[*].coupon_code"              = "$.template.components[*].parameters[*].coupon_code"
      "template.components[*].parameters[*].parameter_name"           = "$.template.components[*].parameters[*].parameter_name"
      "template.components[*].parameters[*].currency.code"            = "$.template.components[*].parameters[*].currency.code"
      "template.components[*].parameters[*].currency.fallback_value"  = "$.template.components[*].parameters[*].currency.fallback_value"
      "template.components[*].parameters[*].date_time.fallback_value" = "$.template.components[*].parameters[*].date_time.fallback_value"
      "template.components[*].parameters[*].image.link"               = "$.template.components[*].parameters[*].image.link"
      "template.components[*].parameters[*].video.link"               = "$.template.components[*].parameters[*].video.link"
      "template.components[*].parameters[*].document.link"            = "$.template.components[*].parameters[*].document.link"
    }
  }

  idempotency {
    supported = false # no source documents any
  }

  webhook {
    method  = "POST"
    secrets = ["app_secret"]
    times   = ["unix_text"]
    batch   = { object = "whatsapp_business_account", entry = flatten([for call in events : call.entry]) }

    signature "hmac-sha256-hex" {
      key     = secret("app_secret")
      over    = ["body"]
      headers = { X-Hub-Signature-256 = "sha256={signature}" }
    }

    challenge {
      query  = { "hub.mode" = "subscribe", "hub.verify_token" = secret("verify_token") }
      reply  = "hub.challenge"
      token  = "hub.verify_token"
      source = "M9"
    }

    event "sent" {
      status = "sent"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "sent"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "delivered" {
      status = "delivered"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "delivered"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "read" {
      status = "read"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "read"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "played" {
      status = "played"
      source = "M2: voice messages, in newer versions"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "played"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "failed" {
      status = "failed"
      source = "M1, Statuses and StatusError"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "failed"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
            errors                   = [{ code = tonumber(event.error_code), title = event.error_message, message = event.error_message }]
          }]
        } }] }]
      }
    }

    event "inbound_text" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
          }]
        } }] }]
      }
    }

    event "inbound_image" {
      inbound = "image"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "image"
            image     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }]
        } }] }]
      }
    }

    event "inbound_video" {
      inbound = "video"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "video"
            video     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }]
        } }] }]
      }
    }

    event "inbound_audio" {
      inbound = "audio"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, voice = false }
          }]
        } }] }]
      }
    }

    event "inbound_voice" {
      inbound = "audio"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, voice = true }
          }]
        } }] }]
      }
    }

    event "inbound_document" {
      inbound = "document"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "document"
            document  = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption, filename = event.filename }
          }]
        } }] }]
      }
    }

    event "inbound_sticker" {
      inbound = "sticker"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "sticker"
            sticker   = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, animated = true }
          }]
        } }] }]
      }
    }

    event "inbound_location" {
      inbound = "location"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "location"
            location  = { latitude = tonumber(event.latitude), longitude = tonumber(event.longitude), name = event.name, address = event.address, url = event.link }
          }]
        } }] }]
      }
    }

    event "inbound_contacts" {
      inbound = "contacts"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "contacts"
            contacts  = [{ name = { formatted_name = event.formatted_name, first_name = event.first_name }, phones = [{ phone = event.phone, wa_id = digits(event.phone) }] }]
          }]
        } }] }]
      }
    }

    event "inbound_reaction" {
      inbound = "reaction"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "reaction"
            reaction  = { message_id = event.context_id, emoji = event.emoji }
          }]
        } }] }]
      }
    }

    event "inbound_button" {
      inbound = "button"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "button"
            button    = { payload = event.payload, text = event.text }
            context   = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_list_reply" {
      inbound = "interactive"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from        = digits(event.recipient)
            id          = event.wamid
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "list_reply", list_reply = { id = event.reply_id, title = event.reply_title, description = event.reply_description } }
            context     = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_button_reply" {
      inbound = "interactive"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from        = digits(event.recipient)
            id          = event.wamid
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "button_reply", button_reply = { id = event.reply_id, title = event.reply_title } }
            context     = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_order" {
      inbound = "order"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "order"
            order     = { catalog_id = event.catalog_id, text = event.text, product_items = [{ product_retailer_id = event.product_id, quantity = tonumber(event.quantity), item_price = tonumber(event.price), currency = event.currency }] }
          }]
        } }] }]
      }
    }

    event "inbound_referral" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            referral  = { source_url = event.link, source_id = event.referral_id, source_type = "ad", headline = event.headline, ctwa_clid = event.click_id }
          }]
        } }] }]
      }
    }

    event "inbound_forwarded" {
      inbound = "text"
      source  = "M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { forwarded = true }
          }]
        } }] }]
      }
    }

    event "inbound_product_question" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { from = "12025550100", id = event.context_id, referred_product = { catalog_id = event.catalog_id, product_retailer_id = event.product_id } }
          }]
        } }] }]
      }
    }

    event "inbound_system" {
      inbound = "system"
      source  = "M1, SystemMessage"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "system"
            system    = { type = "user_changed_number", body = event.text, wa_id = digits(event.phone) }
          }]
        } }] }]
      }
    }

    event "inbound_unsupported" {
      inbound = "unsupported"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "unsupported"
            errors    = [{ code = 131051, title = event.reason, message = event.reason, error_data = { details = event.text } }]
          }]
        } }] }]
      }
    }

    event "inbound_user" {
      inbound = "text"
      source  = "M8: a user who hides the number. The name of the id in the message itself is not in M8, so it is left out."
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, user_id = event.user_id }]
          messages = [{
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
          }]
        } }] }]
      }
    }

    event "account_update" {
      source = "M1, Change: other fields than messages"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "group_settings_update", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          groups            = [{ timestamp = event.time, group_id = event.group_id, type = "group_settings_update", request_id = event.id }]
        } }] }]
      }
    }
  }
}
