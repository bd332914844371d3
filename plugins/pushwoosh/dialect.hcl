# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Pushwoosh, createWhatsAppMessage of the JSON API 1.3. Sources, by key:
#   SP      the vendor's page createWhatsAppMessage (https://docs.pushwoosh.com/developer/api-reference/whatsapp)
#   P2      its older edition (https://docs.pushwoosh.com/platform-docs/api-reference/whatsapp-api)
#   P6, P7  public clients: github.com/gomoob/php-pushwoosh, github.com/laravel-notification-channels/pushwoosh
#
# Internal error (HTTP 500) is not an error row, because no source says whether the message was taken then.

dialect "pushwoosh" {
  version = "json/1.3"
  docs    = "https://docs.pushwoosh.com/developer/api-reference/whatsapp"

  config = {
    endpoint = endpoint()
    auth     = secret("auth")
  }

  channel_config = {
    application = "00000-AAAAA"
  }

  auth "body" {
    at    = "$.request.auth"
    value = secret("auth")
    error = "access_denied"
  }

  route "send" {
    method = "POST"
    path   = "/json/1.3/createWhatsAppMessage"
    accept = "json"

    recipient_at     = "$.request.notifications[*].devices[*]"
    recipient_prefix = "whatsapp:"
    max_recipients   = 1

    type_at = {
      template = "$.request.notifications[0].content_id"
      text     = "$.request.notifications[0].content"
    }

    schema    = "schemas/createWhatsAppMessage.json"
    violation = "invalid_argument"

    reply = {
      status = 200
      body = {
        status_code    = 200
        status_message = "OK"
        response       = { Messages = [new_id("9999-XXXXXXXX-XXXXXXXX")] }
      }
    }
  }

  error "invalid_argument" {
    status = 200
    body   = { status_code = 210, status_message = violation == "" ? "Invalid argument" : violation, response = { Messages = [] } }
    code   = "210"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "SP prints this answer for an argument error; P6: HTTP 200 with status_code 210. The text varies with the argument."
  }

  error "access_denied" {
    status = 200
    body   = { status_code = 210, status_message = "Access denied or application not found", response = { Messages = [] } }
    code   = "210"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "P7 (recorded answer) and P6: the code of argument errors is used for wrong credentials, too; only the text differs."
  }

  error "malformed_request" {
    status = 400
    body   = { status_code = 400, status_message = "Malformed request string", response = { Messages = [] } }
    code   = "400"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "P6: status_code 400 for a malformed request string. The HTTP status is not documented; 400 is chosen here."
  }

  error "token_restricted" {
    status = 403
    body   = { status_code = 403, status_message = "Token restrictions forbid this operation", response = { Messages = [] } }
    code   = "403"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "The vendor's page of its email API. Neither its use for WhatsApp nor its HTTP status is documented; 403 is chosen here."
  }

  error "unknown_device" {
    status = 200
    body = {
      status_code    = 200
      status_message = "OK"
      response = {
        Messages       = ["0000-AAAA0000-BBBB0000"]
        UnknownDevices = { "0000-AAAA0000-BBBB0000" = ["whatsapp:${try(recipients[0], "")}"] }
      }
    }
    reason = "recipient_unreachable"
    retry  = "never"
    scope  = "recipient"
    source = "P7 (recorded answer of createMessage): taken, but the device is not registered, so nothing is sent. For WhatsApp inferred."
  }

  error "wrong_address" {
    status = 404
    body   = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "RFC 9110, section 15.5.5: nothing is at the address, so the endpoint is wrong. The page is chosen here."
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

  map "text" {
    source = "SP: content"
    paths = {
      "text.body" = "$.request.notifications[0].content"
    }
  }

  map "template" {
    source = "SP: content_id, content_variables, header_variables, button_url_variables"
    paths = {
      "template.name"                                           = "$.request.notifications[0].content_id"
      "template.language.code"                                  = "$.request.notifications[0].language"
      "template.components[header].parameters[*].text"          = "$.request.notifications[0].header_variables.text"
      "template.components[header].parameters[*].image.link"    = "$.request.notifications[0].header_variables.image"
      "template.components[header].parameters[*].video.link"    = "$.request.notifications[0].header_variables.video"
      "template.components[header].parameters[*].document.link" = "$.request.notifications[0].header_variables.document"
      "template.components[body].parameters[*].text"            = "$.request.notifications[0].content_variables.{n}"
      "template.components[button*].parameters[*].text"         = "$.request.notifications[0].button_url_variables.{i}"
    }
  }

  samples {
    recipients    = ["+12025550123", "+12025550124", "+12025550125"]
    bad_recipient = "+1"

    template {
      name     = "hello_world"
      language = "en_US"
    }
  }
}
