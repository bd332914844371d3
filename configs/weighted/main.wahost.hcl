# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Nine in ten recipients are served by one vendor and the tenth by another, for instance while moving from one to the
# other. A recipient stays with its vendor, so that a conversation does not jump between numbers.

wahost {
  required_providers {
    innopaas  = { source = "wahost/innopaas" }
    pushwoosh = { source = "wahost/pushwoosh" }
  }
}

variable "innopaas_app_key" {
  type      = string
  sensitive = true
}

variable "innopaas_authorization" {
  type      = string
  sensitive = true
}

variable "pushwoosh_auth" {
  type      = string
  sensitive = true
}

variable "new_vendor_percent" {
  type    = number
  default = 10

  validation {
    condition     = var.new_vendor_percent >= 0 && var.new_vendor_percent <= 100
    error_message = "The share of the new vendor is a percentage from 0 to 100."
  }
}

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
}

provider "pushwoosh" {
  auth = var.pushwoosh_auth
}

channel "innopaas" "main" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"
}

channel "pushwoosh" "main" {
  application = "AAAAA-BBBBB"
}

route "all" {
  channels = [channel.innopaas.main, channel.pushwoosh.main]
  strategy = "weighted"
  sticky   = "recipient"

  weights = {
    channel.innopaas.main  = 100 - var.new_vendor_percent
    channel.pushwoosh.main = var.new_vendor_percent
  }
}
