// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package graph has the errors of Meta's Graph API, in which the gateway answers its callers and tells them in webhooks why a
// message failed: the codes with their titles, the JSON of an error, and the code of each reason for which a message is
// refused.
package graph
