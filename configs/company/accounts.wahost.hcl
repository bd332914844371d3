# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# A company with two accounts at one vendor, a number for each country, and other vendors for marketing and as a fallback.
# docs/operating/company.md explains it.

wahost {
  required_providers {
    innopaas        = { source = "wahost/innopaas" }
    innopaas-mmlite = { source = "wahost/innopaas-mmlite" }
    pushwoosh       = { source = "wahost/pushwoosh" }
  }
}

# The account for Asia is the default one. The account for Europe has an alias.

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
  endpoint      = var.innopaas_endpoint
}

provider "innopaas" {
  alias         = "eu"
  app_key       = var.innopaas_eu.app_key
  authorization = var.innopaas_eu.authorization
  endpoint      = var.innopaas_eu_endpoint
}

provider "innopaas-mmlite" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
  endpoint      = var.innopaas_mmlite_endpoint
  send_path     = var.innopaas_mmlite_send_path
}

provider "pushwoosh" {
  auth     = var.pushwoosh_auth
  endpoint = var.pushwoosh_endpoint
}

locals {
  asia = {
    IN = "+919900112233"
    ID = "+6281234567890"
  }
  europe = {
    DE = "+4915112345678"
    FR = "+33612345678"
  }
}

channel "innopaas" "asia" {
  for_each    = local.asia
  waba_id     = "102030405060708"
  send_number = each.value

  rate_limit {
    per_second = var.messages_per_second
  }
}

channel "innopaas" "europe" {
  for_each    = local.europe
  provider    = innopaas.eu
  waba_id     = "807060504030201"
  send_number = each.value

  rate_limit {
    per_second = var.messages_per_second
  }
}

channel "innopaas-mmlite" "promo" {
  waba_id     = "102030405060708"
  send_number = "+919900445566"
}

channel "pushwoosh" "main" {
  application = "AAAAA-BBBBB"
}

channel "pushwoosh" "vip" {
  application = "CCCCC-DDDDD"
}
