# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Formpost does not exist. Requests are forms; the message is JSON in one of their fields.

dialect "formpost" {
  version = "v1"
  docs    = "https://docs.formpost.example"

  config = {
    endpoint = endpoint()
    api_key  = secret("api_key")
  }

  channel_config = {
    sender = number("sender")
  }

  auth "header" {
    name  = "apikey"
    value = secret("api_key")
    error = "unauthenticated"
  }

  route "send" {
    method = "POST"
    path   = "/wa/api/v1/msg"
    accept = "form"

    recipient_at   = "$.destination"
    max_recipients = 1
    type_at        = "$.message~json.type"

    violation = "invalid_message"

    reply = {
      status = 202
      body   = { status = "submitted", messageId = new_id("XXXXXXXX-9999-XXXX-XXXXXXXXXXXX") }
    }
  }

  error "unauthenticated" {
    status = 401
    body   = { status = "error", code = "1001", message = "Authentication Failed" }
    code   = "1001"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.formpost.example/errors#1001"
  }

  error "invalid_destination" {
    status = 400
    body   = { status = "error", code = "1002", message = "Invalid Destination" }
    code   = "1002"
    reason = "invalid_recipient"
    retry  = "never"
    scope  = "recipient"
    source = "https://docs.formpost.example/errors#1002"
  }

  error "invalid_message" {
    status = 400
    body   = { status = "error", code = "1003", message = violation == "" ? "Invalid Message" : violation }
    code   = "1003"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.formpost.example/errors#1003"
  }

  error "wallet_empty" {
    status = 200
    body   = { status = "error", code = "1004", message = "Wallet Balance Too Low" }
    code   = "1004"
    reason = "quota_exceeded"
    retry  = "never"
    scope  = "account"
    source = "https://docs.formpost.example/errors#1004: refused with a status of success"
  }

  error "too_many_requests" {
    status  = 429
    headers = { Retry-After = "3" }
    body    = { status = "error", code = "", message = "Too Many Requests" }
    reason  = "rate_limited"
    retry   = "after"
    scope   = "account"
    retry_after = 3
    source  = "https://docs.formpost.example/errors#rate"
  }

  idempotency {
    supported = false
  }

  map "text" {
    source = "https://docs.formpost.example/messages#text"
    paths = {
      "text.body" = "$.message~json.text"
    }
  }

  map "image" {
    source = "https://docs.formpost.example/messages#image"
    paths = {
      "image.link"    = "$.message~json.originalUrl"
      "image.caption" = "$.message~json.caption"
    }
  }

  map "list" {
    source = "https://docs.formpost.example/messages#list"
    paths = {
      "interactive.header.text"                            = "$.message~json.title"
      "interactive.body.text"                              = "$.message~json.body"
      "interactive.footer.text"                            = "$.message~json.caption"
      "interactive.action.button"                          = "$.message~json.globalButtons[0].title"
      "interactive.action.sections[*].title"               = "$.message~json.items[*].title"
      "interactive.action.sections[*].rows[*].id"          = "$.message~json.items[*].options[*].postbackText"
      "interactive.action.sections[*].rows[*].title"       = "$.message~json.items[*].options[*].title"
      "interactive.action.sections[*].rows[*].description" = "$.message~json.items[*].options[*].description"
    }
  }

  map "button" {
    source = "https://docs.formpost.example/messages#quick_reply"
    paths = {
      "interactive.header.text"                   = "$.message~json.content.header"
      "interactive.body.text"                     = "$.message~json.content.text"
      "interactive.footer.text"                   = "$.message~json.content.caption"
      "interactive.action.buttons[*].reply.id"    = "$.message~json.options[*].postbackText"
      "interactive.action.buttons[*].reply.title" = "$.message~json.options[*].title"
    }
  }
}
