// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// maxStreams bounds the streams that are open at a time.
	maxStreams = 64
	// eventPause is how often a stream looks for events, and eventsAtOnce how many it reads together.
	eventPause   = 500 * time.Millisecond
	eventsAtOnce = 500
	// heartbeat is how often a stream without events has a comment, so that proxies keep it open.
	heartbeat = 15 * time.Second
	// writeTime is how long a caller may take to read what was written.
	writeTime = 10 * time.Second
)

type eventsInput struct {
	Reveal
	After string `query:"after" maxLength:"64" doc:"The id of an event: the stream begins with the one after it. Without it, and without Last-Event-ID, it begins now."`
	Last  string `header:"Last-Event-ID" doc:"As after. Clients set it when they connect again."`
}

// Event is what happened to a message.
type Event struct {
	Type          string          `json:"type" enum:"status,message"`
	PhoneNumberID string          `json:"phone_number_id,omitempty"`
	MessageID     string          `json:"message_id,omitempty" doc:"The message that the status is of."`
	To            string          `json:"to,omitempty"`
	Status        string          `json:"status,omitempty" enum:"sent,delivered,read,played,failed"`
	At            *time.Time      `json:"at,omitempty"`
	Reference     string          `json:"reference,omitempty"`
	Failure       *Failure        `json:"failure,omitempty"`
	From          string          `json:"from,omitempty" doc:"The user who wrote."`
	Content       json.RawMessage `json:"content,omitempty" doc:"What the user wrote, as in a webhook of the Cloud API."`
}

func (s *Server) registerEvents() {
	op := operation("operation", "stream-events", http.MethodGet, "/events", reading, "Follow what happens",
		"The statuses of messages of the numbers of the key, and messages from users, as server-sent events, in the order in which the gateway recorded them. "+
			"The data of each event is an object, and its id is for Last-Event-ID. An event may come twice after a client has connected again.")
	op.Responses = map[string]*huma.Response{"200": {Description: "Events", Content: map[string]*huma.MediaType{
		"text/event-stream": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[Event](), true, "")},
	}}}
	register(s, op, s.events)
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func (s *Server) events(ctx context.Context, c *caller, in *eventsInput) (*huma.StreamResponse, error) {
	after, err := s.position(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.reveal(ctx, c, in.Reveal, "events"); err != nil {
		return nil, err
	}
	if err := s.stream(); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer func() { <-s.streams }()
		h.SetHeader("Content-Type", "text/event-stream")
		h.SetHeader("X-Accel-Buffering", "no")
		h.SetStatus(http.StatusOK)
		r, w := humago.Unwrap(h)
		st := &stream{s: s, c: c, w: w, control: http.NewResponseController(w), after: after, reveal: in.Reveal.Reveal}
		if err := st.run(r.Context()); err != nil {
			s.Log.Debug("a stream of events ended", "error", err)
		}
	}}, nil
}

// stream makes room for an answer that takes long. Its end must take from s.streams.
func (s *Server) stream() error {
	select {
	case s.streams <- struct{}{}:
		return nil
	default:
	}
	return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable("too many streams are open"), http.Header{"Retry-After": {retryAfter(retryUnavailable)}})
}

// position returns where a stream begins.
func (s *Server) position(ctx context.Context, in *eventsInput) (store.Position, error) {
	text := in.After
	if in.Last != "" {
		text = in.Last
	}
	if text == "" {
		return s.Store.LastNotice(ctx)
	}
	writer, seq, ok := strings.Cut(text, "-")
	w, err1 := strconv.Atoi(writer)
	n, err2 := strconv.ParseInt(seq, 10, 64)
	if !ok || err1 != nil || err2 != nil || w < 0 || n < 0 {
		return store.Position{}, huma.Error400BadRequest("the text is not the id of an event")
	}
	return store.Position{Writer: w, Seq: n}, nil
}

// stream is an open stream of events.
type stream struct {
	s       *Server
	c       *caller
	w       http.ResponseWriter
	control *http.ResponseController
	after   store.Position
	// reveal is set if numbers and texts are shown.
	reveal bool
}

// run writes events until the caller leaves or the server ends.
func (st *stream) run(ctx context.Context) error {
	defer func() { _ = st.control.SetWriteDeadline(time.Time{}) }() // the connection may serve other requests
	if err := st.write(": events\n\n"); err != nil {
		return err
	}
	wrote := time.Now()
	ticker := time.NewTicker(eventPause)
	defer ticker.Stop()
	for {
		n, err := st.copy(ctx)
		switch {
		case err != nil:
			return err
		case n > 0:
			wrote = time.Now()
		case time.Since(wrote) >= heartbeat:
			if err := st.write(": \n\n"); err != nil {
				return err
			}
			wrote = time.Now()
		}
		if n == eventsAtOnce {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-st.s.ending:
			return nil
		case <-ticker.C:
		}
	}
}

// copy writes the next events, and returns how many there were, also those that are not for the caller.
func (st *stream) copy(ctx context.Context) (int, error) {
	notices, err := st.s.Store.Notices(ctx, st.after, eventsAtOnce)
	if err != nil {
		return 0, err
	}
	var b strings.Builder
	for i := range notices {
		st.after = notices[i].Position
		e := eventOf(&notices[i])
		if !st.c.key.Covers(e.PhoneNumberID) {
			continue
		}
		if !st.reveal {
			e.mask()
		}
		data, err := json.Marshal(e)
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(&b, "id: %d-%d\nevent: %s\ndata: %s\n\n", st.after.Writer, st.after.Seq, e.Type, data)
	}
	if b.Len() == 0 {
		return len(notices), nil
	}
	return len(notices), st.write(b.String())
}

func (st *stream) write(text string) error {
	// A connection without deadlines, as in some tests, cannot be slow.
	_ = st.control.SetWriteDeadline(time.Now().Add(writeTime))
	if _, err := st.w.Write([]byte(text)); err != nil {
		return err
	}
	return st.control.Flush()
}

// eventOf returns what a notice tells.
func eventOf(n *store.Notice) Event {
	if in := n.Inbound; in != nil {
		return Event{Type: "message", PhoneNumberID: in.Sender, From: in.From.Address, At: at(in.At), Content: in.Message}
	}
	return Event{
		Type: "status", PhoneNumberID: n.Sender, MessageID: n.ID.Wamid(), To: n.To.Address, Status: string(n.Status), At: at(n.At),
		Reference: n.Reference, Failure: failureView(n.Failure),
	}
}
