# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# One-time passwords go through one vendor, and through another when the first is down or will take no more. A message
# whose fate is unknown is never sent a second time.

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

variable "innopaas_eu" {
  type        = object({ app_key = string, authorization = string })
  description = "Credentials of the second InnoPaaS account."
  sensitive   = true
}

variable "pushwoosh_auth" {
  type      = string
  sensitive = true
}

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
}

# A second account of the same vendor: channels choose it with provider = innopaas.eu.
provider "innopaas" {
  alias         = "eu"
  app_key       = var.innopaas_eu.app_key
  authorization = var.innopaas_eu.authorization
}

provider "pushwoosh" {
  auth = var.pushwoosh_auth
}

channel "innopaas" "in_otp" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"

  rate_limit {
    per_second = 40
    burst      = 80
  }
}

channel "innopaas" "eu_otp" {
  provider    = innopaas.eu
  waba_id     = "807060504030201"
  send_number = "+4915112345678"
}

channel "pushwoosh" "otp" {
  application = "AAAAA-BBBBB"

  rate_limit {
    per_second = 10
  }
}

locals {
  last_resort  = [channel.pushwoosh.otp]
  try_the_next = ["vendor_unavailable", "rate_limited", "quota_exceeded"]
}

route "otp_asia" {
  match {
    category = ["authentication"]
    country  = ["IN", "ID"]
  }
  channels    = concat([channel.innopaas.in_otp], local.last_resort)
  strategy    = "failover"
  fallback_on = local.try_the_next
}

route "otp" {
  match {
    category = ["authentication"]
  }
  channels    = concat([channel.innopaas.eu_otp], local.last_resort)
  fallback_on = local.try_the_next
}
