# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Harbour does not exist. Texts and templates have addresses of their own, and so have the bodies of their errors. A request has
# one text, or templates for many recipients with a result for each.

dialect "harbour" {
  version = "1"
  docs    = "https://docs.harbour.example"

  config = {
    endpoint       = endpoint()
    api_key        = secret("api_key")
    webhook_secret = secret("webhook_secret")
    entity_id      = "retail"
  }

  channel_config = {
    sender         = number("sender")
    application_id = "shop"
  }

  arguments = {
    "provider.entity_id"     = "$.entityId"
    "channel.application_id" = "$.applicationId"
  }

  auth "header" {
    name  = "Authorization"
    value = "App ${secret("api_key")}"
    error = "unauthorized"
  }

  route "text" {
    method         = "POST"
    path           = "/whatsapp/1/message/text"
    accept         = "json"
    kind           = "text"
    recipient_at   = "$.to"
    max_recipients = 1
    violation      = "invalid"
    source         = "https://docs.harbour.example/text"

    reply = {
      status = 200
      body = {
        to           = digits(try(recipients[0], ""))
        messageCount = 1
        messageId    = new_id("h-XXXXXXXX-9999")
        status       = { groupName = "PENDING", name = "PENDING_ENROUTE", description = "On its way" }
      }
    }
  }

  route "templates" {
    method         = "POST"
    path           = "/whatsapp/1/message/template"
    accept         = "json"
    kind           = "template"
    recipient_at   = "$.messages[*].to"
    max_recipients = 100
    violation      = "invalid"
    source         = "https://docs.harbour.example/template"

    reply = {
      status = 200
      body = {
        bulkId = new_id("b-99999999")
        messages = [for i, to in recipients : {
          to           = digits(to)
          messageCount = 1
          messageId    = new_id("h-XXXXXXXX-9999")
          status       = try(refusals[i].status, { groupName = "PENDING", name = "PENDING_ENROUTE", description = "On its way" })
        }]
      }
    }
  }

  error "unauthorized" {
    status = 401
    body   = { requestError = { serviceException = { messageId = "UNAUTHORIZED", text = "Invalid login details" } } }
    code   = "UNAUTHORIZED"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.harbour.example/errors"

    answer "text" {
      body = { errorCode = "UNAUTHORIZED", description = "Invalid login details" }
    }
  }

  error "invalid" {
    status = 400
    kinds  = ["template"]
    body   = { requestError = { serviceException = { messageId = "BAD_REQUEST", text = violation == "" ? "Bad request" : violation } } }
    code   = "BAD_REQUEST"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.harbour.example/errors"
  }

  error "invalid_text" {
    status = 400
    kinds  = ["text"]
    body   = { errorCode = "E400", description = "The text is not valid", action = "Check it", violations = [] }
    code   = "E400"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.harbour.example/errors"
  }

  error "template_paused" {
    status = 200
    kinds  = ["template"]
    item   = { status = { groupName = "REJECTED", name = "REJECTED_TEMPLATE_PAUSED", description = "The template is paused" } }
    code   = "REJECTED_TEMPLATE_PAUSED"
    reason = "template_unavailable"
    retry  = "never"
    scope  = "message"
    source = "https://docs.harbour.example/statuses"
  }

  error "opted_out" {
    status       = 200
    kinds        = ["template"]
    item         = { status = { groupName = "REJECTED", name = "REJECTED_OPTED_OUT", description = "The user wants no messages" } }
    code         = "REJECTED_OPTED_OUT"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "https://docs.harbour.example/statuses"
  }

  error "too_many" {
    status      = 429
    headers     = { Retry-After = "2" }
    body        = { requestError = { serviceException = { messageId = "TOO_MANY_REQUESTS", text = "Too many requests" } } }
    code        = "TOO_MANY_REQUESTS"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 2
    scope       = "account"
    source      = "https://docs.harbour.example/errors"

    answer "text" {
      body = { errorCode = "TOO_MANY_REQUESTS", description = "Too many requests" }
    }
  }

  idempotency {
    supported = false
  }

  map "text" {
    source = "https://docs.harbour.example/text"
    paths = {
      "text.body" = "$.content.text"
    }
  }

  map "template" {
    source = "https://docs.harbour.example/template"
    paths = {
      "template.name"                                        = "$.messages[0].content.templateName"
      "template.language.code"                               = "$.messages[0].content.language"
      "template.components[header].parameters[*].text"       = "$.messages[0].content.templateData.header.placeholder"
      "template.components[header].parameters[*].image.link" = "$.messages[0].content.templateData.header.placeholder"
      "template.components[body].parameters[*].text"         = "$.messages[0].content.templateData.body.placeholders[*]"
    }
  }

  webhook {
    method  = "POST"
    secrets = ["webhook_secret"]
    times   = ["2006-01-02T15:04:05.000-0700"]
    batch   = { results = flatten([for e in events : e.results]) }

    signature "hmac-sha256-hex" {
      key     = secret("webhook_secret")
      over    = ["body"]
      headers = { X-Harbour-Signature = "sha256={signature}" }
    }

    event "delivered" {
      status = "delivered"
      source = "https://docs.harbour.example/reports"
      body = {
        results = [{
          bulkId = "b-1", messageId = event.message_id, callbackData = event.reference, to = digits(event.recipient), doneAt = event.time
          status = { groupName = "DELIVERED", name = "DELIVERED_TO_HANDSET", description = "Delivered" }
        }]
      }
    }

    event "seen" {
      status = "read"
      source = "https://docs.harbour.example/reports"
      body   = { results = [{ messageId = event.message_id, from = digits(event.recipient), to = digits(event.recipient), seenAt = event.time }] }
    }

    event "rejected" {
      status = "failed"
      source = "https://docs.harbour.example/reports"
      body = {
        results = [{
          messageId = event.message_id, callbackData = event.reference, to = digits(event.recipient), doneAt = event.time
          status    = { groupName = "REJECTED", name = event.error_code, description = event.error_message }
        }]
      }
    }
  }

  samples {
    recipients    = ["+12025550123", "+12025550124"]
    bad_recipient = "+1"

    template {
      name     = "order_update"
      language = "en_US"
      category = "utility"
    }
  }
}
