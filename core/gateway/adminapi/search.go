// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// searchTime is how long a search may take. Filters without an index look at many messages.
const searchTime = 10 * time.Second

type searchInput struct {
	Page
	Reveal
	Selection
}

// MessageID is the message that a request is about.
type MessageID struct {
	ID string `path:"id" maxLength:"64" doc:"The id of the message, with or without wamid." example:"wamid.01k9sqv3c0e1g7p5d2m8r4t6ba"`
}

func (s *Server) registerMessages() {
	register(s, operation("messages", "search-messages", http.MethodGet, "/messages", reading, "Find messages",
		"Messages of the numbers of the key, the newest first."), s.search)
	register(s, operation("messages", "get-message", http.MethodGet, "/messages/{id}", reading, "Show a message",
		"What a message is, where it stands, and all attempts to send it.", http.StatusNotFound),
		s.message)
}

type messageInput struct {
	MessageID
	Reveal
}

// message shows a message.
func (s *Server) message(ctx context.Context, c *caller, in *messageInput) (*answer[MessageDetail], error) {
	l, err := s.find(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.reveal(ctx, c, in.Reveal, l.ID.Wamid()); err != nil {
		return nil, err
	}
	out := &answer[MessageDetail]{Detail(l)}
	if !in.Reveal.Reveal {
		out.Body.mask()
	}
	return out, nil
}

// find returns a message that the caller may see.
func (s *Server) find(ctx context.Context, c *caller, id string) (*store.Life, error) {
	parsed, n, err := ids.ParseAttempt(id)
	if err != nil || n > 0 {
		return nil, store.ErrNotFound
	}
	l, err := s.Store.Get(ctx, parsed)
	if err != nil {
		return nil, err
	}
	if !c.key.Covers(l.Sender) {
		return nil, store.ErrNotFound
	}
	return l, nil
}

func (s *Server) search(ctx context.Context, c *caller, in *searchInput) (*list[Message], error) {
	q, err := in.Selection.query(c)
	if err != nil {
		return nil, err
	}
	q.Limit = in.Limit + 1
	if in.Cursor != "" {
		if q.Before, err = ids.Parse(in.Cursor); err != nil {
			return nil, badCursor()
		}
	}
	found, err := s.searchInTime(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &list[Message]{listBody[Message]{Items: []Message{}}}
	if err := s.reveal(ctx, c, in.Reveal, "messages"); err != nil {
		return nil, err
	}
	for _, l := range found[:min(len(found), in.Limit)] {
		m := view(l)
		if !in.Reveal.Reveal {
			m.mask()
		}
		out.Body.Items = append(out.Body.Items, m)
	}
	if len(found) > in.Limit {
		out.Body.Next = found[in.Limit-1].ID.String()
	}
	return out, nil
}

// searchInTime finds messages, or says that it takes too long.
func (s *Server) searchInTime(ctx context.Context, q *store.Query) ([]*store.Life, error) {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	found, err := s.Store.Search(ctx, q)
	if err != nil && ctx.Err() != nil {
		return nil, huma.Error503ServiceUnavailable("the search takes too long: narrow it by time, recipient or reference")
	}
	return found, err
}

// numbersOf returns the phone number ids that a request is about: the one that it names, or those of the key. It returns none for all.
func numbersOf(c *caller, asked string) ([]string, error) {
	switch {
	case asked == "" && c.key.Covers(""):
		return nil, nil
	case asked == "":
		return slices.Clone(c.key.Numbers), nil
	case !c.key.Covers(asked):
		return nil, huma.Error403Forbidden("the key may not use this phone number id")
	}
	return []string{asked}, nil
}

func badCursor() error { return huma.Error400BadRequest("the cursor is not one of this list") }
