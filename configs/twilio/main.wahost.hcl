# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Two numbers at Twilio. One of them is in a messaging service, so that Twilio holds messages until their time. Twilio names templates by
# SIDs, one for each language.

wahost {
  required_providers {
    twilio = { source = "wahost/twilio" }
  }
}

variable "twilio_auth_token" {
  type        = string
  description = "The auth token of the account, with which Twilio signs webhooks."
  sensitive   = true
}

variable "twilio_api_key" {
  type      = object({ sid = string, secret = string })
  sensitive = true
}

provider "twilio" {
  account_sid = "AC0123456789abcdef0123456789abcdef"
  auth_token  = var.twilio_auth_token

  api_key {
    sid    = var.twilio_api_key.sid
    secret = var.twilio_api_key.secret
  }
}

channel "twilio" "orders" {
  from                  = "+14155238886"
  messaging_service_sid = "MG0123456789abcdef0123456789abcdef"
}

channel "twilio" "support" {
  from = "+14155238887"
}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = [channel.twilio.orders]
    name      = "HX0123456789abcdef0123456789abcdef"
    languages = ["en"]
  }

  binding {
    channels  = [channel.twilio.orders]
    name      = "HX0123456789abcdef0123456789abcde0"
    languages = ["de"]
  }
}

route "orders" {
  match {
    category = ["utility"]
  }
  channels = [channel.twilio.orders]
}

route "everything_else" {
  channels = [channel.twilio.support]
}
