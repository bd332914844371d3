# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# What msg/submit and MMLite of InnoPaaS' WhatsApp API v3 have in common. Sources, by key:
#   SI  the vendor's page "WhatsApp Message", Chinese edition
#       (https://docs.innopaas.com/api-reference/whatsapp-business-api/whatsapp-business-api/xiao-xi-message)
#   I1  its page on getting started and public headers (https://docs.innopaas.com/api-reference/api-reference-en)
#   I5  its page on configuring webhooks; I6, I7, I8 the pages on message status, inbound messages, template status
#   G2  a third party's account of callbacks, from screenshots of the console
#   I9  its page on custom error codes, of which no copy goes beyond code 115 and a few later ones
#   C1  the public documents of the API's previous generation
#       (https://github.com/chuanglan-international/whatsapp, api_cn/whatsapp_message.md)
#
#
# No source shows an answer of the v3 API: status 200 with {code, message, data} is C1's. The texts of messages
# are the emulator's own.

dialect "innopaas-common" {
  version = "v3"
  docs    = "https://docs.innopaas.com/api-reference/api-reference-en/whatsapp-business-api/whatsapp-business-api/message"

  channel_config = {
    waba_id     = "100000000000001"
    send_number = "+${number("sender")}"
  }

  auth "header" {
    name  = "AppKey"
    value = secret("app_key")
    error = "unauthenticated"
  }

  auth "header" {
    name  = "Authorization" # the bare token, as in I1's example
    value = secret("authorization")
    error = "unauthenticated"
  }

  error "unauthenticated" {
    status = 401
    body   = { code = "", message = "authentication failure", data = null }
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "I1: authentication failure is returned. Neither its code nor its HTTP status is documented; 401 without a code is chosen here."
  }

  error "invalid_request" {
    status = 400
    body   = { code = "", message = violation, data = null }
    reason = "vendor_rejected"
    retry  = "never"
    scope  = "message"
    source = "Not documented: no source says how a request that breaks the field tables is answered. 400 without a code is chosen here."
  }

  error "unknown_account" {
    status = 200
    body   = { code = "101", message = "account does not exist", data = null }
    code   = "101"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "I9, code 101: the account does not exist. The HTTP status is not documented; 200 is chosen here."
  }

  error "wrong_password" {
    status = 200
    body   = { code = "102", message = "wrong password", data = null }
    code   = "102"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "I9, code 102: wrong password. The HTTP status is not documented; 200 is chosen here."
  }

  error "uid_too_long" {
    status = 200
    body   = { code = "105", message = "uid too long", data = null }
    code   = "105"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "I9, code 105: uid is longer than 128 characters. The HTTP status is not documented; 200 is chosen here."
  }

  error "bad_number" {
    status = 200
    body   = { code = "108", message = "phone number format error", data = null }
    code   = "108"
    reason = "invalid_recipient"
    retry  = "never"
    scope  = "recipient"
    source = "I9, code 108: format of the phone number. The HTTP status is not documented; 200 is chosen here."
  }

  error "bad_number_count" {
    status = 200
    body   = { code = "109", message = "number count error", data = null }
    code   = "109"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "I9, code 109: wrong count of numbers. The HTTP status is not documented; 200 is chosen here."
  }

  error "no_balance" {
    status = 200
    body   = { code = "110", message = "insufficient balance", data = null }
    code   = "110"
    reason = "quota_exceeded"
    retry  = "never"
    scope  = "account"
    source = "I9, code 110: the balance is insufficient. The HTTP status is not documented; 200 is chosen here."
  }

  error "product_configuration" {
    status = 200
    body   = { code = "112", message = "product configuration error", data = null }
    code   = "112"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "I9, code 112: product configuration. The HTTP status is not documented; 200 is chosen here."
  }

  error "client_ip" {
    status = 200
    body   = { code = "114", message = "client IP not allowed", data = null }
    code   = "114"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "I9, code 114: client IP is not allowed. The HTTP status is not documented; 200 is chosen here."
  }

  error "no_domestic_permission" {
    status = 200
    body   = { code = "115", message = "no domestic permission", data = null }
    code   = "115"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "I9, code 115: no domestic permission. The HTTP status is not documented; 200 is chosen here."
  }

  error "unknown_sender" {
    status = 200
    body   = { code = "118", message = "sending number does not exist", data = null }
    code   = "118"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "I9, code 118: the sending number does not exist. The HTTP status is not documented; 200 is chosen here."
  }

  error "unknown_template" {
    status = 200
    body   = { code = "143", message = "WhatsApp Template Not Found", data = null }
    code   = "143"
    reason = "template_unavailable"
    retry  = "never"
    scope  = "message"
    source = "C1, code 143 of the API's previous generation, template not found. Not confirmed for v3; HTTP status 200 is chosen here."
  }

  error "wrong_address" {
    status = 404
    body   = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "RFC 9110, section 15.5.5: nothing is at the address, so the endpoint or MMLite's send_path is wrong. The page is chosen here."
  }

  error "proxy_wants_password" {
    status = 407
    body   = ""
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "RFC 9110, section 15.5.8: the answer of a proxy between provider and vendor."
  }

  idempotency {
    supported = false # no source documents any
  }

  webhook {
    method = "POST"

    headers = {
      UserName      = secret("callback_username")
      Authorization = secret("callback_authorization")
    }

    # I5's headers and G2's signature contradict each other: the emulator sends both, and the provider wants all that is
    # configured. The signature does not cover the body (G2).
    secrets = ["callback_username", "callback_authorization", "callback_secret"]
    times   = ["rfc3339", "datetime_utc"] # C2's examples; I5

    signature "hmac-sha256-hex" {
      key     = secret("callback_secret")
      over    = ["timestamp", "nonce", "username"]
      fields  = { username = secret("callback_username") }
      headers = { X-CALLBACK-ID = "timestamp={timestamp};nonce={nonce};username={username};signature={signature}" }
    }

    # Bodies refer to: event.id, time, message_id, wamid, reference, recipient, and what the event itself needs.

    event "delivered" {
      status = "delivered"
      source = "I5 (envelope), I6 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_message_status_updated"
        eventTime = event.time
        body = {
          id          = event.message_id
          accountName = "IW000001"
          wabaId      = try(event.tenant, "100000000000001")
          status      = "delivered"
          wamid       = event.wamid
          sendPhone   = digits(event.recipient)
          uid         = event.reference
        }
      }
    }

    event "read" {
      status = "read"
      source = "I5 (envelope), I6 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_message_status_updated"
        eventTime = event.time
        body = {
          id          = event.message_id
          accountName = "IW000001"
          wabaId      = try(event.tenant, "100000000000001")
          status      = "read"
          wamid       = event.wamid
          sendPhone   = digits(event.recipient)
          uid         = event.reference
        }
      }
    }

    event "failed" {
      status = "failed"
      source = "I5 (envelope), I6 (body): errorCode is Meta's code, as a string"
      body = {
        id        = event.id
        type      = "whatsapp_message_status_updated"
        eventTime = event.time
        body = {
          id          = event.message_id
          accountName = "IW000001"
          wabaId      = try(event.tenant, "100000000000001")
          status      = "failed"
          wamid       = event.wamid
          sendPhone   = digits(event.recipient)
          uid         = event.reference
          errorData   = { errorCode = event.error_code, errorMessage = event.error_message }
        }
      }
    }
  }
}
