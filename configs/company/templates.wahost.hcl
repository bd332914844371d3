# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Applications name the template and its parameters. Each binding has the vendor's name, and the order of the vendor's placeholders
# if it is another one.

locals {
  all_numbers = values(merge(channel.innopaas.asia, channel.innopaas.europe))
  pushwoosh   = [channel.pushwoosh.main, channel.pushwoosh.vip]
}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = local.all_numbers
    name      = "order_shipped_v3"
    languages = ["en"]
  }

  binding {
    channels   = local.pushwoosh
    name       = "shipping_notice"
    languages  = ["en"]
    parameters = ["order_no", "customer"]
  }
}

template "payment_due" {
  category   = "utility"
  parameters = ["customer", "amount", "date"]

  binding {
    channels   = local.all_numbers
    name       = "payment_reminder"
    languages  = ["en"]
    parameters = ["amount", "date", "customer"]
  }

  binding {
    channels   = local.pushwoosh
    name       = "invoice_due"
    languages  = ["en"]
    parameters = ["date", "customer", "amount"]
  }
}

template "login_code" {
  category   = "authentication"
  parameters = ["code"]

  binding {
    channels  = concat(local.all_numbers, local.pushwoosh)
    name      = "login_code"
    languages = ["en"]
  }
}

template "spring_sale" {
  category   = "marketing"
  parameters = ["customer", "discount", "until"]

  binding {
    channels   = [channel.innopaas-mmlite.promo]
    name       = "spring_sale_mm"
    languages  = ["en"]
    parameters = ["discount", "customer", "until"]
  }

  binding {
    channels   = [channel.innopaas.asia["IN"]]
    name       = "spring_sale"
    languages  = ["en"]
    parameters = ["until", "discount", "customer"]
  }
}
