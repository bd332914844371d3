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
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("api_key")}"
    error = "unauthenticated"
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
        messages = [for to in recipients : { to = to, id = new_id("acme-XXXXXXXXXXXXXXXX") }]
      }
    }
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
    status = 422
    body   = { error = { code = "unreachable", title = "recipient unreachable" } }
    code   = "unreachable"
    reason = "recipient_unreachable"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.acme.example/errors#unreachable"
  }

  error "opted_out" {
    status = 422
    body   = { error = { code = "opted_out", title = "opted out" } }
    code   = "opted_out"
    reason = "opted_out"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.acme.example/errors#opted_out"
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
    status = 422
    body   = { error = { code = "template_mismatch", title = "template mismatch" } }
    code   = "template_mismatch"
    reason = "template_mismatch"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors#template_mismatch"
  }

  error "window_closed" {
    status = 422
    body   = { error = { code = "window_closed", title = "outside service window" } }
    code   = "window_closed"
    reason = "outside_service_window"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.acme.example/errors#window_closed"
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
    status = 429
    body   = { error = { code = "rate_recipient", title = "rate limited" } }
    headers = { Retry-After = "6" }
    code   = "rate_recipient"
    reason = "rate_limited"
    retry  = "after"
    scope  = "recipient"
    source = "https://docs.acme.example/errors#rate_recipient"
  }

  error "rate_sender" {
    status = 429
    body   = { error = { code = "rate_sender", title = "rate limited" } }
    headers = { Retry-After = "5" }
    code   = "rate_sender"
    reason = "rate_limited"
    retry  = "after"
    scope  = "sender"
    source = "https://docs.acme.example/errors#rate_sender"
  }

  error "rate_account" {
    status = 429
    body   = { error = { code = "rate_account", title = "rate limited" } }
    headers = { Retry-After = "30" }
    code   = "rate_account"
    reason = "rate_limited"
    retry  = "after"
    scope  = "account"
    source = "https://docs.acme.example/errors#rate_account"
  }

  error "busy" {
    status = 503
    body   = { error = { code = "busy", title = "vendor unavailable" } }
    headers = { Retry-After = "2" }
    code   = "busy"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "account"
    source = "https://docs.acme.example/errors#busy"
  }

  error "refused" {
    status = 200
    body   = { error = { code = "refused", title = "vendor rejected" } }
    code   = "refused"
    reason = "vendor_rejected"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors#refused"
  }

  limit "text" {
    path    = "text.body"
    maximum = 4096
    unit    = "characters"
    source  = "https://docs.acme.example/limits"
  }

  webhook {
    method = "POST"

    event "sent" {
      status = "sent"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = number("sender")
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
          account = number("sender")
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
          account = number("sender")
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

    event "failed" {
      status = "failed"
      source = "https://docs.acme.example/webhooks#status"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = number("sender")
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
      source = "https://docs.acme.example/webhooks#message"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = number("sender")
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

    event "template_status" {
      source = "https://docs.acme.example/webhooks#template"
      body = {
        events = [{
          id      = event.id
          time    = event.time
          account = number("sender")
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
