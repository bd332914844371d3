# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Run with: wahost --config configs/company test

variables {
  innopaas_app_key          = "key"
  innopaas_authorization    = "token"
  innopaas_eu               = { app_key = "key", authorization = "token" }
  innopaas_mmlite_send_path = "/send"
  pushwoosh_auth            = "token"
}

run "order_to_india" {
  to = "+919900112299"
  message {
    template = "order_shipped"
    language = "en"
    params   = { customer = "Ann", order_no = "A-17" }
  }
  expect {
    route    = "country[\"IN\"]"
    channels = [channel.innopaas.asia["IN"], channel.pushwoosh.main]
  }
}

run "order_to_india_without_its_number" {
  to = "+919900112299"
  message {
    template = "order_shipped"
    language = "en"
    params   = { customer = "Ann", order_no = "A-17" }
  }
  unhealthy = [channel.innopaas.asia["IN"]]
  expect {
    channels = [channel.pushwoosh.main]
    skipped  = { channel.innopaas.asia["IN"] = "unhealthy" }
  }
}

run "marketing_goes_apart" {
  to = "+4915112345699"
  message {
    template = "spring_sale"
    language = "en"
    params   = { customer = "Ann", discount = "20", until = "Sunday" }
  }
  expect {
    route    = "marketing"
    channels = [channel.innopaas-mmlite.promo, channel.innopaas.asia["IN"]]
  }
}

run "important_customer" {
  to = "+4915155500001"
  message {
    text = "Hello"
  }
  expect {
    route    = "vip"
    channels = [channel.pushwoosh.vip, channel.innopaas.europe["DE"]]
  }
}

run "rest_of_the_world" {
  to = "+12025550199"
  message {
    text = "Hello"
  }
  expect {
    route = "rest_of_the_world"
  }
}
