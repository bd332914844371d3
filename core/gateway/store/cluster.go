// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"time"

	"github.com/wahost/wahost/core/ids"
)

// Cluster lets several gateways share a store. Each of them is a node with a name. What only one node may do at a time is a part: to send
// the messages of a lane, or to call a webhook. A node that has not renewed its lease is fenced, its handovers are judged, and only then
// others get its parts. Stores that several processes may open implement it beside Store.
type Cluster interface {
	// JoinAs begins a new epoch of the node with a name. The node keeps the parts that it had. holder names the process, and is greater than those
	// of processes that began earlier: if a later one has the node, the error is a *NameTakenError.
	JoinAs(ctx context.Context, name, holder string) (Epoch, error)
	// Renew renews the lease of a node, ends the nodes whose lease has run out, and divides the parts. ErrFenced says that the node was ended
	// itself.
	Renew(ctx context.Context, e Epoch, r Renewal) (*Renewed, error)
	// Leave ends the epoch and lets other nodes have all parts, so that they need not wait for the lease to run out.
	Leave(ctx context.Context, e Epoch) error
	// Arrivals returns up to n messages of lanes of the node that other nodes have changed: messages to be sent, in the order of the changes, and
	// the ids of those that are not to be sent any more. It forgets those in done, which it returned before.
	Arrivals(ctx context.Context, e Epoch, done []ids.ID, n int) (ready []*Ready, gone []ids.ID, err error)
	// Move puts ready messages into another lane, whose node sends them.
	Move(ctx context.Context, e Epoch, messages []ids.ID, lane string) error
	// Version returns a number that grows with each change of a setting.
	Version(ctx context.Context) (int64, error)
}

// LeaseTime is how long a node has its parts after it began to renew its lease.
const LeaseTime = 5 * time.Second

// Renewal is what a node tells with the renewal of its lease.
type Renewal struct {
	// Parts are the parts that the node can do. Those with an equal value are done by one node together. Nil leaves all parts as they are:
	// then only the lease is renewed, and Renewed is empty.
	Parts map[string]string
	// Released are parts that the node had, and does no longer.
	Released []string
}

// Renewed is what a renewal has found.
type Renewed struct {
	// Parts are those that the node has. Unwanted are those among them that another node should have: the node ends what it does with them, and
	// releases them.
	Parts, Unwanted []string
	// InDoubt is the number of messages of ended nodes that may have reached a vendor and are unknown now.
	InDoubt int
	// Nodes are the names of the nodes that live, in order.
	Nodes []string
	// Asynchronous is true if several nodes live, and a change counts before any standby of the database has it.
	Asynchronous bool
}

// NameTakenError is the error of JoinAs for a name that another process has taken since.
type NameTakenError struct{ Name string }

// Error says what to do.
func (e *NameTakenError) Error() string {
	return fmt.Sprintf("another gateway process has joined as node %q, and this one ends. Give each gateway of a store a name of its own with --node", e.Name)
}
