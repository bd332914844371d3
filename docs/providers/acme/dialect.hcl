# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Acme's API as data. The emulator plays the vendor that this file describes, and the conformance suite compares the provider
# with it. Each claim about the vendor has a source: the place in the vendor's documentation.
# https://github.com/wahost/wahost/blob/main/docs/providers/dialect.md describes the language.

dialect "acme" {
  version = "v1"
  docs    = "https://docs.acme.example"

  # The arguments that the blocks of a configuration need to reach the emulated vendor.
  config = {
    endpoint       = endpoint()
    token          = secret("token")
    webhook_secret = secret("webhook_secret")
  }
  channel_config = {
    sender = number("sender")
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("token")}"
    error = "bad_token"
  }

  route "send" {
    method         = "POST"
    path           = "/messages"
    accept         = "json"
    schema         = "schemas/message.json"
    violation      = "bad_message"
    recipient_at   = "$.to"
    max_recipients = 1
    kind           = "text"
    source         = "https://docs.acme.example/messages"

    reply = {
      status = 201
      body   = { id = new_id("m-99999999") }
    }
  }

  map "text" {
    source = "https://docs.acme.example/messages"
    paths = {
      "text.body" = "$.text"
    }
  }

  idempotency {
    supported = false
  }

  samples {
    recipients = ["+12025550123", "+12025550124", "+12025550125"]
  }

  # The rows of the error table in errors.go.

  error "bad_token" {
    status = 401
    body   = { error = "bad_token", detail = "The token is not valid." }
    code   = "bad_token"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors"
  }

  error "bad_message" {
    status = 400
    body   = { error = "bad_message", detail = violation == "" ? "The message is not valid." : violation }
    code   = "bad_message"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors"
  }

  error "bad_number" {
    status       = 422
    body         = { error = "bad_number", detail = "The number has no WhatsApp account." }
    code         = "bad_number"
    reason       = "invalid_recipient"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors"
  }

  error "opted_out" {
    status       = 422
    body         = { error = "opted_out", detail = "The user does not want your messages." }
    code         = "opted_out"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors"
  }

  error "closed" {
    status       = 422
    body         = { error = "closed", detail = "The user did not write within 24 hours." }
    code         = "closed"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.acme.example/errors"
  }

  error "no_credit" {
    status = 402
    body   = { error = "no_credit", detail = "The account has no credit." }
    code   = "no_credit"
    reason = "quota_exceeded"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors"
  }

  error "too_many" {
    status      = 429
    headers     = { Retry-After = "2" }
    body        = { error = "too_many", detail = "Too many messages from this number." }
    code        = "too_many"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 2
    scope       = "sender"
    source      = "https://docs.acme.example/errors"
  }

  webhook {
    method  = "POST"
    times   = ["unix"]
    secrets = ["webhook_secret"]
    batch   = { events = [for call in events : call.events[0]] }

    signature "hmac-sha256-hex" {
      key     = secret("webhook_secret")
      over    = ["body"]
      headers = { X-Acme-Signature = "sha256={signature}" }
    }

    event "sent" {
      status = "sent"
      source = "https://docs.acme.example/webhooks"
      body = { events = [{
        id      = event.id, type = "status", time = event.time, user = digits(event.recipient),
        message = event.message_id, wamid = event.wamid, reference = event.reference, status = "sent"
      }] }
    }

    event "delivered" {
      status = "delivered"
      source = "https://docs.acme.example/webhooks"
      body = { events = [{
        id      = event.id, type = "status", time = event.time, user = digits(event.recipient),
        message = event.message_id, wamid = event.wamid, reference = event.reference, status = "delivered"
      }] }
    }

    event "read" {
      status = "read"
      source = "https://docs.acme.example/webhooks"
      body = { events = [{
        id      = event.id, type = "status", time = event.time, user = digits(event.recipient),
        message = event.message_id, wamid = event.wamid, reference = event.reference, status = "read"
      }] }
    }

    event "failed" {
      status = "failed"
      source = "https://docs.acme.example/webhooks"
      body = { events = [{
        id      = event.id, type = "status", time = event.time, user = digits(event.recipient),
        message = event.message_id, wamid = event.wamid, reference = event.reference, status = "failed",
        error   = event.error_code, detail = event.error_message
      }] }
    }

    event "inbound_text" {
      inbound = "text"
      source  = "https://docs.acme.example/webhooks"
      body = { events = [{
        id    = event.id, type = "message", time = event.time, user = digits(event.recipient),
        wamid = event.wamid, name = event.profile_name, text = event.text
      }] }
    }
  }
}
