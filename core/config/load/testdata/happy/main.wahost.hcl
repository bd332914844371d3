wahost {
  required_version = ">= 1.0, < 2.0"
  templates        = "strict"

  required_providers {
    innopaas        = { source = "wahost/innopaas", version = "~> 1.0" }
    innopaas-mmlite = { source = "wahost/innopaas-mmlite" }
    pushwoosh       = { source = "wahost/pushwoosh" }
    tags            = { source = "example/tags" }
  }
}

variable "innopaas_app_key" {
  type        = string
  description = "Application key of the InnoPaaS account."
  sensitive   = true
}

variable "innopaas_authorization" {
  type      = string
  sensitive = true
}

variable "pushwoosh" {
  type      = object({ auth = string, application = optional(string, "AAAAA-BBBBB") })
  sensitive = true
}

variable "burst" {
  type    = number
  default = 80

  validation {
    condition     = var.burst >= 1
    error_message = "The burst must be at least 1."
  }
}

locals {
  india    = upper("${local.country}")
  country  = "in"
  fallback = [channel.pushwoosh.eu]
}

provider "innopaas" {
  app_key       = var.innopaas_app_key
  authorization = var.innopaas_authorization
}

provider "innopaas" {
  alias         = "eu"
  app_key       = join("-", ["eu", var.innopaas_app_key])
  authorization = var.innopaas_authorization
  endpoint      = "https://eu.example.com"
}

provider "pushwoosh" {
  auth = var.pushwoosh.auth
}

channel "innopaas" "in_otp" {
  waba_id     = "102030405060708"
  send_number = "+919900112233"

  rate_limit {
    per_second = 40
    burst      = var.burst
  }
}

channel "innopaas" "eu" {
  provider          = innopaas.eu
  waba_id           = "8070605040302010"
  send_number       = "+4915112345678"
  interactive_shape = "nested"
}

channel "pushwoosh" "eu" {
  application = nonsensitive(var.pushwoosh.application)

  rate_limit {
    per_second = 2.5
  }
}

channel "tags" "plain" {
  tags = [for t in ["a", "b"] : upper(t)]
}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = [channel.innopaas.in_otp, channel.pushwoosh.eu]
    name      = "order_shipped_v3"
    languages = ["en", "hi", "de"]
  }

  binding {
    channels   = [channel.innopaas.eu]
    name       = "os"
    languages  = ["en_GB"]
    parameters = ["order_no", "customer"]
  }
}

route "otp" {
  match {
    category = ["authentication"]
    country  = [local.india, "ID"]
  }
  when           = message.type == "template" && substr(message.template.name, 0, 4) == "otp_"
  on_undecidable = "error"
  channels       = concat([channel.innopaas.in_otp], local.fallback)
  strategy       = "failover"
  fallback_on    = ["vendor_unavailable", "rate_limited", "quota_exceeded"]
}

route "shipping" {
  match {
    kind      = ["template"]
    recipient = ["+49 1511 2345678"]
    template  = [template.order_shipped]
  }
  channels = [channel.innopaas.eu, channel.pushwoosh.eu]
  strategy = "weighted"
  sticky   = "recipient"
  weights = {
    channel.pushwoosh.eu = 30
    channel.innopaas.eu  = 70
  }
}

route "rest" {
  channels    = [channel.pushwoosh.eu]
  fallback_on = []
}
