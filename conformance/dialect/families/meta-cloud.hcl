# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# The WhatsApp Cloud API as Meta documents it, for vendors that take the same requests. A dialect that extends it
# brings its own config, credentials and samples, and replaces what its vendor does differently.

dialect "meta-cloud" {
  version = "v23.0"
  docs    = "https://developers.facebook.com/docs/whatsapp/cloud-api"

  config = {
    endpoint     = endpoint()
    access_token = secret("access_token")
  }

  channel_config = {
    phone_number_id = "100000000000001"
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("access_token")}"
    error = "token"
  }

  route "send" {
    method       = "POST"
    path         = "/v23.0/{phone_number_id}/messages"
    accept       = "json"
    recipient_at = "$.to"
    type_at      = ["$.interactive.type", "$.type"]

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(recipients[0], ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXX") }]
      }
    }
  }

  error "token" {
    status = 401
    body   = { error = { message = "Invalid OAuth access token", type = "OAuthException", code = 190 } }
    code   = "190"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "Meta, Cloud API error codes: 190, access token expired"
  }

  error "throughput" {
    status       = 429
    body         = { error = { message = "Rate limit hit", code = 130429 } }
    code         = "130429"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "sender"
    asynchronous = true
    source       = "Meta, Cloud API error codes: 130429, rate limit hit"
  }

  error "window" {
    status       = 400
    body         = { error = { message = "Re-engagement message", code = 131047 } }
    code         = "131047"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "Meta, Cloud API error codes: 131047, re-engagement message"
  }

  error "parameters" {
    status = 400
    body   = { error = { message = "Number of parameters does not match", code = 132000 } }
    code   = "132000"
    reason = "template_mismatch"
    retry  = "never"
    scope  = "message"
    source = "Meta, Cloud API error codes: 132000, template parameter count mismatch"
  }

  samples {
    recipients    = ["+12025550123"]
    bad_recipient = "+1"

    template {
      name     = "hello_world"
      language = "en_US"
      category = "utility"
    }
  }
}
