// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import "github.com/wahost/wahost/core/ids"

// Trouble is what messages have in common that are unknown or dead and have no successor.
type Trouble struct {
	// State is StateUnknown or StateDead.
	State State
	// Channel is that of the last attempt, and Reason and VendorCode are those of its failure. Each may be empty.
	Channel, Reason, VendorCode string
}

// TroubleCount is how many messages have a trouble.
type TroubleCount struct {
	Trouble
	Messages int
	// Newest is the newest message with the trouble, which may have a successor.
	Newest ids.ID
}
