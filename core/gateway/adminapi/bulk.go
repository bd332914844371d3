// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/sync/errgroup"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/verdict"
	"github.com/wahost/wahost/core/ids"
)

const (
	// maxBulk is how many messages one request changes.
	maxBulk = 1000
	// atOnce is how many of them are changed at a time, so that they share commits.
	atOnce = 16
)

// BulkRequest says what to do with many messages.
type BulkRequest struct {
	Select  Selection `json:"select"`
	Preview bool      `json:"preview,omitempty" doc:"Only say what the request would do."`
	Newest  string    `json:"newest,omitempty" maxLength:"64" doc:"The id of the newest message to change, so that none is changed that a preview did not count."`
	Limit   int       `json:"limit,omitempty" default:"1000" minimum:"1" maximum:"1000" doc:"The largest number of messages to look at, the newest first."`
}

// Bulk is what a request did with many messages, or would do.
type Bulk struct {
	Messages int           `json:"messages" doc:"How many messages were looked at."`
	Done     int           `json:"done" doc:"How many were changed, or would be."`
	Counts   []BulkCount   `json:"counts" nullable:"false" doc:"The messages that were looked at, by state and channel."`
	Refused  []BulkRefusal `json:"refused" nullable:"false" doc:"Why others were not changed, or would not be."`
	Newest   string        `json:"newest,omitempty" doc:"The newest message that was looked at."`
	More     bool          `json:"more" doc:"Whether there are older messages that were not looked at. The same request again goes on with those that are still as they were."`
}

// BulkCount is how many messages are alike.
type BulkCount struct {
	State    string `json:"state" enum:"ready,accepted,unknown,dead"`
	Channel  string `json:"channel,omitempty"`
	Messages int    `json:"messages"`
}

// BulkRefusal is why messages are not changed.
type BulkRefusal struct {
	Why      string `json:"why"`
	Messages int    `json:"messages"`
}

type bulkInput struct{ Body BulkRequest }

type bulkResolveInput struct {
	Body struct {
		BulkRequest
		Outcome string `json:"outcome" enum:"delivered,failed" doc:"What became of the messages."`
	}
}

func (s *Server) registerBulk() {
	const more = " Each message is changed by itself, as by a request for it, and is in the audit. The key needs the scope read as well."
	register(s, operation("messages", "cancel-messages", http.MethodPost, "/bulk/cancel", canceling, "Cancel many messages",
		"Cancel the messages that a selection finds, up to 1,000 at a time."+more, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *bulkInput) (*answer[Bulk], error) {
			return s.bulk(ctx, c, &in.Body, store.ActionCancel)
		})
	register(s, operation("messages", "redrive-messages", http.MethodPost, "/bulk/redrive", sending, "Send many dead messages anew",
		"Send new messages in place of those that a selection finds, up to 1,000 at a time."+more, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *bulkInput) (*answer[Bulk], error) {
			return s.bulk(ctx, c, &in.Body, store.ActionRedrive)
		})
	register(s, operation("messages", "resolve-messages", http.MethodPost, "/bulk/resolve", operating, "Resolve many unknown outcomes",
		"Say what became of the messages that a selection finds, up to 1,000 at a time."+more, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *bulkResolveInput) (*answer[Bulk], error) {
			action := store.ActionResolveFailed
			if in.Body.Outcome == "delivered" {
				action = store.ActionResolveDelivered
			}
			return s.bulk(ctx, c, &in.Body.BulkRequest, action)
		})
}

// errAnew is why a message is not sent anew that was before.
var errAnew = &store.RefusedError{State: store.StateDead, Why: "the message was sent anew before"}

func (s *Server) bulk(ctx context.Context, c *caller, in *BulkRequest, action store.Action) (*answer[Bulk], error) {
	if !c.key.May(keys.ScopeRead) {
		return nil, huma.Error403Forbidden("the key \"" + c.key.Name + "\" lacks the scope to find messages: " + string(keys.ScopeRead))
	}
	limit := cmp.Or(in.Limit, maxBulk)
	found, err := s.selected(ctx, c, in, limit+1)
	if err != nil {
		return nil, err
	}
	out := Bulk{More: len(found) > limit, Counts: []BulkCount{}, Refused: []BulkRefusal{}}
	found = found[:min(len(found), limit)]
	counts, refused := map[BulkCount]int{}, map[string]int{}
	var mu sync.Mutex
	work, workCtx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for _, l := range found {
		counts[BulkCount{State: l.State.String(), Channel: l.Channel}]++
		work.Go(func() error {
			err := s.changeOne(workCtx, c, l, action, in.Preview)
			why, ok := refusal(err)
			if !ok {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				out.Done++
			} else {
				refused[why]++
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if out.Messages = len(found); out.Messages > 0 {
		out.Newest = found[0].ID.Wamid()
	}
	for k, n := range counts {
		out.Counts = append(out.Counts, BulkCount{k.State, k.Channel, n})
	}
	slices.SortFunc(out.Counts, func(a, b BulkCount) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.State, b.State), cmp.Compare(a.Channel, b.Channel))
	})
	for why, n := range refused {
		out.Refused = append(out.Refused, BulkRefusal{why, n})
	}
	slices.SortFunc(out.Refused, func(a, b BulkRefusal) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Why, b.Why))
	})
	return &answer[Bulk]{out}, nil
}

// selected returns up to n of the messages that a request is about.
func (s *Server) selected(ctx context.Context, c *caller, in *BulkRequest, n int) ([]*store.Life, error) {
	q, err := in.Select.query(c)
	if err != nil {
		return nil, err
	}
	q.Limit = n
	if in.Newest != "" {
		newest, err := ids.Parse(in.Newest)
		if err != nil {
			return nil, huma.Error422UnprocessableEntity("newest is not the id of a message")
		}
		q.Before = after(newest)
	}
	return s.searchInTime(ctx, q)
}

// changeOne does something with a message, or says whether that is possible.
func (s *Server) changeOne(ctx context.Context, c *caller, found *store.Life, action store.Action, preview bool) error {
	l, err := s.Store.Get(ctx, found.ID)
	if err != nil {
		return err
	}
	if err := verdict.Of(l, action, time.Now()); err != nil {
		return err
	}
	command := &store.Command{Action: action, ID: l.ID, At: time.Now(), By: c.actor()}
	if action == store.ActionRedrive {
		if !l.Successor.IsZero() {
			return errAnew
		}
		plan := s.Engine.Plan
		if preview {
			plan = s.Engine.Check // which counts nothing for the limits of a number
		}
		if command.New, err = successor(ctx, c, l, plan); err != nil {
			return err
		}
	}
	if preview {
		return nil
	}
	_, err = s.do(ctx, command)
	return err
}

// refusal returns why a message is not changed, and whether the others may be nevertheless.
func refusal(err error) (why string, ok bool) {
	var refused *store.RefusedError
	var status huma.StatusError
	switch {
	case err == nil:
		return "", true
	case errors.Is(err, store.ErrNotFound):
		return "the message is not there any more", true
	case errors.As(err, &refused):
		return refused.Why, true
	case errors.As(err, &status) && status.GetStatus() == http.StatusUnprocessableEntity:
		return status.Error(), true
	}
	return "", false
}
