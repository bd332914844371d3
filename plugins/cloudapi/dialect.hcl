# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Meta's WhatsApp Cloud API, version 23.0. Sources, by key:
#   M1  Meta's OpenAPI file business-messaging-api_v23.0.yaml (https://github.com/facebook/openapi)
#   M2  the client library pywa (https://github.com/david-lev/pywa)
#   M3  the client library whatsapp-api-js (https://github.com/Secreto31126/whatsapp-api-js)
#   M5  Meta's pages about the webhook "messages" (https://developers.facebook.com/documentation/business-messaging/whatsapp)
#   M7  a copy of Meta's table of error codes, which has their HTTP statuses
#   M8  a copy of Meta's page about business-scoped user ids
#   M9  Meta's overview of webhooks
#
# The texts of errors say what the codes mean. Meta's own texts are longer.
# The reason, the retry advice and the scope of a code are this project's reading of its description. Sources disagree about the HTTP
# statuses of rate limits: M7 says 400, clients have seen 429. Both are here.

dialect "cloudapi" {
  extends = "meta-cloud"

  config = {
    endpoint     = endpoint()
    access_token = secret("access_token")
    app_secret   = secret("app_secret")
    verify_token = secret("verify_token")
  }

  route "send" {
    method         = "POST"
    path           = "/v23.0/{phone_number_id}/messages"
    accept         = "json"
    recipient_at   = "$.to"
    max_recipients = 1
    type_at        = ["$.interactive.type", "$.type"]
    schema         = "schemas/messages.json"
    violation      = "invalid_parameter"
    source         = "M1, sendMessage"

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(request.body.to, ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXXXXXX"), message_status = "accepted" }]
      }
    }
  }

  route "marketing" {
    method         = "POST"
    path           = "/v23.0/{phone_number_id}/marketing_messages"
    accept         = "json"
    recipient_at   = "$.to"
    max_recipients = 1
    kind           = "template"
    schema         = "schemas/marketing_messages.json"
    violation      = "invalid_parameter"
    source         = "M1, sendMarketingMessage; its schema lacks context and biz_opaque_callback_data, which 360dialog's page about the same call has"

    reply = {
      status = 200
      body = {
        messaging_product = "whatsapp"
        contacts          = [{ input = try(request.body.to, ""), wa_id = digits(try(recipients[0], "")) }]
        messages          = [{ id = new_id("wamid.XXXXXXXXXXXXXXXX"), message_status = "accepted" }]
      }
    }
  }

  signal {
    route      = "send"
    message_at = "$.message_id"
    typing_at  = "$.typing_indicator.type"
    reply      = { status = 200, body = { success = true } }
    source     = "M1, MarkMessageRequestPayload and the example \"Send typing indicator and read receipt\""
  }

  route "history" {
    method = "GET"
    path   = "/v23.0/{phone_number_id}/message_history"
    accept = "query"
    source = "M1, getMessageHistory"

    reply = {
      status = 200
      body = {
        data = [{
          id         = "1234567890123456"
          message_id = message.id
          events     = { data = [for s in [message.status] : { id = "2345678901234567", delivery_status = s, timestamp = 1772600767 } if s != "accepted"] }
        }]
      }
    }
  }

  lookup {
    route    = "history"
    keys_at  = ["$.message_id"]
    id_at    = "$.messages[*].id"
    statuses = { sent = "SENT", delivered = "DELIVERED", read = "READ", failed = "FAILED" }
    missing = {
      status = 422
      body   = { error = { message = "The requested message_id was not found in the message history", type = "GraphMethodException", code = 100, fbtrace_id = "A" } }
    }
    source = "M1, getMessageHistory. Nothing says that a message which is not in the history was not taken, nor how a message without a status looks."
  }

  route "upload" {
    method = "POST"
    path   = "/v23.0/{phone_number_id}/media"
    accept = "multipart"
    source = "M1, uploadImage"
    reply  = { status = 200, body = { id = new_id("9999999999999999") } }
  }

  media_upload {
    route       = "upload"
    content_at  = "$.file"
    type_at     = "$.file~type"
    filename_at = "$.file~filename"
    id_at       = "$.id"
    source      = "M1, uploadImage: the parts file and messaging_product"
  }

  route "media_url" {
    method = "GET"
    path   = "/v23.0/{*media}"
    accept = "query"
    source = "M1, retrieveMediaUrl"

    reply = {
      status = 200
      body   = { id = request.body.media, messaging_product = "whatsapp", url = "${endpoint()}/attachments/${request.body.media}" }
    }
  }

  route "media" {
    method = "GET"
    path   = "/attachments/{*media}"
    accept = "query"
    source = "M1, downloadMedia. The path of the URL is chosen here."
    reply  = { status = 200, body = "" }
  }

  media_fetch {
    route   = "media"
    id_at   = "$.media"
    expired = { status = 404, body = "" }
    source  = "M1, retrieveMediaUrl: a URL is valid for 5 minutes. The answer to a URL that is not is chosen here."
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

  map "text" {
    source = "M2"
    paths = {
      "text.body" = "$.text.body"
    }
  }

  map "image" {
    source = "M1"
    paths = {
      "image.link"    = "$.image.link"
      "image.caption" = "$.image.caption"
    }
  }

  map "video" {
    source = "M1"
    paths = {
      "video.link"    = "$.video.link"
      "video.caption" = "$.video.caption"
    }
  }

  map "audio" {
    source = "M1"
    paths = {
      "audio.link" = "$.audio.link"
    }
  }

  map "document" {
    source = "M1, and M2 for the file name"
    paths = {
      "document.link"     = "$.document.link"
      "document.caption"  = "$.document.caption"
      "document.filename" = "$.document.filename"
    }
  }

  map "sticker" {
    source = "M1"
    paths = {
      "sticker.link" = "$.sticker.link"
    }
  }

  map "location" {
    source = "M1"
    paths = {
      "location.latitude"  = "$.location.latitude"
      "location.longitude" = "$.location.longitude"
      "location.name"      = "$.location.name"
      "location.address"   = "$.location.address"
    }
  }

  map "reaction" {
    source = "M1"
    paths = {
      "reaction.message_id" = "$.reaction.message_id"
      "reaction.emoji"      = "$.reaction.emoji"
    }
  }

  map "contacts" {
    source = "M1"
    paths = {
      "contacts[*].name.formatted_name"       = "$.contacts[*].name.formatted_name"
      "contacts[*].name.first_name"           = "$.contacts[*].name.first_name"
      "contacts[*].name.last_name"            = "$.contacts[*].name.last_name"
      "contacts[*].name.middle_name"          = "$.contacts[*].name.middle_name"
      "contacts[*].name.prefix"               = "$.contacts[*].name.prefix"
      "contacts[*].name.suffix"               = "$.contacts[*].name.suffix"
      "contacts[*].phones[*].phone"           = "$.contacts[*].phones[*].phone"
      "contacts[*].phones[*].type"            = "$.contacts[*].phones[*].type"
      "contacts[*].phones[*].wa_id"           = "$.contacts[*].phones[*].wa_id"
      "contacts[*].emails[*].email"           = "$.contacts[*].emails[*].email"
      "contacts[*].emails[*].type"            = "$.contacts[*].emails[*].type"
      "contacts[*].urls[*].url"               = "$.contacts[*].urls[*].url"
      "contacts[*].urls[*].type"              = "$.contacts[*].urls[*].type"
      "contacts[*].addresses[*].street"       = "$.contacts[*].addresses[*].street"
      "contacts[*].addresses[*].city"         = "$.contacts[*].addresses[*].city"
      "contacts[*].addresses[*].state"        = "$.contacts[*].addresses[*].state"
      "contacts[*].addresses[*].zip"          = "$.contacts[*].addresses[*].zip"
      "contacts[*].addresses[*].country"      = "$.contacts[*].addresses[*].country"
      "contacts[*].addresses[*].country_code" = "$.contacts[*].addresses[*].country_code"
      "contacts[*].addresses[*].type"         = "$.contacts[*].addresses[*].type"
      "contacts[*].org.company"               = "$.contacts[*].org.company"
      "contacts[*].org.department"            = "$.contacts[*].org.department"
      "contacts[*].org.title"                 = "$.contacts[*].org.title"
      "contacts[*].birthday"                  = "$.contacts[*].birthday"
    }
  }

  map "list" {
    source = "M1"
    paths = {
      "interactive.header.text"                            = "$.interactive.header.text"
      "interactive.body.text"                              = "$.interactive.body.text"
      "interactive.footer.text"                            = "$.interactive.footer.text"
      "interactive.action.button"                          = "$.interactive.action.button"
      "interactive.action.sections[*].title"               = "$.interactive.action.sections[*].title"
      "interactive.action.sections[*].rows[*].id"          = "$.interactive.action.sections[*].rows[*].id"
      "interactive.action.sections[*].rows[*].title"       = "$.interactive.action.sections[*].rows[*].title"
      "interactive.action.sections[*].rows[*].description" = "$.interactive.action.sections[*].rows[*].description"
    }
  }

  map "button" {
    source = "M1"
    paths = {
      "interactive.header.text"                   = "$.interactive.header.text"
      "interactive.body.text"                     = "$.interactive.body.text"
      "interactive.footer.text"                   = "$.interactive.footer.text"
      "interactive.action.buttons[*].reply.id"    = "$.interactive.action.buttons[*].reply.id"
      "interactive.action.buttons[*].reply.title" = "$.interactive.action.buttons[*].reply.title"
    }
  }

  map "product" {
    source = "M1"
    paths = {
      "interactive.body.text"                  = "$.interactive.body.text"
      "interactive.footer.text"                = "$.interactive.footer.text"
      "interactive.action.catalog_id"          = "$.interactive.action.catalog_id"
      "interactive.action.product_retailer_id" = "$.interactive.action.product_retailer_id"
    }
  }

  map "product_list" {
    source = "M1"
    paths = {
      "interactive.header.text"                                             = "$.interactive.header.text"
      "interactive.body.text"                                               = "$.interactive.body.text"
      "interactive.footer.text"                                             = "$.interactive.footer.text"
      "interactive.action.catalog_id"                                       = "$.interactive.action.catalog_id"
      "interactive.action.sections[*].title"                                = "$.interactive.action.sections[*].title"
      "interactive.action.sections[*].product_items[*].product_retailer_id" = "$.interactive.action.sections[*].product_items[*].product_retailer_id"
    }
  }

  map "template" {
    source = "M1, and M2 for coupon codes and names of parameters"
    paths = {
      "template.name"                                                 = "$.template.name"
      "template.language.code"                                        = "$.template.language.code"
      "template.components[*].parameters[*].text"                     = "$.template.components[*].parameters[*].text"
      "template.components[*].parameters[*].payload"                  = "$.template.components[*].parameters[*].payload"
      "template.components[*].parameters[*].coupon_code"              = "$.template.components[*].parameters[*].coupon_code"
      "template.components[*].parameters[*].parameter_name"           = "$.template.components[*].parameters[*].parameter_name"
      "template.components[*].parameters[*].currency.code"            = "$.template.components[*].parameters[*].currency.code"
      "template.components[*].parameters[*].currency.fallback_value"  = "$.template.components[*].parameters[*].currency.fallback_value"
      "template.components[*].parameters[*].date_time.fallback_value" = "$.template.components[*].parameters[*].date_time.fallback_value"
      "template.components[*].parameters[*].image.link"               = "$.template.components[*].parameters[*].image.link"
      "template.components[*].parameters[*].video.link"               = "$.template.components[*].parameters[*].video.link"
      "template.components[*].parameters[*].document.link"            = "$.template.components[*].parameters[*].document.link"
    }
  }

  idempotency {
    supported = false # no source documents any
  }

  webhook {
    method  = "POST"
    secrets = ["app_secret"]
    times   = ["unix_text"]
    batch   = { object = "whatsapp_business_account", entry = flatten([for call in events : call.entry]) }

    signature "hmac-sha256-hex" {
      key     = secret("app_secret")
      over    = ["body"]
      headers = { X-Hub-Signature-256 = "sha256={signature}" }
    }

    challenge {
      query  = { "hub.mode" = "subscribe", "hub.verify_token" = secret("verify_token") }
      reply  = "hub.challenge"
      token  = "hub.verify_token"
      source = "M9"
    }

    event "sent" {
      status = "sent"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "sent"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "delivered" {
      status = "delivered"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "delivered"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "read" {
      status = "read"
      source = "M1, Statuses; M2 for biz_opaque_callback_data"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "read"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "played" {
      status = "played"
      source = "M2: voice messages, in newer versions"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "played"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
          }]
        } }] }]
      }
    }

    event "failed" {
      status = "failed"
      source = "M1, Statuses and StatusError"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          statuses = [{
            id                       = event.message_id
            status                   = "failed"
            timestamp                = event.time
            recipient_id             = digits(event.recipient)
            biz_opaque_callback_data = event.reference
            errors                   = [{ code = tonumber(event.error_code), title = event.error_message, message = event.error_message }]
          }]
        } }] }]
      }
    }

    event "inbound_text" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
          }]
        } }] }]
      }
    }

    event "inbound_image" {
      inbound = "image"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "image"
            image     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }]
        } }] }]
      }
    }

    event "inbound_video" {
      inbound = "video"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "video"
            video     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption }
          }]
        } }] }]
      }
    }

    event "inbound_audio" {
      inbound = "audio"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, voice = false }
          }]
        } }] }]
      }
    }

    event "inbound_voice" {
      inbound = "audio"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "audio"
            audio     = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, voice = true }
          }]
        } }] }]
      }
    }

    event "inbound_document" {
      inbound = "document"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "document"
            document  = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, caption = event.caption, filename = event.filename }
          }]
        } }] }]
      }
    }

    event "inbound_sticker" {
      inbound = "sticker"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "sticker"
            sticker   = { id = event.media_id, mime_type = event.mime_type, sha256 = event.sha256, animated = true }
          }]
        } }] }]
      }
    }

    event "inbound_location" {
      inbound = "location"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "location"
            location  = { latitude = tonumber(event.latitude), longitude = tonumber(event.longitude), name = event.name, address = event.address, url = event.link }
          }]
        } }] }]
      }
    }

    event "inbound_contacts" {
      inbound = "contacts"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "contacts"
            contacts  = [{ name = { formatted_name = event.formatted_name, first_name = event.first_name }, phones = [{ phone = event.phone, wa_id = digits(event.phone) }] }]
          }]
        } }] }]
      }
    }

    event "inbound_reaction" {
      inbound = "reaction"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "reaction"
            reaction  = { message_id = event.context_id, emoji = event.emoji }
          }]
        } }] }]
      }
    }

    event "inbound_button" {
      inbound = "button"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "button"
            button    = { payload = event.payload, text = event.text }
            context   = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_list_reply" {
      inbound = "interactive"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from        = digits(event.recipient)
            id          = event.wamid
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "list_reply", list_reply = { id = event.reply_id, title = event.reply_title, description = event.reply_description } }
            context     = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_button_reply" {
      inbound = "interactive"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from        = digits(event.recipient)
            id          = event.wamid
            timestamp   = event.time
            type        = "interactive"
            interactive = { type = "button_reply", button_reply = { id = event.reply_id, title = event.reply_title } }
            context     = { from = "12025550100", id = event.context_id }
          }]
        } }] }]
      }
    }

    event "inbound_order" {
      inbound = "order"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "order"
            order     = { catalog_id = event.catalog_id, text = event.text, product_items = [{ product_retailer_id = event.product_id, quantity = tonumber(event.quantity), item_price = tonumber(event.price), currency = event.currency }] }
          }]
        } }] }]
      }
    }

    event "inbound_referral" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            referral  = { source_url = event.link, source_id = event.referral_id, source_type = "ad", headline = event.headline, ctwa_clid = event.click_id }
          }]
        } }] }]
      }
    }

    event "inbound_forwarded" {
      inbound = "text"
      source  = "M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { forwarded = true }
          }]
        } }] }]
      }
    }

    event "inbound_product_question" {
      inbound = "text"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
            context   = { from = "12025550100", id = event.context_id, referred_product = { catalog_id = event.catalog_id, product_retailer_id = event.product_id } }
          }]
        } }] }]
      }
    }

    event "inbound_system" {
      inbound = "system"
      source  = "M1, SystemMessage"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "system"
            system    = { type = "user_changed_number", body = event.text, wa_id = digits(event.phone) }
          }]
        } }] }]
      }
    }

    event "inbound_unsupported" {
      inbound = "unsupported"
      source  = "M1, IncomingMessage; M5"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, wa_id = digits(event.recipient) }]
          messages = [{
            from      = digits(event.recipient)
            id        = event.wamid
            timestamp = event.time
            type      = "unsupported"
            errors    = [{ code = 131051, title = event.reason, message = event.reason, error_data = { details = event.text } }]
          }]
        } }] }]
      }
    }

    event "inbound_user" {
      inbound = "text"
      source  = "M8: a user who hides the number. The name of the id in the message itself is not in M8, so it is left out."
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "messages", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          contacts          = [{ profile = { name = event.profile_name }, user_id = event.user_id }]
          messages = [{
            id        = event.wamid
            timestamp = event.time
            type      = "text"
            text      = { body = event.text }
          }]
        } }] }]
      }
    }

    event "account_update" {
      source = "M1, Change: other fields than messages"
      body = {
        object = "whatsapp_business_account"
        entry = [{ id = "200000000000001", changes = [{ field = "group_settings_update", value = {
          messaging_product = "whatsapp"
          metadata          = { display_phone_number = "12025550100", phone_number_id = try(event.tenant, "100000000000001") }
          groups            = [{ timestamp = event.time, group_id = event.group_id, type = "group_settings_update", request_id = event.id }]
        } }] }]
      }
    }
  }
}
