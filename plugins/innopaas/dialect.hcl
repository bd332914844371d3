# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0
#
# InnoPaaS, WhatsApp API v3, msg/submit. The file that it extends has the sources by their keys, and what MMLite has too.

dialect "innopaas" {
  extends = "../internal/innopaasapi/common.hcl"

  config = {
    endpoint      = endpoint()
    app_key       = secret("app_key")
    authorization = secret("authorization")

    callback_username      = secret("callback_username")
    callback_authorization = secret("callback_authorization")
    callback_secret        = secret("callback_secret")
  }

  route "send" {
    method = "POST"
    path   = "/api/whatsapp/v3/msg/submit"
    accept = "json"

    recipient_at        = "$.recipientNumber"
    recipient_separator = ","
    max_recipients      = 1000 # SI

    type_at = ["$.interactive.type", "$.messageType"]

    schema    = "schemas/submit.json"
    violation = "invalid_request"

    # C1: one id in data, also for several recipients.
    reply = {
      status = 200
      body   = { code = "0", message = "submitted", data = new_id("999999999999999999") }
    }
  }

  error "text_too_long" {
    status = 200
    body   = { code = "106", message = "text too long", data = null }
    code   = "106"
    reason = "invalid_message"
    retry  = "never"
    scope  = "message"
    source = "I9, code 106: the text is longer than 3000 characters. The HTTP status is not documented; 200 is chosen here."
  }

  limit "text" {
    path    = "text.body"
    maximum = 3000
    unit    = "characters"
    source  = "I9, code 106: a text of more than 3000 characters is refused. Meta's own limit is 4096."
  }

  map "template" {
    source = "SI: the tables of the request's fields"
    paths = {
      "template.name"                                           = "$.templateName"
      "template.language.code"                                  = "$.language"
      "template.components[header].parameters[*].text"          = "$.header.paramValue"
      "template.components[header].parameters[*].image.link"    = "$.header.link"
      "template.components[header].parameters[*].video.link"    = "$.header.link"
      "template.components[header].parameters[*].document.link" = "$.header.link"
      "template.components[body].parameters[*].text"            = "$.bodyParams[*]"
      "template.components[button*].parameters[*].text"         = "$.buttonParams[*].value"
      "template.components[button*].parameters[*].coupon_code"  = "$.buttonParams[*].value"
    }
  }

  map "text" {
    source = "SI: the tables of the request's fields"
    paths = {
      "text.body" = "$.body"
    }
  }

  map "image" {
    source = "SI: the tables of the request's fields"
    paths = {
      "image.link"    = "$.media.link"
      "image.caption" = "$.media.caption"
    }
  }

  map "video" {
    source = "SI: the tables of the request's fields"
    paths = {
      "video.link"    = "$.media.link"
      "video.caption" = "$.media.caption"
    }
  }

  map "audio" {
    source = "SI: the tables of the request's fields"
    paths = {
      "audio.link" = "$.media.link"
    }
  }

  map "document" {
    source = "SI: the tables of the request's fields"
    paths = {
      "document.link"     = "$.media.link"
      "document.caption"  = "$.media.caption"
      "document.filename" = "$.media.filename"
    }
  }

  map "sticker" {
    source = "SI: the tables of the request's fields"
    paths = {
      "sticker.link" = "$.media.link"
    }
  }

  map "location" {
    source = "SI: the tables of the request's fields"
    paths = {
      "location.latitude"  = "$.location.latitude"
      "location.longitude" = "$.location.longitude"
      "location.name"      = "$.location.name"
      "location.address"   = "$.location.address"
    }
  }

  map "contacts" {
    source = "SI: the tables of the request's fields"
    paths = {
      "contacts[*].name.formatted_name"  = "$.contacts[*].name.formattedName"
      "contacts[*].name.first_name"      = "$.contacts[*].name.firstName"
      "contacts[*].name.last_name"       = "$.contacts[*].name.lastName"
      "contacts[*].name.middle_name"     = "$.contacts[*].name.middleName"
      "contacts[*].name.suffix"          = "$.contacts[*].name.suffix"
      "contacts[*].name.prefix"          = "$.contacts[*].name.prefix"
      "contacts[*].phones[*].phone"      = "$.contacts[*].phones[*].phone"
      "contacts[*].phones[*].wa_id"      = "$.contacts[*].phones[*].waID"
      "contacts[*].emails[*].email"      = "$.contacts[*].emails[*].email"
      "contacts[*].urls[*].url"          = "$.contacts[*].urls[*].url"
      "contacts[*].addresses[*].street"  = "$.contacts[*].addresses[*].street"
      "contacts[*].addresses[*].city"    = "$.contacts[*].addresses[*].city"
      "contacts[*].addresses[*].state"   = "$.contacts[*].addresses[*].state"
      "contacts[*].addresses[*].zip"     = "$.contacts[*].addresses[*].zip"
      "contacts[*].addresses[*].country" = "$.contacts[*].addresses[*].country"
      "contacts[*].org.company"          = "$.contacts[*].org.company"
      "contacts[*].org.department"       = "$.contacts[*].org.department"
      "contacts[*].org.title"            = "$.contacts[*].org.title"
      "contacts[*].birthday"             = "$.contacts[*].birthday"
    }
  }

  map "list" {
    source = "SI: the tables of the request's fields"
    paths = {
      "interactive.header.text"                            = "$.interactive.header.paramValue"
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
    source = "SI: the tables of the request's fields"
    paths = {
      "interactive.header.text"                   = "$.interactive.header.paramValue"
      "interactive.header.image.link"             = "$.interactive.header.link"
      "interactive.header.video.link"             = "$.interactive.header.link"
      "interactive.header.document.link"          = "$.interactive.header.link"
      "interactive.body.text"                     = "$.interactive.body.text"
      "interactive.footer.text"                   = "$.interactive.footer.text"
      "interactive.action.buttons[*].reply.id"    = "$.interactive.action.buttons[*].id"
      "interactive.action.buttons[*].reply.title" = "$.interactive.action.buttons[*].title"
    }
  }

  map "product" {
    source = "SI: the tables of the request's fields"
    paths = {
      "interactive.body.text"                  = "$.interactive.body.text"
      "interactive.footer.text"                = "$.interactive.footer.text"
      "interactive.action.catalog_id"          = "$.interactive.action.catalogId"
      "interactive.action.product_retailer_id" = "$.interactive.action.productRetailerId"
    }
  }

  map "product_list" {
    source = "SI: the tables of the request's fields"
    paths = {
      "interactive.header.text"                                             = "$.interactive.header.paramValue"
      "interactive.body.text"                                               = "$.interactive.body.text"
      "interactive.footer.text"                                             = "$.interactive.footer.text"
      "interactive.action.catalog_id"                                       = "$.interactive.action.catalogId"
      "interactive.action.sections[*].title"                                = "$.interactive.action.sections[*].title"
      "interactive.action.sections[*].product_items[*].product_retailer_id" = "$.interactive.action.sections[*].productItems[*].productRetailerId"
    }
  }

  webhook {
    event "inbound_text" {
      inbound = "text"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          type            = "text"
          text            = { body = event.text }
        }
      }
    }

    event "inbound_image" {
      inbound = "image"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "image"
          image           = { mimeType = event.mime_type, sha256 = event.sha256, link = event.link, caption = event.caption }
        }
      }
    }

    event "inbound_video" {
      inbound = "video"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "video"
          video           = { mimeType = event.mime_type, sha256 = event.sha256, link = event.link, caption = event.caption }
        }
      }
    }

    event "inbound_audio" {
      inbound = "audio"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "audio"
          audio           = { mimeType = event.mime_type, sha256 = event.sha256, link = event.link }
        }
      }
    }

    event "inbound_sticker" {
      inbound = "sticker"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "sticker"
          sticker         = { mimeType = event.mime_type, sha256 = event.sha256, link = event.link }
        }
      }
    }

    event "inbound_document" {
      inbound = "document"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "document"
          document        = { mimeType = event.mime_type, sha256 = event.sha256, link = event.link, caption = event.caption, filename = event.filename }
        }
      }
    }

    event "inbound_location" {
      inbound = "location"
      source  = "I5 (envelope), I7 (body): numbers"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "location"
          location        = { latitude = tonumber(event.latitude), longitude = tonumber(event.longitude), name = event.name, address = event.address }
        }
      }
    }

    event "inbound_contacts" {
      inbound = "contacts"
      source  = "I5 (envelope), I7 (body): the table's contacts; its example has contact"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "contacts"
          contacts        = [{ name = { formatted_name = event.formatted_name, first_name = event.first_name }, phones = [{ phone = event.phone }] }]
        }
      }
    }

    event "inbound_reaction" {
      inbound = "reaction"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "reaction"
          reaction        = { messageId = event.context_id, emoji = event.emoji }
        }
      }
    }

    event "inbound_button" {
      inbound = "button"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "button"
          button          = { text = event.text, payload = event.payload }
        }
      }
    }

    event "inbound_list_reply" {
      inbound = "interactive"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "interactive"
          interactive     = { type = "listReply", listReply = { id = event.reply_id, title = event.reply_title, description = event.reply_description } }
        }
      }
    }

    event "inbound_button_reply" {
      inbound = "interactive"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "interactive"
          interactive     = { type = "buttonReply", buttonReply = { id = event.reply_id, title = event.reply_title } }
        }
      }
    }

    event "inbound_order" {
      inbound = "order"
      source  = "I7 lists the type; its object is not documented: Meta's is taken"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "order"
          order           = { catalog_id = event.catalog_id, product_items = [{ product_retailer_id = event.product_id, quantity = tonumber(event.quantity) }] }
        }
      }
    }

    event "inbound_unknown" {
      inbound = "unknown"
      source  = "I5 (envelope), I7 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_mo_message_received"
        eventTime = event.time
        body = {
          id              = event.message_id
          accountName     = "IW000001"
          wabaId          = try(event.tenant, "100000000000001")
          wamid           = event.wamid
          from            = digits(event.recipient)
          to              = number("sender")
          sendTime        = event.time
          customerProfile = { name = event.profile_name }
          context         = { from = number("sender"), id = event.context_id }
          type            = "unknown"
          errors          = [{ code = 131051, title = event.text }]
        }
      }
    }

    event "template_status" {
      source = "I5 (envelope), I8 (body)"
      body = {
        id        = event.id
        type      = "whatsapp_template_status_updated"
        eventTime = event.time
        body = {
          accountName      = "IW000001"
          wabaId           = try(event.tenant, "100000000000001")
          category         = event.category
          reason           = event.reason
          templateId       = event.template_id
          templateLanguage = event.language
          templateName     = event.template_name
          templateStatus   = event.template_status
        }
      }
    }
  }

  samples {
    recipients    = ["+12025550123", "+12025550124", "+12025550125"]
    bad_recipient = "+1"

    template {
      name     = "order_update"
      language = "en_US"
      category = "utility"
    }
  }
}
