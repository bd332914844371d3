// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package webhook helps a provider to handle the webhooks of its vendor. It has three independent parts:
//
//   - A Check proves that a request is the vendor's: SharedHeader, Basic, HMAC, and All, which combines them.
//   - ParseTime reads the forms in which vendors write times.
//   - Inbound builds the message object of a Cloud API webhook from what the vendor reports. FromCloudAPI takes the
//     object of a vendor that passes it on unchanged. Both make only objects that Validate accepts.
//
// Nothing in this package uses the network.
package webhook
