# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# The order matters: the first route that matches decides.

locals {
  vips        = ["+4915155500001", "+919955500001"]
  numbers     = merge(channel.innopaas.asia, channel.innopaas.europe)
  try_another = ["vendor_unavailable", "rate_limited", "quota_exceeded"]
}

route "vip" {
  when        = contains(local.vips, message.to)
  channels    = [channel.pushwoosh.vip, channel.innopaas.europe["DE"]]
  fallback_on = local.try_another
}

route "marketing" {
  match {
    category = ["marketing"]
  }
  channels    = [channel.innopaas-mmlite.promo, channel.innopaas.asia["IN"]]
  fallback_on = local.try_another
}

# A route for each country in which the company has a number.
route "country" {
  for_each = merge(local.asia, local.europe)

  match {
    country = [each.key]
  }
  channels    = [local.numbers[each.key], channel.pushwoosh.main]
  fallback_on = local.try_another
}

route "rest_of_the_world" {
  channels    = [channel.innopaas.europe["DE"], channel.pushwoosh.main]
  fallback_on = local.try_another
}
