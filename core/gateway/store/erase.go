// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"github.com/wahost/wahost/core/ids"
)

// Eraser removes what is known of a person.
type Eraser interface {
	// Erase removes what is known of the person with an address: the address, body, reference and the words of vendors of messages to them,
	// what vendors told, what they wrote, and when they wrote last. What the messages became stays, without the person: Life.Erased is set, and
	// they are in no notices. A message that is ready is dead with ReasonErased, but one that is in a handover stays as it is, and the caller
	// has to call Erase again when it has ended. An opt-out and the suppression list stay, since they keep messages from the person.
	//
	// It takes several transactions, and may be stopped by the end of the context and called again. The audit gets an entry without the address.
	Erase(ctx context.Context, e Epoch, by Actor, address string) (*Erasure, error)
}

// Erasure is what Erase did.
type Erasure struct {
	// Messages is the number of messages to the person that were erased, and Received that of messages from them.
	Messages, Received int
	// Ended are the erased messages that were ready.
	Ended []ids.ID
	// UnderWay is the number of messages in handovers, which were not erased.
	UnderWay int
}
