# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# The WhatsApp Cloud API as Meta documents it, for vendors that take the same requests. A dialect that extends it
# brings its own config, credentials and samples, and replaces what its vendor does differently.
#
# Sources of the error codes, by key:
#   M1  Meta's OpenAPI file business-messaging-api_v23.0.yaml (https://github.com/facebook/openapi)
#   M2  the client library pywa (https://github.com/david-lev/pywa)
#   M7  a copy of Meta's table of error codes, which has their HTTP statuses
#
# The texts of errors say what the codes mean. Meta's own texts are longer. The reason, the retry advice and the scope of a code are this
# project's reading of its description, as outcome.MetaReason has them. Sources disagree about the HTTP statuses of rate limits: M7 says
# 400, clients have seen 429. Both are here.

dialect "meta-cloud" {
  version = "v23.0"
  docs    = "https://developers.facebook.com/docs/whatsapp/cloud-api"

  config = {
    endpoint     = endpoint()
    access_token = secret("access_token")
  }

  channel_config = {
    phone_number_id = "100000000000001"
  }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("access_token")}"
    error = "token"
  }

  route "send" {
    method       = "POST"
    path         = "/v23.0/{phone_number_id}/messages"
    accept       = "json"
    recipient_at = "$.to"
    type_at      = ["$.interactive.type", "$.type"]

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(recipients[0], ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXX") }]
      }
    }
  }

  error "token" {
    status = 401
    body   = { error = { message = "Invalid OAuth access token", type = "OAuthException", code = 190 } }
    code   = "190"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "Meta, Cloud API error codes: 190, access token expired"
  }

  error "throughput" {
    status       = 429
    body         = { error = { message = "Rate limit hit", code = 130429 } }
    code         = "130429"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "sender"
    asynchronous = true
    source       = "Meta, Cloud API error codes: 130429, rate limit hit"
  }

  error "window" {
    status       = 400
    body         = { error = { message = "Re-engagement message", code = 131047 } }
    code         = "131047"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "Meta, Cloud API error codes: 131047, re-engagement message"
  }

  error "parameters" {
    status = 400
    body   = { error = { message = "Number of parameters does not match", code = 132000 } }
    code   = "132000"
    reason = "template_mismatch"
    retry  = "never"
    scope  = "message"
    source = "Meta, Cloud API error codes: 132000, template parameter count mismatch"
  }

  error "auth_exception" {
    status = 401
    body   = { error = { message = "(#0) auth exception", type = "OAuthException", code = 0, fbtrace_id = "A" } }
    code   = "0"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "M7, code 0"
  }

  error "capability" {
    status = 500
    body   = { error = { message = "(#3) capability", type = "OAuthException", code = 3, fbtrace_id = "A" } }
    code   = "3"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "M7, code 3"
  }

  error "permission_denied" {
    status = 403
    body   = { error = { message = "(#10) permission", type = "OAuthException", code = 10, fbtrace_id = "A" } }
    code   = "10"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "M7, code 10"
  }

  error "permission" {
    status = 403
    body   = { error = { message = "(#200) permission", type = "OAuthException", code = 200, fbtrace_id = "A" } }
    code   = "200"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "M7, codes 200 to 299"
  }

  error "access_denied" {
    status       = 403
    body         = { error = { message = "(#131005) permission", type = "OAuthException", code = 131005, fbtrace_id = "A" } }
    code         = "131005"
    reason       = "forbidden"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "M7, code 131005"
  }

  error "policy_violation" {
    status = 403
    body   = { error = { message = "(#368) account restricted", type = "OAuthException", code = 368, fbtrace_id = "A" } }
    code   = "368"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "M7, code 368"
  }

  error "account_locked" {
    status       = 403
    body         = { error = { message = "(#131031) account locked", type = "OAuthException", code = 131031, fbtrace_id = "A" } }
    code         = "131031"
    reason       = "forbidden"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "M7, code 131031"
  }

  error "unknown_error" {
    status = 400
    body   = { error = { message = "(#1) unknown", type = "OAuthException", code = 1, fbtrace_id = "A" } }
    code   = "1"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "account"
    source = "M7, code 1"
  }

  error "service_down" {
    status = 503
    body   = { error = { message = "(#2) service unavailable", type = "OAuthException", code = 2, fbtrace_id = "A" } }
    code   = "2"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "account"
    source = "M7, code 2"
  }

  error "went_wrong" {
    status       = 500
    body         = { error = { message = "(#131000) generic", type = "OAuthException", code = 131000, fbtrace_id = "A" } }
    code         = "131000"
    reason       = "vendor_unavailable"
    retry        = "after"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131000"
  }

  error "service_unavailable" {
    status = 500
    body   = { error = { message = "(#131016) service unavailable", type = "OAuthException", code = 131016, fbtrace_id = "A" } }
    code   = "131016"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "account"
    source = "M7, code 131016"
  }

  error "maintenance" {
    status = 500
    body   = { error = { message = "(#131057) account in maintenance", type = "OAuthException", code = 131057, fbtrace_id = "A" } }
    code   = "131057"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "sender"
    source = "M7, code 131057"
  }

  error "server_unavailable" {
    status = 503
    body   = { error = { message = "(#133004) service unavailable", type = "OAuthException", code = 133004, fbtrace_id = "A" } }
    code   = "133004"
    reason = "vendor_unavailable"
    retry  = "after"
    scope  = "account"
    source = "M7, code 133004"
  }

  error "user_error" {
    status       = 400
    body         = { error = { message = "(#135000) generic", type = "OAuthException", code = 135000, fbtrace_id = "A" } }
    code         = "135000"
    reason       = "vendor_unavailable"
    retry        = "after"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 135000"
  }

  error "app_rate" {
    status      = 429
    headers     = { X-Business-Use-Case-Usage = jsonencode({ "102290129340398" = [{ type = "whatsapp", call_count = 100, estimated_time_to_regain_access = 3 }] }) }
    body        = { error = { message = "(#4) app call rate", type = "OAuthException", code = 4, fbtrace_id = "A" } }
    code        = "4"
    reason      = "rate_limited"
    retry       = "after"
    retry_after = 180
    scope       = "account"
    source      = "M1, TooManyRequests; M7 has status 400. The header is that of M1's answers"
  }

  error "business_rate" {
    status = 400
    body   = { error = { message = "(#80007) WABA call rate", type = "OAuthException", code = 80007, fbtrace_id = "A" } }
    code   = "80007"
    reason = "rate_limited"
    retry  = "after"
    scope  = "account"
    source = "M7, code 80007"
  }

  error "pair_rate" {
    status       = 400
    body         = { error = { message = "(#131056) pair rate limit", type = "OAuthException", code = 131056, fbtrace_id = "A" } }
    code         = "131056"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "recipient"
    asynchronous = true
    source       = "M7, code 131056"
  }

  error "spam_rate" {
    status       = 400
    body         = { error = { message = "(#131048) spam rate limit", type = "OAuthException", code = 131048, fbtrace_id = "A" } }
    code         = "131048"
    reason       = "rate_limited"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "M7, code 131048"
  }

  error "flow_throttled" {
    status       = 400
    body         = { error = { message = "(#132069) flow throttled", type = "OAuthException", code = 132069, fbtrace_id = "A" } }
    kinds        = ["flow", "template"]
    code         = "132069"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132069"
  }

  error "payment" {
    status       = 400
    body         = { error = { message = "(#131042) payment problem", type = "OAuthException", code = 131042, fbtrace_id = "A" } }
    code         = "131042"
    reason       = "quota_exceeded"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "M7, code 131042"
  }

  error "messaging_limit" {
    status       = 400
    body         = { error = { message = "(#131064) messaging limit reached", type = "OAuthException", code = 131064, fbtrace_id = "A" } }
    code         = "131064"
    reason       = "quota_exceeded"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "M2, code 131064. Its HTTP status is not documented; 400 is chosen here."
  }

  error "number_deleted" {
    status = 400
    body   = { error = { message = "(#33) phone number id", type = "OAuthException", code = 33, fbtrace_id = "A" } }
    code   = "33"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "M7, code 33"
  }

  error "not_on_test_list" {
    status       = 400
    body         = { error = { message = "(#131030) recipient not in test allow-list", type = "OAuthException", code = 131030, fbtrace_id = "A" } }
    code         = "131030"
    reason       = "misconfigured"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "M2, code 131030. Its HTTP status is not documented; 400 is chosen here."
  }

  error "display_name" {
    status       = 400
    body         = { error = { message = "(#131037) display name not approved", type = "OAuthException", code = 131037, fbtrace_id = "A" } }
    code         = "131037"
    reason       = "misconfigured"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "M2, code 131037. Its HTTP status is not documented; 400 is chosen here."
  }

  error "registration" {
    status = 500
    body   = { error = { message = "(#131045) registration", type = "OAuthException", code = 131045, fbtrace_id = "A" } }
    code   = "131045"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "M7, code 131045"
  }

  error "deregistration" {
    status = 500
    body   = { error = { message = "(#133000) registration", type = "OAuthException", code = 133000, fbtrace_id = "A" } }
    code   = "133000"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "M7, code 133000"
  }

  error "not_registered" {
    status = 400
    body   = { error = { message = "(#133010) registration", type = "OAuthException", code = 133010, fbtrace_id = "A" } }
    code   = "133010"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "M7, codes 133005 to 133015"
  }

  error "register_attempts" {
    status = 400
    body   = { error = { message = "(#133016) register attempts", type = "OAuthException", code = 133016, fbtrace_id = "A" } }
    code   = "133016"
    reason = "misconfigured"
    retry  = "never"
    scope  = "sender"
    source = "M7, code 133016"
  }

  error "invalid_parameter" {
    status = 400
    body   = { error = { message = violation == "" ? "(#100) Invalid parameter" : "(#100) Invalid parameter: ${violation}", type = "OAuthException", code = 100, fbtrace_id = "A" } }
    code   = "100"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "M7, code 100"
  }

  error "parameter_missing" {
    status       = 400
    body         = { error = { message = "(#131008) missing parameter", type = "OAuthException", code = 131008, fbtrace_id = "A" } }
    code         = "131008"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131008"
  }

  error "parameter_value" {
    status       = 400
    body         = { error = { message = "(#131009) invalid parameter", type = "OAuthException", code = 131009, fbtrace_id = "A" } }
    code         = "131009"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131009"
  }

  error "media_download" {
    status       = 400
    body         = { error = { message = "(#131052) media download", type = "OAuthException", code = 131052, fbtrace_id = "A" } }
    code         = "131052"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131052"
  }

  error "media_upload" {
    status       = 400
    body         = { error = { message = "(#131053) media upload", type = "OAuthException", code = 131053, fbtrace_id = "A" } }
    code         = "131053"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131053"
  }

  error "unsupported_type" {
    status       = 400
    body         = { error = { message = "(#131051) unsupported message type", type = "OAuthException", code = 131051, fbtrace_id = "A" } }
    code         = "131051"
    reason       = "unsupported"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 131051"
  }

  error "not_marketing" {
    status       = 400
    body         = { error = { message = "(#131055) method not allowed", type = "OAuthException", code = 131055, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "131055"
    reason       = "unsupported"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M2, code 131055. Its HTTP status is not documented; 400 is chosen here."
  }

  error "user_id_unsupported" {
    status       = 400
    body         = { error = { message = "(#131062) BSUID recipient not supported", type = "OAuthException", code = 131062, fbtrace_id = "A" } }
    code         = "131062"
    reason       = "unsupported"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M2, code 131062. Its HTTP status is not documented; 400 is chosen here."
  }

  error "marketing_disabled" {
    status       = 400
    body         = { error = { message = "(#131063) marketing templates disabled on Cloud API", type = "OAuthException", code = 131063, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "131063"
    reason       = "unsupported"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "M2, code 131063. Its HTTP status is not documented; 400 is chosen here."
  }

  error "same_number" {
    status       = 400
    body         = { error = { message = "(#131021) recipient = sender", type = "OAuthException", code = 131021, fbtrace_id = "A" } }
    code         = "131021"
    reason       = "invalid_recipient"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M7, code 131021"
  }

  error "undeliverable" {
    status       = 400
    body         = { error = { message = "(#131026) undeliverable", type = "OAuthException", code = 131026, fbtrace_id = "A" } }
    code         = "131026"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M7, code 131026"
  }

  error "restricted_country" {
    status       = 403
    body         = { error = { message = "(#130497) restricted country", type = "OAuthException", code = 130497, fbtrace_id = "A" } }
    code         = "130497"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M7, code 130497"
  }

  error "ecosystem" {
    status       = 400
    body         = { error = { message = "(#131049) not delivered to keep ecosystem healthy", type = "OAuthException", code = 131049, fbtrace_id = "A" } }
    code         = "131049"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M2, code 131049. Its HTTP status is not documented; 400 is chosen here."
  }

  error "experiment" {
    status       = 400
    body         = { error = { message = "(#130472) user in experiment", type = "OAuthException", code = 130472, fbtrace_id = "A" } }
    code         = "130472"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M7, code 130472"
  }

  error "identity_key" {
    status       = 400
    body         = { error = { message = "(#137000) identity key mismatch", type = "OAuthException", code = 137000, fbtrace_id = "A" } }
    code         = "137000"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M2, code 137000. Its HTTP status is not documented; 400 is chosen here."
  }

  error "stopped_marketing" {
    status       = 400
    body         = { error = { message = "(#131050) user stopped marketing", type = "OAuthException", code = 131050, fbtrace_id = "A" } }
    code         = "131050"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "M2, code 131050. Its HTTP status is not documented; 400 is chosen here."
  }

  error "template_missing" {
    status       = 404
    body         = { error = { message = "(#132001) template missing in language", type = "OAuthException", code = 132001, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132001"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132001"
  }

  error "template_text" {
    status       = 400
    body         = { error = { message = "(#132005) text too long", type = "OAuthException", code = 132005, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132005"
    reason       = "template_mismatch"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132005"
  }

  error "template_policy" {
    status       = 400
    body         = { error = { message = "(#132007) policy", type = "OAuthException", code = 132007, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132007"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132007"
  }

  error "template_value" {
    status       = 400
    body         = { error = { message = "(#132008) parameter value", type = "OAuthException", code = 132008, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132008"
    reason       = "template_mismatch"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M2, code 132008. Its HTTP status is not documented; 400 is chosen here."
  }

  error "template_format" {
    status       = 400
    body         = { error = { message = "(#132012) parameter format", type = "OAuthException", code = 132012, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132012"
    reason       = "template_mismatch"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132012"
  }

  error "template_paused" {
    status       = 400
    body         = { error = { message = "(#132015) template paused", type = "OAuthException", code = 132015, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132015"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132015"
  }

  error "template_disabled" {
    status       = 400
    body         = { error = { message = "(#132016) template disabled", type = "OAuthException", code = 132016, fbtrace_id = "A" } }
    kinds        = ["template"]
    code         = "132016"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132016"
  }

  error "flow_blocked" {
    status       = 400
    body         = { error = { message = "(#132068) flow blocked", type = "OAuthException", code = 132068, fbtrace_id = "A" } }
    kinds        = ["flow", "template"]
    code         = "132068"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "M7, code 132068"
  }

  samples {
    recipients    = ["+12025550123"]
    bad_recipient = "+1"

    template {
      name     = "hello_world"
      language = "en_US"
      category = "utility"
    }
  }
}
