# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Acme's API, as its (fictitious) documentation describes it.

dialect "acme" {
  version = "v1"
  docs    = "https://docs.acme.example"

  # The arguments that the blocks of a configuration need to reach the emulated vendor.
  config = {
    endpoint = endpoint()
    token    = secret("token")
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
    recipient_at   = "$.to"
    max_recipients = 1
    violation      = "bad_message"
    type_at        = { text = "$.text" }

    reply = {
      status = 201
      body   = { id = new_id("m-99999999") }
    }
  }

  error "bad_token" {
    status = 401
    body   = { error = "bad_token" }
    code   = "bad_token"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "https://docs.acme.example/errors"
  }

  error "bad_message" {
    status = 400
    body   = { error = "bad_message" }
    code   = "bad_message"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "https://docs.acme.example/errors"
  }

  error "too_many" {
    status      = 429
    headers     = { Retry-After = "2" }
    body        = { error = "too_many" }
    code        = "too_many"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 2
    scope       = "sender"
    source      = "https://docs.acme.example/errors"
  }

  idempotency {
    supported = false
  }

  map "text" {
    paths = {
      "text.body" = "$.text"
    }
  }
}
