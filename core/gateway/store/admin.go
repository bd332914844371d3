// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/ids"
)

// Admin is what people and applications do with the messages of a store after they handed them over.
// What it changes is in the audit, which is written in the same transaction as the change.
type Admin interface {
	// Search returns messages, the newest first. The history of a message, its body and InHandover are not set.
	Search(ctx context.Context, q *Query) ([]*Life, error)
	// Troubles counts the messages of some phone number ids, or of all for an empty list, by their troubles. It returns the n that most messages
	// have, the most first.
	Troubles(ctx context.Context, senders []string, n int) ([]TroubleCount, error)
	// Command does what a person or an application asks for. It must not run between the checks of Begin and the record of its handover:
	// a message is either handed over or changed by a command. The error is ErrNotFound, or a *RefusedError if the state of the message
	// does not allow the command. Then nothing has changed.
	Command(ctx context.Context, e Epoch, c *Command) (*Commanded, error)
	// Backlog returns how many messages are ready in each lane and class.
	Backlog(ctx context.Context) ([]Waiting, error)
	// LastNotice returns the position of the notice that was recorded last. Notices returns those that come after it.
	LastNotice(ctx context.Context) (Position, error)

	// Set sets and removes settings, and returns how many were changed by it.
	Set(ctx context.Context, by Actor, changes []Setting) (int, error)
	// Settings returns settings of a kind in the order of their keys.
	Settings(ctx context.Context, q SettingQuery) ([]Setting, error)
	// AddAudit adds an entry for what is not changed in the store.
	AddAudit(ctx context.Context, entry *AuditEntry) error
	// Audit returns up to n entries before one, or the newest ones if before is 0, the newest first.
	Audit(ctx context.Context, before int64, n int) ([]AuditEntry, error)
}

// Query selects messages. Zero fields select all.
type Query struct {
	// State is nil for all states.
	State *State
	// Trouble selects the messages that have it. It is nil for all messages.
	Trouble *Trouble
	// Lane, Reference and Campaign are those of NewMessage. Recipient is an address, a phone number with or without "+".
	Lane, Reference, Campaign, Recipient string
	// Reason is that of a failure.
	Reason string
	// Senders are the phone number ids that the messages are from.
	Senders []string
	// From and Until bound the time when messages were accepted. Until is not a part of it.
	From, Until time.Time
	// Before is the id of the last message that was returned before.
	Before ids.ID
	// Limit is the largest number of messages. It is above 0.
	Limit int
}

// Action is something that a command does. Its values are in the audit and never change.
type Action string

// The actions.
const (
	// ActionCancel ends a message that is not in a handover, with ReasonCanceled.
	ActionCancel Action = "cancel"
	// ActionRedrive accepts a new message in place of a dead one that surely no vendor has accepted: while one of its attempts is
	// unknown, a person has to resolve it first. A message is replaced once: the same command again returns the same new message.
	ActionRedrive Action = "redrive"
	// ActionResolveDelivered, ActionResolveFailed and ActionResend resolve a message whose outcome is unknown, because a person knows it
	// or takes the risk of a second delivery. A dead message with an attempt that is unknown can be resolved as well, but not sent again.
	ActionResolveDelivered Action = "resolve_delivered"
	ActionResolveFailed    Action = "resolve_failed"
	ActionResend           Action = "resend"
)

// Command is a change of a message.
type Command struct {
	Action Action
	ID     ids.ID
	// New is the message that replaces the other one if Action is ActionRedrive. Its Origin is ID.
	New *NewMessage
	At  time.Time
	By  Actor
}

// Actor is who changes something.
type Actor struct {
	// Key is the name of the API key, and Address the address that the request came from. It may be empty.
	Key, Address string
}

// Commanded is what a command did.
type Commanded struct {
	// ID is the message that is in the place of a dead one, or the message itself. Created is set if the command accepted it.
	ID      ids.ID
	Created bool
	// Arrives is that of AcceptResult.
	Arrives bool
	// Again is the message if it is to be sent again.
	Again *Ready
}

// RefusedError is the error of a command that the state of the message does not allow.
type RefusedError struct {
	State State
	// Why says what is in the way and what to do.
	Why string
}

// Error returns the reason.
func (e *RefusedError) Error() string { return e.Why }

// Waiting is the ready messages of a lane and class.
type Waiting struct {
	Lane  string
	Class Class
	// Messages is their number, and Due how many of them are due. InCampaigns is how many of those that are due belong to a campaign.
	Messages, Due, InCampaigns int
	// Oldest is the earliest time at which one of them was to be sent.
	Oldest time.Time
}

// The kinds of settings. They are in databases and never change.
const (
	// SettingSuppression has the addresses that get no messages, without "+". Their value is the reason.
	SettingSuppression = "suppression"
	// SettingPause has the lanes that are paused. Their value is the reason.
	SettingPause = "pause"
)

// Setting is something that people set while the gateway runs.
type Setting struct {
	Kind, Key, Value string
	// Removed removes the setting. It is not set in what Settings returns.
	Removed bool
	// At is when it was set, and By the name of the API key that did it. Set ignores them.
	At time.Time
	By string
}

// SettingQuery selects settings of a kind.
type SettingQuery struct {
	Kind string
	// Keys selects these. If it is empty, all are selected.
	Keys []string
	// After is the key of the last setting that was returned before.
	After string
	// Limit is the largest number of settings. It is above 0.
	Limit int
}

// AuditEntry is one change and who made it.
type AuditEntry struct {
	// Seq grows with each entry.
	Seq int64
	At  time.Time
	By  Actor
	// Action is an Action, a word of the one who called Record, or "set" or "remove" and the kind of a setting, such as "set suppression".
	Action string
	// Object is the id of the message, or the key of the setting.
	Object string
	// Before and After are the states of the message, or the values of the setting. The new message of a redrive is After.
	Before, After string
}
