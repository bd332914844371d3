# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# The third generation of acme's API. The key buys tokens, which end: RFC 6749, section 4.4.

dialect "acme-v3" {
  version = "v3"
  extends = "dialect.hcl"

  config = {
    endpoint       = endpoint()
    api_key        = secret("api_key")
    webhook_secret = secret("webhook_secret")
    verify_token   = secret("verify_token")
    api            = "v3"
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${token("access")}"
    error = "unauthenticated"
  }

  auth "body" {
    at     = "$.client_secret"
    value  = secret("api_key")
    error  = "unauthenticated"
    routes = ["token"]
  }
}
