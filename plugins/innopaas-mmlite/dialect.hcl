# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# InnoPaaS, WhatsApp API v3, MMLite messages. The file that it extends has the sources by their keys, and what msg/submit has
# too.
#
# SI gives the fields of MMLite and nothing else: headers, answers, error codes and webhooks are taken to be those of
# msg/submit.

dialect "innopaas-mmlite" {
  extends = "../internal/innopaasapi/common.hcl"

  config = {
    endpoint      = endpoint()
    app_key       = secret("app_key")
    authorization = secret("authorization")
    send_path     = "/emulated/mmlite/submit" # the vendor leaves the address blank: this one is the emulator's own

    callback_username      = secret("callback_username")
    callback_authorization = secret("callback_authorization")
    callback_secret        = secret("callback_secret")
  }

  route "send" {
    method = "POST"
    path   = "{send_path}"
    accept = "json"

    recipient_at        = "$.recipientNumber"
    recipient_separator = ","
    max_recipients      = 1000 # SI

    type_at = "$.messageType"

    schema    = "schemas/mmlite.json"
    violation = "invalid_request"

    source = "Not documented: neither the path nor an answer of MMLite is shown. The path is an argument, and the answer of msg/submit is assumed."

    reply = {
      status = 200
      body   = { code = "0", message = "submitted", data = new_id("999999999999999999") }
    }
  }

  map "template" {
    source = "SI: the table of MMLite's fields"
    paths = {
      "template.name"                                           = "$.templateName"
      "template.language.code"                                  = "$.language"
      "template.components[header].parameters[*].text"          = "$.header.paramValue"
      "template.components[header].parameters[*].image.link"    = "$.header.link"
      "template.components[header].parameters[*].video.link"    = "$.header.link"
      "template.components[header].parameters[*].document.link" = "$.header.link"
      "template.components[body].parameters[*].text"            = "$.bodyParams[*]"
      "template.components[button*].parameters[*].text"         = "$.buttonParams[*].value"
      "template.components[button*].parameters[*].coupon_code"  = "$.buttonParams[*].value"
    }
  }

  samples {
    recipients    = ["+12025550123", "+12025550124", "+12025550125"]
    bad_recipient = "+1"

    template {
      name     = "order_update"
      language = "en_US"
      category = "marketing"
    }
  }
}
