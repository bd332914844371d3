# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# Twilio's Messages resource for WhatsApp. Sources, by key:
#   G   the client library twilio-go: rest/api/v2010/accounts_messages.go, client/request_validator.go (https://github.com/twilio/twilio-go)
#   E   the page of the error, https://www.twilio.com/docs/api/errors/ and the code
#   E2  a copy of the vendor's table of errors, with HTTP statuses (https://github.com/api-evangelist/twilio)
#   T1  https://www.twilio.com/docs/usage/twilios-response
#   T2  https://www.twilio.com/docs/whatsapp/tutorial/error-codes
#   T3  https://www.twilio.com/docs/whatsapp/message-features
#   T4  https://www.twilio.com/docs/content/using-variables-with-content-api
#   T5  https://www.twilio.com/docs/messaging/guides/webhook-request
#   T6  https://www.twilio.com/docs/messaging/api/message-resource
#   C   forms that Twilio's sandbox for WhatsApp sent to public clients
#
# An error has HTTP status 400 (T1) unless its source says otherwise. Codes from 63000 are those of WhatsApp: Twilio takes the message and
# reports them later, and the answer of the request may have them too. The reason, the retry advice and the scope of a code are this
# project's reading of its description.

dialect "twilio" {
  version = "2010-04-01"
  docs    = "https://www.twilio.com/docs/whatsapp/api"

  config = {
    endpoint    = endpoint()
    account_sid = "AC0123456789abcdef0123456789abcdef"
    auth_token  = secret("auth_token")
  }

  channel_config = {
    from                  = "+${number("from")}"
    messaging_service_sid = "MG0123456789abcdef0123456789abcdef"
  }

  arguments = {
    "channel.messaging_service_sid" = "$.MessagingServiceSid"
  }

  callback_url = "$.StatusCallback"

  auth "header" {
    name   = "Authorization"
    value  = "Basic ${base64encode("AC0123456789abcdef0123456789abcdef:${secret("auth_token")}")}"
    error  = "bad_credentials"
    source = "https://www.twilio.com/docs/usage/requests-to-twilio: HTTP Basic, with an API key or with the account and its token"
  }

  # A request with MediaUrl does not say which kind of file is there, so kinds of media are not told apart.
  route "send" {
    method = "POST"
    path   = "/2010-04-01/Accounts/{account_sid}/Messages.json"
    accept = "form"
    source = "G; T6 has the answer"

    recipient_at     = "$.To"
    recipient_prefix = "whatsapp:"
    max_recipients   = 1

    type_at = {
      location = "$.PersistentAction"
      template = "$.ContentSid"
    }

    schema    = "schemas/messages.json"
    violation = "invalid_message"

    reply = {
      status = 201
      body = {
        sid                   = "SM${lower(new_id("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"))}"
        account_sid           = "AC0123456789abcdef0123456789abcdef"
        messaging_service_sid = try(request.body.MessagingServiceSid, null)
        from                  = try(request.body.From, null)
        to                    = request.body.To
        status                = try(request.body.SendAt, "") == "" ? "queued" : "scheduled"
        body                  = try(request.body.Body, "")
        direction             = "outbound-api"
        num_media             = can(request.body.MediaUrl) ? "1" : "0"
        num_segments          = "1"
        error_code            = null
        error_message         = null
        api_version           = "2010-04-01"
      }
    }
  }

  route "status" {
    method = "GET"
    path   = "/2010-04-01/Accounts/{account_sid}/Messages/{*sid}.json"
    accept = "query"
    source = "G: FetchMessage; T6"

    reply = {
      status = 200
      body = {
        sid           = message.id
        to            = "whatsapp:${message.recipient}"
        status        = message.status
        error_code    = message.status == "undelivered" ? 63016 : null
        error_message = null
        date_updated  = "Thu, 24 Aug 2023 05:01:45 +0000"
      }
    }
  }

  lookup {
    route    = "status"
    keys_at  = ["$.sid"]
    id_at    = "$.sid"
    statuses = { accepted = "queued", failed = "undelivered" }
    missing = {
      status = 404
      body = {
        code = 20404, message = "The requested resource was not found", more_info = "https://www.twilio.com/docs/errors/20404", status = 404
      }
    }
    source = "T6. That a message which is missing was never taken is not documented."
  }

  schedule {
    at     = "$.SendAt"
    times  = ["rfc3339"]
    source = "G: SendAt in ISO 8601, with ScheduleType fixed and a messaging service"
  }

  error "inactive_account" {
    status = 401
    body   = { code = 10001, message = "Account is not active", more_info = "https://www.twilio.com/docs/errors/10001", status = 401 }
    code   = "10001"
    reason = "forbidden"
    retry  = "never"
    scope  = "account"
    source = "E. The HTTP status is not documented; 401 is chosen here."
  }

  error "bad_credentials" {
    status = 401
    body   = { code = 20003, message = "Authenticate", more_info = "https://www.twilio.com/docs/errors/20003", status = 401 }
    code   = "20003"
    reason = "unauthenticated"
    retry  = "never"
    scope  = "account"
    source = "E; E2 has the HTTP status"
  }

  error "no_account" {
    status = 404
    body   = { code = 20404, message = "The requested resource was not found", more_info = "https://www.twilio.com/docs/errors/20404", status = 404 }
    code   = "20404"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "E; E2 has the HTTP status. A request to send names the account only."
  }

  error "too_many_requests" {
    status = 429
    body   = { code = 20429, message = "Too Many Requests", more_info = "https://www.twilio.com/docs/errors/20429", status = 429 }
    code   = "20429"
    reason = "rate_limited"
    retry  = "after"
    scope  = "account"
    source = "E: requests are not processed and are safe to repeat; E2 has the HTTP status"
  }

  error "bad_recipient" {
    status = 400
    body   = { code = 21211, message = "The 'To' number is not a valid phone number", more_info = "https://www.twilio.com/docs/errors/21211", status = 400 }
    code   = "21211"
    reason = "invalid_recipient"
    retry  = "never"
    scope  = "recipient"
    source = "E; T1 has the HTTP status"
  }

  error "unverified_recipient" {
    status = 400
    body   = { code = 21608, message = "The number is unverified. Trial accounts cannot send messages to unverified numbers", more_info = "https://www.twilio.com/docs/errors/21608", status = 400 }
    code   = "21608"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "E"
  }

  error "unsubscribed" {
    status       = 400
    body         = { code = 21610, message = "Attempt to send to unsubscribed recipient", more_info = "https://www.twilio.com/docs/errors/21610", status = 400 }
    code         = "21610"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "E"
  }

  error "invalid_message" {
    status = 400
    body   = { code = 21619, message = violation == "" ? "A Message Body, Media URL or Content SID is required" : violation, more_info = "https://www.twilio.com/docs/errors/21619", status = 400 }
    code   = "21619"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "E"
  }

  error "bad_content_sid" {
    status = 400
    body   = { code = 21655, message = "The ContentSid is Invalid", more_info = "https://www.twilio.com/docs/errors/21655", status = 400 }
    code   = "21655"
    reason = "template_unavailable"
    retry  = "never"
    scope  = "message"
    source = "E"
  }

  error "bad_content_variables" {
    status = 400
    body   = { code = 21656, message = "The ContentVariables Parameter is invalid", more_info = "https://www.twilio.com/docs/errors/21656", status = 400 }
    code   = "21656"
    reason = "template_mismatch"
    retry  = "never"
    scope  = "message"
    source = "E"
  }

  error "queue_overflow" {
    status       = 429
    body         = { code = 30001, message = "Queue overflow", more_info = "https://www.twilio.com/docs/errors/30001", status = 429 }
    code         = "30001"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "sender"
    asynchronous = true
    source       = "E. The HTTP status is not documented; 429 is chosen here."
  }

  error "no_such_user" {
    status       = 400
    body         = { code = 63003, message = "Channel could not find To address", more_info = "https://www.twilio.com/docs/errors/63003", status = 400 }
    code         = "63003"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "E: an unregistered WhatsApp number, among others"
  }

  error "refused_content" {
    status       = 400
    body         = { code = 63005, message = "Channel did not accept given content", more_info = "https://www.twilio.com/docs/errors/63005", status = 400 }
    code         = "63005"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E: of several causes, most are about the content"
  }

  error "bad_format" {
    status       = 400
    body         = { code = 63006, message = "Could not format given content for the channel", more_info = "https://www.twilio.com/docs/errors/63006", status = 400 }
    code         = "63006"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E"
  }

  error "no_sender" {
    status       = 400
    body         = { code = 63007, message = "Twilio could not find a Channel with the specified From address", more_info = "https://www.twilio.com/docs/errors/63007", status = 400 }
    code         = "63007"
    reason       = "misconfigured"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "E"
  }

  error "channel_misconfigured" {
    status       = 400
    body         = { code = 63008, message = "Request failed: channel module misconfigured", more_info = "https://www.twilio.com/docs/errors/63008", status = 400 }
    code         = "63008"
    reason       = "misconfigured"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "E"
  }

  error "whatsapp_unavailable" {
    status       = 400
    body         = { code = 63012, message = "Channel provider returned an internal service error", more_info = "https://www.twilio.com/docs/errors/63012", status = 400 }
    code         = "63012"
    reason       = "vendor_unavailable"
    retry        = "after"
    scope        = "account"
    asynchronous = true
    source       = "T2: WhatsApp's 500, 1011 and 1014"
  }

  error "blocked" {
    status       = 400
    body         = { code = 63014, message = "Channel message blocked by user action", more_info = "https://www.twilio.com/docs/errors/63014", status = 400 }
    code         = "63014"
    reason       = "opted_out"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "E: the recipient blocked the sender or opted out"
  }

  error "window" {
    status       = 400
    body         = { code = 63016, message = "Outside messaging window. For WhatsApp, use a Message Template instead", more_info = "https://www.twilio.com/docs/errors/63016", status = 400 }
    code         = "63016"
    reason       = "outside_service_window"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "E"
  }

  error "account_rate" {
    status       = 429
    body         = { code = 63017, message = "Rate limit exceeded", more_info = "https://www.twilio.com/docs/errors/63017", status = 429 }
    code         = "63017"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "account"
    asynchronous = true
    source       = "E. The HTTP status is not documented; 429 is chosen here."
  }

  error "sender_rate" {
    status       = 429
    body         = { code = 63018, message = "Rate limit exceeded for Channel", more_info = "https://www.twilio.com/docs/errors/63018", status = 429 }
    code         = "63018"
    reason       = "rate_limited"
    retry        = "after"
    scope        = "sender"
    asynchronous = true
    source       = "E. The HTTP status is not documented; 429 is chosen here."
  }

  error "media_download" {
    status       = 400
    body         = { code = 63019, message = "Media failed to download", more_info = "https://www.twilio.com/docs/errors/63019", status = 400 }
    code         = "63019"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E"
  }

  error "invalid_content" {
    status       = 400
    body         = { code = 63021, message = "Channel invalid content error", more_info = "https://www.twilio.com/docs/errors/63021", status = 400 }
    code         = "63021"
    reason       = "invalid_message"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E"
  }

  error "unreachable" {
    status       = 400
    body         = { code = 63024, message = "Invalid message recipient", more_info = "https://www.twilio.com/docs/errors/63024", status = 400 }
    code         = "63024"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "T2: WhatsApp's 1002 and 1026"
  }

  error "no_template" {
    status       = 400
    body         = { code = 63027, message = "Template does not exist for a language and locale", more_info = "https://www.twilio.com/docs/errors/63027", status = 400 }
    code         = "63027"
    reason       = "template_unavailable"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E"
  }

  error "parameter_count" {
    status       = 400
    body         = { code = 63028, message = "Number of parameters provided does not match the expected number of parameters", more_info = "https://www.twilio.com/docs/errors/63028", status = 400 }
    code         = "63028"
    reason       = "template_mismatch"
    retry        = "never"
    scope        = "message"
    asynchronous = true
    source       = "E"
  }

  error "user_limitation" {
    status       = 400
    body         = { code = 63032, message = "The message cannot be sent to this user because of a limitation of WhatsApp", more_info = "https://www.twilio.com/docs/errors/63032", status = 400 }
    code         = "63032"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "T2: WhatsApp's 472"
  }

  error "daily_limit" {
    status       = 400
    body         = { code = 63038, message = "Account exceeded the daily messages limit", more_info = "https://www.twilio.com/docs/errors/63038", status = 400 }
    code         = "63038"
    reason       = "quota_exceeded"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "E"
  }

  error "marketing_withheld" {
    status       = 400
    body         = { code = 63049, message = "Meta chose not to deliver this WhatsApp marketing message", more_info = "https://www.twilio.com/docs/errors/63049", status = 400 }
    code         = "63049"
    reason       = "recipient_unreachable"
    retry        = "never"
    scope        = "recipient"
    asynchronous = true
    source       = "Clients of the vendor only. The page of this code was not read."
  }

  error "marketing_terms" {
    status       = 400
    body         = { code = 63062, message = "WhatsApp Terms of Service for Marketing Messages API not accepted", more_info = "https://www.twilio.com/docs/errors/63062", status = 400 }
    code         = "63062"
    reason       = "forbidden"
    retry        = "never"
    scope        = "account"
    asynchronous = true
    source       = "E"
  }

  error "sender_disabled" {
    status       = 400
    body         = { code = 63112, message = "The WhatsApp sender is disabled", more_info = "https://www.twilio.com/docs/errors/63112", status = 400 }
    code         = "63112"
    reason       = "forbidden"
    retry        = "never"
    scope        = "sender"
    asynchronous = true
    source       = "Clients of the vendor only. The page of this code was not read."
  }

  error "content_type" {
    status = 400
    body   = { code = 216602, message = "Content Type is not supported on this channel", more_info = "https://www.twilio.com/docs/errors/216602", status = 400 }
    code   = "216602"
    reason = "unsupported"
    retry  = "never"
    scope  = "message"
    source = "E"
  }

  error "wrong_address" {
    status = 404
    body   = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
    reason = "misconfigured"
    retry  = "never"
    scope  = "account"
    source = "RFC 9110, section 15.5.5: nothing is at the address, so the endpoint is wrong. The page is chosen here."
  }

  limit "text" {
    path    = "text.body"
    maximum = 1600
    unit    = "characters"
    source  = "G: Body can be up to 1,600 characters in length"
  }

  idempotency {
    supported = false # no source documents any
  }

  map "text" {
    source = "G"
    paths = {
      "text.body" = "$.Body"
    }
  }

  map "image" {
    source = "G"
    paths = {
      "image.link"    = "$.MediaUrl"
      "image.caption" = "$.Body"
    }
  }

  map "video" {
    source = "G"
    paths = {
      "video.link"    = "$.MediaUrl"
      "video.caption" = "$.Body"
    }
  }

  map "audio" {
    source = "G"
    paths = {
      "audio.link" = "$.MediaUrl"
    }
  }

  map "document" {
    source = "G"
    paths = {
      "document.link" = "$.MediaUrl"
    }
  }

  map "location" {
    source = "T3"
    paths = {
      "location.name"      = "$.Body"
      "location.latitude"  = "$.PersistentAction"
      "location.longitude" = "$.PersistentAction"
      "location.address"   = "$.PersistentAction"
    }
    fold     = ["location.latitude", "location.longitude", "location.address"]
    required = ["location.name"]
  }

  # The number of a variable after those of the body depends on how many the body has.
  map "template" {
    source = "G; T4: variables of the body, of buttons and of the header are numbered together"
    paths = {
      "template.name"                                = "$.ContentSid"
      "template.components[body].parameters[*].text" = "$.ContentVariables~json.{n}"
    }
  }

  webhook {
    method  = "POST"
    format  = "form"
    secrets = ["auth_token"]

    signature "hmac-sha1-base64" {
      key     = secret("auth_token")
      over    = ["url", "form"]
      headers = { X-Twilio-Signature = "{signature}" }
      exact   = true
    }

    event "queued" {
      status = "accepted"
      source = "T6; C"
      body = {
        AccountSid    = "AC0123456789abcdef0123456789abcdef"
        ApiVersion    = "2010-04-01"
        ChannelPrefix = "whatsapp"
        From          = "whatsapp:+${try(event.tenant, number("from"))}"
        To            = "whatsapp:${event.recipient}"
        MessageSid    = event.message_id
        SmsSid        = event.message_id
        MessageStatus = "queued"
        SmsStatus     = "queued"
      }
    }

    event "sent" {
      status = "sent"
      source = "T6; C"
      body = {
        AccountSid    = "AC0123456789abcdef0123456789abcdef"
        ApiVersion    = "2010-04-01"
        ChannelPrefix = "whatsapp"
        From          = "whatsapp:+${try(event.tenant, number("from"))}"
        To            = "whatsapp:${event.recipient}"
        MessageSid    = event.message_id
        SmsSid        = event.message_id
        MessageStatus = "sent"
        SmsStatus     = "sent"
      }
    }

    event "delivered" {
      status = "delivered"
      source = "T6; C"
      body = {
        AccountSid    = "AC0123456789abcdef0123456789abcdef"
        ApiVersion    = "2010-04-01"
        ChannelPrefix = "whatsapp"
        From          = "whatsapp:+${try(event.tenant, number("from"))}"
        To            = "whatsapp:${event.recipient}"
        MessageSid    = event.message_id
        SmsSid        = event.message_id
        MessageStatus = "delivered"
        SmsStatus     = "delivered"
        EventType     = "DELIVERED"
      }
    }

    event "read" {
      status = "read"
      source = "T6; C"
      body = {
        AccountSid    = "AC0123456789abcdef0123456789abcdef"
        ApiVersion    = "2010-04-01"
        ChannelPrefix = "whatsapp"
        From          = "whatsapp:+${try(event.tenant, number("from"))}"
        To            = "whatsapp:${event.recipient}"
        MessageSid    = event.message_id
        SmsSid        = event.message_id
        MessageStatus = "read"
        SmsStatus     = "read"
        EventType     = "READ"
      }
    }

    event "failed" {
      status = "failed"
      source = "T6; C"
      body = {
        AccountSid           = "AC0123456789abcdef0123456789abcdef"
        ApiVersion           = "2010-04-01"
        ChannelPrefix        = "whatsapp"
        From                 = "whatsapp:+${try(event.tenant, number("from"))}"
        To                   = "whatsapp:${event.recipient}"
        MessageSid           = event.message_id
        SmsSid               = event.message_id
        MessageStatus        = "failed"
        SmsStatus            = "failed"
        ErrorCode            = event.error_code
        ChannelStatusMessage = event.error_message
      }
    }

    event "undelivered" {
      status = "failed"
      source = "T6; C"
      body = {
        AccountSid    = "AC0123456789abcdef0123456789abcdef"
        ApiVersion    = "2010-04-01"
        ChannelPrefix = "whatsapp"
        From          = "whatsapp:+${try(event.tenant, number("from"))}"
        To            = "whatsapp:${event.recipient}"
        MessageSid    = event.message_id
        SmsSid        = event.message_id
        MessageStatus = "undelivered"
        SmsStatus     = "undelivered"
        EventType     = "UNDELIVERED"
        ErrorCode     = event.error_code
        ErrorMessage  = event.error_message
      }
    }

    event "inbound_text" {
      inbound = "text"
      source  = "T5"
      body = {
        AccountSid  = "AC0123456789abcdef0123456789abcdef"
        ApiVersion  = "2010-04-01"
        From        = "whatsapp:${event.recipient}"
        To          = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId        = digits(event.recipient)
        ProfileName = event.profile_name
        MessageSid  = event.wamid
        SmsSid      = event.wamid
        SmsStatus   = "received"
        NumSegments = "1"
        MessageType = "text"
        Body        = event.text
        NumMedia    = "0"
      }
    }

    event "inbound_answer" {
      inbound = "text"
      source  = "T5"
      body = {
        AccountSid                   = "AC0123456789abcdef0123456789abcdef"
        ApiVersion                   = "2010-04-01"
        From                         = "whatsapp:${event.recipient}"
        To                           = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId                         = digits(event.recipient)
        ProfileName                  = event.profile_name
        MessageSid                   = event.wamid
        SmsSid                       = event.wamid
        SmsStatus                    = "received"
        NumSegments                  = "1"
        MessageType                  = "text"
        Body                         = event.text
        NumMedia                     = "0"
        OriginalRepliedMessageSid    = event.context_id
        OriginalRepliedMessageSender = "whatsapp:+${try(event.tenant, number("from"))}"
      }
    }

    event "inbound_forwarded" {
      inbound = "text"
      source  = "T5"
      body = {
        AccountSid  = "AC0123456789abcdef0123456789abcdef"
        ApiVersion  = "2010-04-01"
        From        = "whatsapp:${event.recipient}"
        To          = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId        = digits(event.recipient)
        ProfileName = event.profile_name
        MessageSid  = event.wamid
        SmsSid      = event.wamid
        SmsStatus   = "received"
        NumSegments = "1"
        MessageType = "text"
        Body        = event.text
        NumMedia    = "0"
        Forwarded   = "true"
      }
    }

    event "inbound_referral" {
      inbound = "text"
      source  = "T5"
      body = {
        AccountSid         = "AC0123456789abcdef0123456789abcdef"
        ApiVersion         = "2010-04-01"
        From               = "whatsapp:${event.recipient}"
        To                 = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId               = digits(event.recipient)
        ProfileName        = event.profile_name
        MessageSid         = event.wamid
        SmsSid             = event.wamid
        SmsStatus          = "received"
        NumSegments        = "1"
        MessageType        = "text"
        Body               = event.text
        NumMedia           = "0"
        ReferralSourceUrl  = event.link
        ReferralSourceId   = event.referral_id
        ReferralSourceType = "ad"
        ReferralHeadline   = event.headline
        ReferralCtwaClid   = event.click_id
      }
    }

    event "inbound_image" {
      inbound = "image"
      source  = "T5; C"
      body = {
        AccountSid        = "AC0123456789abcdef0123456789abcdef"
        ApiVersion        = "2010-04-01"
        From              = "whatsapp:${event.recipient}"
        To                = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId              = digits(event.recipient)
        ProfileName       = event.profile_name
        MessageSid        = event.wamid
        SmsSid            = event.wamid
        SmsStatus         = "received"
        NumSegments       = "1"
        MessageType       = "image"
        Body              = event.caption
        NumMedia          = "1"
        MediaUrl0         = event.link
        MediaContentType0 = "image/jpeg"
      }
    }

    event "inbound_video" {
      inbound = "video"
      source  = "T5; C"
      body = {
        AccountSid        = "AC0123456789abcdef0123456789abcdef"
        ApiVersion        = "2010-04-01"
        From              = "whatsapp:${event.recipient}"
        To                = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId              = digits(event.recipient)
        ProfileName       = event.profile_name
        MessageSid        = event.wamid
        SmsSid            = event.wamid
        SmsStatus         = "received"
        NumSegments       = "1"
        Body              = event.caption
        NumMedia          = "1"
        MediaUrl0         = event.link
        MediaContentType0 = "video/mp4"
      }
    }

    event "inbound_audio" {
      inbound = "audio"
      source  = "T5; C"
      body = {
        AccountSid        = "AC0123456789abcdef0123456789abcdef"
        ApiVersion        = "2010-04-01"
        From              = "whatsapp:${event.recipient}"
        To                = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId              = digits(event.recipient)
        ProfileName       = event.profile_name
        MessageSid        = event.wamid
        SmsSid            = event.wamid
        SmsStatus         = "received"
        NumSegments       = "1"
        MessageType       = "audio"
        Body              = ""
        NumMedia          = "1"
        MediaUrl0         = event.link
        MediaContentType0 = "audio/ogg"
      }
    }

    event "inbound_document" {
      inbound = "document"
      source  = "T5; C"
      body = {
        AccountSid        = "AC0123456789abcdef0123456789abcdef"
        ApiVersion        = "2010-04-01"
        From              = "whatsapp:${event.recipient}"
        To                = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId              = digits(event.recipient)
        ProfileName       = event.profile_name
        MessageSid        = event.wamid
        SmsSid            = event.wamid
        SmsStatus         = "received"
        NumSegments       = "1"
        MessageType       = "document"
        Body              = event.caption
        NumMedia          = "1"
        MediaUrl0         = event.link
        MediaContentType0 = "application/pdf"
      }
    }

    event "inbound_sticker" {
      inbound = "sticker"
      source  = "T5. The type of the message is chosen here."
      body = {
        AccountSid        = "AC0123456789abcdef0123456789abcdef"
        ApiVersion        = "2010-04-01"
        From              = "whatsapp:${event.recipient}"
        To                = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId              = digits(event.recipient)
        ProfileName       = event.profile_name
        MessageSid        = event.wamid
        SmsSid            = event.wamid
        SmsStatus         = "received"
        NumSegments       = "1"
        MessageType       = "sticker"
        Body              = ""
        NumMedia          = "1"
        MediaUrl0         = event.link
        MediaContentType0 = "image/webp"
      }
    }

    event "inbound_location" {
      inbound = "location"
      source  = "T3; C"
      body = {
        AccountSid  = "AC0123456789abcdef0123456789abcdef"
        ApiVersion  = "2010-04-01"
        From        = "whatsapp:${event.recipient}"
        To          = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId        = digits(event.recipient)
        ProfileName = event.profile_name
        MessageSid  = event.wamid
        SmsSid      = event.wamid
        SmsStatus   = "received"
        NumSegments = "1"
        MessageType = "location"
        Body        = ""
        NumMedia    = "0"
        Latitude    = event.latitude
        Longitude   = event.longitude
        Label       = event.name
        Address     = event.address
      }
    }

    event "inbound_button" {
      inbound = "button"
      source  = "T5"
      body = {
        AccountSid                   = "AC0123456789abcdef0123456789abcdef"
        ApiVersion                   = "2010-04-01"
        From                         = "whatsapp:${event.recipient}"
        To                           = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId                         = digits(event.recipient)
        ProfileName                  = event.profile_name
        MessageSid                   = event.wamid
        SmsSid                       = event.wamid
        SmsStatus                    = "received"
        NumSegments                  = "1"
        Body                         = event.text
        NumMedia                     = "0"
        ButtonText                   = event.text
        ButtonPayload                = event.payload
        OriginalRepliedMessageSid    = event.context_id
        OriginalRepliedMessageSender = "whatsapp:+${try(event.tenant, number("from"))}"
      }
    }

    event "inbound_button_reply" {
      inbound = "interactive"
      source  = "C"
      body = {
        AccountSid                   = "AC0123456789abcdef0123456789abcdef"
        ApiVersion                   = "2010-04-01"
        From                         = "whatsapp:${event.recipient}"
        To                           = "whatsapp:+${try(event.tenant, number("from"))}"
        WaId                         = digits(event.recipient)
        ProfileName                  = event.profile_name
        MessageSid                   = event.wamid
        SmsSid                       = event.wamid
        SmsStatus                    = "received"
        NumSegments                  = "1"
        MessageType                  = "interactive"
        Body                         = event.reply_title
        NumMedia                     = "0"
        ButtonText                   = event.reply_title
        ButtonPayload                = event.reply_id
        OriginalRepliedMessageSid    = event.context_id
        OriginalRepliedMessageSender = "whatsapp:+${try(event.tenant, number("from"))}"
      }
    }
  }

  samples {
    recipients    = ["+12025550123", "+12025550124", "+12025550125"]
    bad_recipient = "+1"

    template {
      name     = "HX0123456789abcdef0123456789abcdef"
      language = "en"
    }
  }
}
