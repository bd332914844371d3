// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

// State is where a message stands in the gateway. Its numbers are in databases and never change.
type State int

// The states.
const (
	// StateReady means that the message is to be sent at its due time, or is in a handover of a running gateway.
	StateReady State = 0
	// StateAccepted means that a vendor accepted the message and that nothing is left to decide.
	StateAccepted State = 2
	// StateUnknown means that the message may have reached a vendor. It is not sent again by itself.
	StateUnknown State = 3
	// StateDead means that the message is not sent: it was rejected for good, expired or was canceled.
	StateDead State = 5
)

var stateNames = map[State]string{StateReady: "ready", StateAccepted: "accepted", StateUnknown: "unknown", StateDead: "dead"}

// String returns the name of the state.
func (s State) String() string {
	if name, ok := stateNames[s]; ok {
		return name
	}
	return "invalid"
}

// ParseState returns the state with a name, and whether there is one.
func ParseState(name string) (State, bool) {
	for s, n := range stateNames {
		if n == name {
			return s, true
		}
	}
	return 0, false
}

// Reasons of the gateway itself for which a message is dead, beside the reasons of outcome.Rejected.
const (
	// ReasonExpired means that the message was not sent before it expired.
	ReasonExpired = "expired"
	// ReasonCanceled means that somebody canceled the message before it was handed over.
	ReasonCanceled = "canceled"
	// ReasonCampaignCanceled means that the campaign of the message was canceled before the message was handed over.
	ReasonCampaignCanceled = "campaign_canceled"
	// ReasonResolved means that a person said that an unknown outcome was a failure.
	ReasonResolved = "resolved_failed"
	// ReasonSuppressed means that the recipient was put on the suppression list before the message was sent.
	ReasonSuppressed = "suppressed"
	// ReasonErased means that what is known of the recipient was erased before the message was sent.
	ReasonErased = "erased"
	// ReasonUnknown means that the message may have reached a vendor, and that no vendor has told for too long what became of it.
	ReasonUnknown = "unknown_outcome"
)
