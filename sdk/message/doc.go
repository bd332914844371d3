// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package message is the WhatsApp Cloud API message object: the one model of a message in wahost.
//
// The types are generated from message.proto. This package adds the recipient, the kind of a message, JSON as the
// Cloud API writes it, the table of limits, and validation.
package message
