# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# The API of Harbor, a vendor that does not exist.

dialect "harbor" {
  version = "v1"
  docs    = "https://docs.harbor.example"

  config = {
    endpoint       = endpoint()
    api_key        = secret("api_key")
    webhook_secret = secret("webhook_secret")
  }
  channel_config = {
    sender = number("sender")
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("api_key")}"
    error = "bad_key"
  }

  route "send" {
    method         = "POST"
    path           = "/v1/messages"
    accept         = "json"
    recipient_at   = "$.to"
    max_recipients = 1
    schema         = "schemas/message.json"
    violation      = "bad_message"
    type_at        = "$.type"
    source         = "https://docs.harbor.example/messages"

    reply = {
      status = 202
      body   = { id = new_id("hb-XXXXXXXXXXXXXXXX") }
    }
  }

  map "text" {
    source = "https://docs.harbor.example/messages#text"
    paths  = { "text.body" = "$.text.body" }
  }

  map "image" {
    source = "https://docs.harbor.example/messages#image"
    paths = {
      "image.link"    = "$.image.link"
      "image.caption" = "$.image.caption"
    }
  }

  error "bad_key" {
    status = 401
    body   = { error = { code = "bad_key", message = "The API key is not valid." } }
    code   = "bad_key"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.harbor.example/errors"
  }

  error "suspended" {
    status = 403
    body   = { error = { code = "suspended", message = "The account is suspended." } }
    code   = "suspended"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "https://docs.harbor.example/errors"
  }

  error "no_credit" {
    status = 402
    body   = { error = { code = "no_credit", message = "There is no credit left." } }
    code   = "no_credit"
    reason = "quota_exceeded"
    retry  = "never"
    scope  = "account"
    source = "https://docs.harbor.example/errors"
  }

  error "bad_message" {
    status = 400
    body   = { error = { code = "bad_message", message = violation == "" ? "The message is not valid." : violation } }
    code   = "bad_message"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.harbor.example/errors"
  }

  error "bad_recipient" {
    status = 400
    body   = { error = { code = "bad_recipient", message = "The number is not valid." } }
    code   = "bad_recipient"
    reason = "invalid_recipient"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.harbor.example/errors"
  }

  error "unreachable" {
    status       = 422
    body         = { error = { code = "unreachable", message = "The number is not on WhatsApp." } }
    code         = "unreachable"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.harbor.example/errors"
  }

  error "opted_out" {
    status       = 422
    body         = { error = { code = "opted_out", message = "The recipient does not want messages." } }
    code         = "opted_out"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.harbor.example/errors"
  }

  error "window_closed" {
    status       = 422
    body         = { error = { code = "window_closed", message = "The recipient has not written within 24 hours." } }
    code         = "window_closed"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.harbor.example/errors"
  }

  error "unknown_sender" {
    status = 404
    body   = { error = { code = "unknown_sender", message = "The number is not one of the account." } }
    code   = "unknown_sender"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "https://docs.harbor.example/errors"
  }

  error "too_many" {
    status      = 429
    headers     = { Retry-After = "3" }
    body        = { error = { code = "too_many", message = "Too many requests for this number." } }
    code        = "too_many"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 3
    scope       = "sender"
    source      = "https://docs.harbor.example/errors"
  }

  error "maintenance" {
    status      = 503
    headers     = { Retry-After = "60" }
    body        = { error = { code = "maintenance", message = "Maintenance is under way." } }
    code        = "maintenance"
    reason      = "vendor_unavailable"
    retry       = "after"
    retry_after = 60
    scope       = "account"
    source      = "https://docs.harbor.example/errors"
  }

  idempotency {
    supported = false
  }

  webhook {
    method  = "POST"
    secrets = ["webhook_secret"]
    batch   = { events = flatten([for e in events : e.events]) }

    signature "hmac-sha256-hex" {
      key     = secret("webhook_secret")
      over    = ["body"]
      headers = { X-Harbor-Signature = "sha256={signature}" }
      exact   = true
    }

    event "sent" {
      status = "sent"
      source = "https://docs.harbor.example/callbacks"
      body = {
        events = [{
          id = event.id, time = event.time, message_id = event.message_id, reference = event.reference, from = "+${number("sender")}",
          to = event.recipient, status = "sent"
        }]
      }
    }

    event "delivered" {
      status = "delivered"
      source = "https://docs.harbor.example/callbacks"
      body = {
        events = [{
          id = event.id, time = event.time, message_id = event.message_id, reference = event.reference, from = "+${number("sender")}",
          to = event.recipient, status = "delivered"
        }]
      }
    }

    event "read" {
      status = "read"
      source = "https://docs.harbor.example/callbacks"
      body = {
        events = [{
          id = event.id, time = event.time, message_id = event.message_id, reference = event.reference, from = "+${number("sender")}",
          to = event.recipient, status = "read"
        }]
      }
    }

    event "failed" {
      status = "failed"
      source = "https://docs.harbor.example/callbacks"
      body = {
        events = [{
          id = event.id, time = event.time, message_id = event.message_id, reference = event.reference, from = "+${number("sender")}",
          to = event.recipient, status = "failed", error = { code = event.error_code, message = "The message was not delivered." }
        }]
      }
    }
  }

  samples {
    recipients = ["+14155550123", "+4915112345678", "+919900112233"]
  }
}
