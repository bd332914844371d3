# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# The second generation of acme's API. It knows a request again by its key, and signs webhooks together with their time.

dialect "acme-v2" {
  version = "v2"
  extends = "dialect.hcl"

  config = {
    endpoint       = endpoint()
    api_key        = secret("api_key")
    webhook_secret = secret("webhook_secret")
    verify_token   = secret("verify_token")
    api            = "v2"
  }

  idempotency {
    supported = true
    header    = "X-Acme-Request-Key"
  }

  webhook {
    method = "POST"

    signature "hmac-sha256-hex" {
      key       = secret("webhook_secret")
      over      = ["timestamp", "body"]
      separator = "."
      exact     = true
      window    = 300
      headers   = { "X-Acme-Timestamp" = "{timestamp}", "X-Acme-Signature" = "sha256={signature}" }
    }
  }
}
