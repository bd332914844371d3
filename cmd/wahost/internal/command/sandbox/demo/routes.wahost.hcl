# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# The routes and templates of the sandbox and the demo. Providers and channels are in vendors.wahost.hcl.

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = [channel.innopaas.main]
    name      = "order_shipped_v3"
    languages = ["en", "hi", "de"]
  }

  # This vendor's text names the order first.
  binding {
    channels   = [channel.pushwoosh.main]
    name       = "shipping_notice"
    languages  = ["en", "de"]
    parameters = ["order_no", "customer"]
  }
}

template "login_code" {
  category   = "authentication"
  parameters = ["code"]

  binding {
    channels  = [channel.innopaas.main, channel.pushwoosh.main]
    name      = "login_code"
    languages = ["en"]
  }
}

template "spring_sale" {
  category   = "marketing"
  parameters = ["customer"]

  binding {
    channels  = [channel.innopaas-mmlite.promo, channel.innopaas.main]
    name      = "spring_sale"
    languages = ["en"]
  }
}

route "marketing" {
  match {
    category = ["marketing"]
  }
  channels    = [channel.innopaas-mmlite.promo, channel.innopaas.main]
  fallback_on = ["vendor_unavailable", "rate_limited"]
}

route "codes" {
  match {
    category = ["authentication"]
  }
  channels    = [channel.innopaas.main, channel.pushwoosh.main]
  fallback_on = ["vendor_unavailable", "rate_limited"]
}

route "germany" {
  match {
    country = ["DE"]
    kind    = ["text", "template"]
  }
  channels = [channel.pushwoosh.main, channel.innopaas.main]
}

# Only the Cloud API carries these.
route "newer_kinds" {
  when     = contains(["reaction", "cta_url", "flow", "catalog_message"], message.kind)
  channels = [channel.cloudapi.main]
}

# Twilio takes forms. Its templates have no names, but SIDs.
route "france" {
  match {
    country = ["FR"]
    kind    = ["text", "image"]
  }
  channels = [channel.twilio.main]
}

# Pushwoosh carries text and templates only, so that anything else goes to InnoPaaS.
route "everything" {
  channels = [channel.pushwoosh.main, channel.innopaas.main]
  strategy = "weighted"
  weights = {
    channel.pushwoosh.main = 25
    channel.innopaas.main  = 75
  }
  sticky = "recipient"
}
