// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import "slices"

// State is where a message stands in the gateway. Its numbers are in databases and never change.
type State int

// The states.
const (
	// StateReady means that the message is to be sent at its due time, or is in a handover of a running gateway.
	StateReady State = 0
	// StateWatching means that a vendor accepted the message, and that it goes to the next channel if its status is not good
	// enough in time.
	StateWatching State = 1
	// StateAccepted means that a vendor accepted the message and that nothing is left to decide.
	StateAccepted State = 2
	// StateUnknown means that the message may have reached a vendor. It is not sent again by itself.
	StateUnknown State = 3
	// StateHeld means that a person or a campaign has to release the message.
	StateHeld State = 4
	// StateDead means that the message is not sent: it was rejected for good, expired or was canceled.
	StateDead State = 5
)

var stateNames = [...]string{"ready", "watching", "accepted", "unknown", "held", "dead"}

// String returns the name of the state.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "invalid"
	}
	return stateNames[s]
}

// ParseState returns the state with a name, and whether there is one.
func ParseState(name string) (State, bool) {
	i := slices.Index(stateNames[:], name)
	return State(i), i >= 0
}

// Reasons of the gateway itself for which a message is dead, beside the reasons of outcome.Rejected.
const (
	// ReasonExpired means that the message was not sent before it expired.
	ReasonExpired = "expired"
	// ReasonCanceled means that somebody canceled the message before it was handed over.
	ReasonCanceled = "canceled"
	// ReasonResolved means that a person said that an unknown outcome was a failure.
	ReasonResolved = "resolved_failed"
	// ReasonSuppressed means that the recipient was put on the suppression list before the message was sent.
	ReasonSuppressed = "suppressed"
	// ReasonErased means that what is known of the recipient was erased before the message was sent.
	ReasonErased = "erased"
	// ReasonUnknown means that the message may have reached a vendor, and that no vendor has told for too long what became of it.
	ReasonUnknown = "unknown_outcome"
)
