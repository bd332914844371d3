// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outcome

// Status is the status of an accepted message. Statuses are ranked: a message never gets a lower one.
type Status string

// The statuses in the order of their rank. StatusFailed is final and may follow any other status.
const (
	StatusAccepted  Status = "accepted"
	StatusSent      Status = "sent"
	StatusDelivered Status = "delivered"
	StatusRead      Status = "read"
	// StatusPlayed means that a voice message was played. Only voice messages get it.
	StatusPlayed Status = "played"
	StatusFailed Status = "failed"
)
