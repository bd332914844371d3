// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package message defines the WhatsApp Cloud API message object, which is the only model of a message in wahost.
//
// The types are generated from message.proto. This package adds to them:
//
//   - Parse and Marshal read and write a message as Cloud API JSON.
//   - Validate checks the content of a message, RecipientOf its recipient.
//   - Kind and Category say what a message is.
//   - Limits is a table of maximum sizes. DefaultLimits has those that Meta documents.
//   - JoinPath, IndexPath, PathPattern and PathCovers work with the paths of fields, such as "contacts[0].name".
//   - HostFields lists the fields that are meant for the host and not for a vendor.
package message
