# Made from the OpenAPI document harbour.yaml (Harbour Messages, version 3.14.0) by wahost conformance dialect import.
#
# A comment with the word COMPLETE says what the document does not say. docs/providers/dialect.md describes the language.

dialect "harbour-messages" {
  version = "openapi 3.14.0"
  docs    = "https://docs.harbour.example"

  # COMPLETE: the names are those of the document. They must be those of the provider's arguments.
  config = {
    apikey_header = secret("apikey_header")
    endpoint      = endpoint()
    password      = secret("password")
    username      = secret("username")
  }

  channel_config = {
    sender = "sender"
  }

  auth "header" {
    # COMPLETE: value, if the vendor wants a word before the key.
    name   = "Authorization"
    value  = secret("apikey_header")
    error  = "http_401"
    routes = ["send_interactive_buttons", "send_templates", "send_text", "delete_media", "upload_media"]
    source = "harbour.yaml#/components/securitySchemes/APIKeyHeader"
  }

  auth "header" {
    name   = "Authorization"
    value  = "Basic ${base64encode("${secret("username")}:${secret("password")}")}"
    error  = "http_401"
    routes = ["get_report"]
    source = "harbour.yaml#/components/securitySchemes/Basic"
  }

  route "get_ping" {
    method = "GET"
    path   = "/ping"
    accept = "query"
    public = true
    source = "harbour.yaml#/paths/~1ping/get"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 200
      body   = null
    }
  }

  route "send_interactive_buttons" {
    # COMPLETE: recipient_at and max_recipients, if this route sends messages. It may be at $.to.
    # COMPLETE: kind, if the route takes one kind of message, or type_at. It may be at $.content.action.buttons[*].type, $.content.header.type.
    # The document allows SessionKey or APIKeyHeader or Basic or OAuth2. The emulator wants the first that a dialect can describe.
    method    = "POST"
    path      = "/whatsapp/1/message/interactive/buttons"
    accept    = "json"
    schema    = "schemas/send_interactive_buttons.json"
    violation = "http_400"
    source    = "harbour.yaml#/paths/~1whatsapp~11~1message~1interactive~1buttons/post"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 200
      body = {
        messageCount = 1
        messageId    = new_id("XXXXXXXXXXXXXXXX")
        status = {
          groupId   = 1
          groupName = "ACCEPTED"
        }
        to = "to"
      }
    }
  }

  route "send_templates" {
    # COMPLETE: recipient_at and max_recipients, if this route sends messages. It may be at $.messages[*].to.
    # COMPLETE: kind, if the route takes one kind of message, or type_at. It may be at $.messages[*].content.header.type.
    # The document has the answer "default", without a status.
    # The document allows SessionKey or APIKeyHeader or Basic or OAuth2. The emulator wants the first that a dialect can describe.
    method    = "POST"
    path      = "/whatsapp/1/message/template"
    accept    = "json"
    schema    = "schemas/send_templates.json"
    violation = "http_400"
    source    = "harbour.yaml#/paths/~1whatsapp~11~1message~1template/post"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 200
      body = {
        bulkId = "b-1"
        messages = [{
          messageCount = 1
          messageId    = "m-1"
          status = {
            groupId   = 1
            groupName = "PENDING"
            id        = 7
            name      = "PENDING_ENROUTE $${x}"
          }
          to = "441134960001"
        }]
      }
    }
  }

  route "send_text" {
    # COMPLETE: recipient_at and max_recipients, if this route sends messages. It may be at $.to.
    # COMPLETE: kind, if the route takes one kind of message, or type_at.
    # The document allows SessionKey or APIKeyHeader or Basic or OAuth2. The emulator wants the first that a dialect can describe.
    method    = "POST"
    path      = "/whatsapp/1/message/text"
    accept    = "json"
    schema    = "schemas/send_text.json"
    violation = "http_400"
    source    = "harbour.yaml#/paths/~1whatsapp~11~1message~1text/post"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 200
      body = {
        messageCount = 1
        messageId    = new_id("XXXXXXXXXXXXXXXX")
        status = {
          groupId   = 1
          groupName = "ACCEPTED"
        }
        to = "to"
      }
    }
  }

  route "get_report" {
    # The document has the header parameter X-Trace.
    method = "GET"
    path   = "/whatsapp/1/reports/{*message_id}"
    accept = "query"
    source = "harbour.yaml#/paths/~1whatsapp~11~1reports~1{messageId}/get"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 200
      body = {
        messageId = new_id("XXXXXXXXXXXXXXXX")
        next = {
          messageId = new_id("XXXXXXXXXXXXXXXX")
          next = {
            messageId = new_id("XXXXXXXXXXXXXXXX")
            next = {
              messageId = new_id("XXXXXXXXXXXXXXXX")
              next = {
                messageId = new_id("XXXXXXXXXXXXXXXX")
                next = {
                  messageId = new_id("XXXXXXXXXXXXXXXX")
                  next = {
                    messageId = null
                    next      = null
                    sentAt    = null
                  }
                  sentAt = "2026-03-04T05:06:07.000+0000"
                }
                sentAt = "2026-03-04T05:06:07.000+0000"
              }
              sentAt = "2026-03-04T05:06:07.000+0000"
            }
            sentAt = "2026-03-04T05:06:07.000+0000"
          }
          sentAt = "2026-03-04T05:06:07.000+0000"
        }
        sentAt = "2026-03-04T05:06:07.000+0000"
      }
    }
  }

  route "delete_media" {
    # The document allows SessionKey or APIKeyHeader or Basic or OAuth2. The emulator wants the first that a dialect can describe.
    method = "DELETE"
    path   = "/whatsapp/1/senders/{*sender}/media"
    accept = "query"
    source = "harbour.yaml#/paths/~1whatsapp~11~1senders~1{sender}~1media/delete"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 204
      body   = null
    }
  }

  route "upload_media" {
    # COMPLETE: recipient_at and max_recipients, if this route sends messages.
    # COMPLETE: kind, if the route takes one kind of message, or type_at.
    # COMPLETE: sender of the path is a value of channel_config here.
    # The document allows SessionKey or APIKeyHeader or Basic or OAuth2. The emulator wants the first that a dialect can describe.
    method    = "POST"
    path      = "/whatsapp/1/senders/{sender}/media"
    accept    = "multipart"
    schema    = "schemas/upload_media.json"
    violation = "http_400"
    source    = "harbour.yaml#/paths/~1whatsapp~11~1senders~1{sender}~1media/post"

    # COMPLETE: new ids with new_id, and what repeats the request.
    reply = {
      status = 201
      body = {
        mediaId = new_id("XXXXXXXXXXXXXXXX")
      }
    }
  }

  error "http_400" {
    # COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.
    status = 400
    body = {
      requestError = {
        serviceException = {
          messageId = new_id("XXXXXXXXXXXXXXXX")
          text      = "text"
        }
      }
    }
    reason = "vendor_rejected"
    retry  = "never"
    source = "harbour.yaml#/paths/~1whatsapp~11~1message~1interactive~1buttons/post/responses/400"

    answer "send_text" {
      # harbour.yaml#/paths/~1whatsapp~11~1message~1text/post/responses/400
      body = {
        description = "description"
        errorCode   = "E400"
        violations  = [{}]
      }
    }
  }

  error "http_401" {
    # COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.
    status = 401
    body = {
      requestError = {
        serviceException = {
          messageId = "UNAUTHORIZED"
          text      = "Invalid login details"
        }
      }
    }
    reason = "unauthenticated"
    retry  = "never"
    source = "harbour.yaml#/paths/~1whatsapp~11~1message~1template/post/responses/401"
  }

  error "http_404" {
    # COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.
    status = 404
    reason = "vendor_rejected"
    retry  = "never"
    source = "harbour.yaml#/paths/~1whatsapp~11~1reports~1{messageId}/get/responses/404"
  }

  error "http_429" {
    # COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.
    status = 429
    reason = "rate_limited"
    retry  = "after"
    source = "harbour.yaml#/paths/~1whatsapp~11~1message~1template/post/responses/429"
  }

  error "http_500" {
    # COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.
    status = 500
    reason = "vendor_unavailable"
    retry  = "after"
    source = "harbour.yaml#/paths/~1whatsapp~11~1message~1text/post/responses/5XX"
  }

  # COMPLETE: idempotency, if the vendor knows a repeated request; map and limit for each kind of message; webhook for the vendor's calls; samples.
  # The pattern ^(?!0)\d+$ cannot be used, and is left out.
}
