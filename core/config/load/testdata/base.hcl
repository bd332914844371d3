wahost {
  required_providers {
    innopaas        = { source = "wahost/innopaas", version = "~> 1.0" }
    innopaas-mmlite = { source = "wahost/innopaas-mmlite" }
    pushwoosh       = { source = "wahost/pushwoosh" }
    tags            = { source = "example/tags" }
  }
}

variable "app_key" {
  type      = string
  sensitive = true
}

variable "authorization" {
  type      = string
  sensitive = true
}

variable "auth" {
  type      = string
  sensitive = true
}

provider "innopaas" {
  app_key       = var.app_key
  authorization = var.authorization
}

provider "innopaas" {
  alias         = "eu"
  app_key       = var.app_key
  authorization = var.authorization
}

provider "innopaas-mmlite" {
  app_key       = var.app_key
  authorization = var.authorization
  send_path     = "/send"
}

provider "pushwoosh" {
  auth = var.auth
}

channel "innopaas" "in_otp" {
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

channel "tags" "plain" {
}
