# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Two numbers of one business at Meta, whose webhooks come to one URL, and a number at a vendor that takes the same messages with another
# header and at other paths.

wahost {
  required_providers {
    cloudapi = { source = "wahost/cloudapi" }
  }
}

variable "cloudapi_access_token" {
  type      = string
  sensitive = true
}

variable "cloudapi_app_secret" {
  type      = string
  sensitive = true
}

variable "cloudapi_verify_token" {
  type      = string
  sensitive = true
}

variable "d360" {
  type        = object({ key = string, webhook_key = string })
  description = "The key of the account at 360dialog, and the one that its webhooks have."
  sensitive   = true
}

provider "cloudapi" {
  access_token = var.cloudapi_access_token
  app_secret   = var.cloudapi_app_secret
  verify_token = var.cloudapi_verify_token
}

provider "cloudapi" {
  alias        = "d360"
  endpoint     = "https://waba-v2.360dialog.io"
  access_token = var.d360.key
  token_header = "D360-API-KEY"
  short_paths  = true

  webhook_header {
    name  = "X-Webhook-Key"
    value = var.d360.webhook_key
  }
}

# WhatsApp takes 80 messages a second from a number until it raises the limit.

channel "cloudapi" "support" {
  phone_number_id = "106540352242922"

  rate_limit {
    per_second = 80
  }
}

channel "cloudapi" "news" {
  phone_number_id    = "106540352242923"
  marketing_messages = true

  rate_limit {
    per_second = 80
  }
}

channel "cloudapi" "reserve" {
  provider        = cloudapi.d360
  phone_number_id = "106540352242924"
}

route "marketing" {
  match {
    category = ["marketing"]
  }
  channels = [channel.cloudapi.news]
}

route "everything_else" {
  channels    = [channel.cloudapi.support, channel.cloudapi.reserve]
  fallback_on = ["vendor_unavailable", "rate_limited"]
}
