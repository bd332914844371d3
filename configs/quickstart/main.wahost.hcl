# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Three providers with one channel each. Without changes they call the vendors' real APIs; to try things without
# vendor accounts, start `wahost sandbox` and give the addresses that it prints as the endpoint variables.

wahost {
  required_providers {
    innopaas        = { source = "wahost/innopaas" }
    innopaas-mmlite = { source = "wahost/innopaas-mmlite" }
    pushwoosh       = { source = "wahost/pushwoosh" }
  }
}

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
  endpoint      = var.innopaas_endpoint
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

channel "innopaas" "main" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"
}

channel "innopaas-mmlite" "promo" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"
}

channel "pushwoosh" "main" {
  application = "AAAAA-BBBBB"
}

# Routes are tried in order, and the first that matches decides.

route "marketing" {
  match {
    category = ["marketing"]
  }
  channels = [channel.innopaas-mmlite.promo, channel.innopaas.main]
}

route "everything_else" {
  channels = [channel.innopaas.main, channel.pushwoosh.main]
}
