// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/store"
)

// accepter stores messages for the front door.
type accepter struct{ g *Gateway }

// Accept records new messages.
func (a accepter) Accept(ctx context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error) {
	results, err := a.g.store.Accept(ctx, messages)
	if err == nil {
		failpoint.Hit(failpoint.AfterAccept)
		a.g.took(results)
		traceAccepted(a.g.options.Tracer, messages, results)
	}
	return results, err
}

// Repeated says whether a request was accepted before.
func (a accepter) Repeated(ctx context.Context, apiKey string, i *store.Idempotency) (store.AcceptResult, error) {
	return a.g.store.Repeated(ctx, apiKey, i)
}

// numbers are the senders of the configuration.
type numbers struct {
	byID      map[string]cloudapi.Number
	byAccount map[string][]cloudapi.Number
}

func newNumbers(c *config.Gateway) *numbers {
	n := &numbers{map[string]cloudapi.Number{}, map[string][]cloudapi.Number{}}
	for _, s := range c.Senders {
		number := cloudapi.Number{ID: s.ID, Display: s.Display, VerifiedName: s.VerifiedName, Account: s.Account}
		n.byID[s.ID] = number
		if s.Account != "" {
			n.byAccount[s.Account] = append(n.byAccount[s.Account], number)
		}
	}
	return n
}

// Number returns the number with a phone number id.
func (n *numbers) Number(id string) (cloudapi.Number, bool) {
	number, ok := n.byID[id]
	return number, ok
}

// Account returns the numbers of a WhatsApp Business account.
func (n *numbers) Account(id string) []cloudapi.Number { return n.byAccount[id] }
