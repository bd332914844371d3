# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Applications name one logical template; each vendor gets the name, language and order of parameters that it approved.

wahost {
  required_providers {
    innopaas        = { source = "wahost/innopaas" }
    innopaas-mmlite = { source = "wahost/innopaas-mmlite" }
    pushwoosh       = { source = "wahost/pushwoosh" }
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

variable "innopaas_mmlite_send_path" {
  type = string
}

variable "pushwoosh_auth" {
  type      = string
  sensitive = true
}

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
}

provider "innopaas-mmlite" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
  send_path     = var.innopaas_mmlite_send_path
}

provider "pushwoosh" {
  auth = var.pushwoosh_auth
}

channel "innopaas" "main" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"
}

channel "innopaas-mmlite" "promo" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"
}

channel "pushwoosh" "eu" {
  application = "AAAAA-BBBBB"
}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = [channel.innopaas.main]
    name      = "order_shipped_v3"
    languages = ["en", "hi", "de"]
  }

  # The other vendor's text names the order first.
  binding {
    channels   = [channel.pushwoosh.eu]
    name       = "shipping_notice"
    languages  = ["en", "de"]
    parameters = ["order_no", "customer"]
  }
}

template "summer_sale" {
  category   = "marketing"
  parameters = ["customer"]

  binding {
    channels  = [channel.innopaas-mmlite.promo, channel.innopaas.main]
    name      = "summer_sale_2"
    languages = ["en"]
  }
}

route "sale" {
  match {
    template = [template.summer_sale]
  }
  channels = [channel.innopaas-mmlite.promo, channel.innopaas.main]
}

route "shipping_germany" {
  match {
    template = [template.order_shipped]
    country  = ["DE", "AT", "CH"]
  }
  channels = [channel.pushwoosh.eu, channel.innopaas.main]
}

# A condition sees the message as it came in; fields that are not set are empty.
route "short_replies" {
  match {
    kind = ["text"]
  }
  when     = strlen(message.text.body) <= 160 && message.context.message_id != ""
  channels = [channel.pushwoosh.eu]
}

route "everything_else" {
  channels = [channel.innopaas.main, channel.pushwoosh.eu]
}
