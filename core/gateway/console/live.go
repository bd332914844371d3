// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"time"
)

const (
	// liveHeader is in the requests that a page makes by itself.
	liveHeader = "Wahost-Live"
	// livePath is where a page is told when to ask again.
	livePath = Prefix + "live"
	// livePause is the shortest time between two renewals of a page, and liveQuiet the longest: not all that changes is an event.
	livePause, liveQuiet = 3 * time.Second, 10 * time.Second
	// liveWrite is how long a browser may take to read a line.
	liveWrite = 10 * time.Second
)

// live tells a page when something happened. It follows the events of the API with the key of the person, and passes nothing of them on but
// that there are some. With the parameter message only the events of that message count.
func (v *visit) live() error {
	ctx, cancel := context.WithCancel(v.r.Context())
	defer cancel()
	heard := &hearing{header: http.Header{}, heard: make(chan struct{}, 1), of: []byte(v.r.URL.Query().Get("message"))}
	ended := make(chan struct{})
	r, err := v.request(http.MethodGet, "events", url.Values{}, nil)
	if err != nil {
		return err
	}
	go func() {
		defer close(ended)
		v.s.API.ServeHTTP(heard, r.WithContext(ctx))
	}()
	defer func() {
		cancel()
		<-ended
	}()
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(v.w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // the connection may serve other requests
	write := func(text string) error {
		_ = control.SetWriteDeadline(time.Now().Add(liveWrite)) // a connection without deadlines cannot be slow
		if _, err := v.w.Write([]byte(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	if write(": live\n\n") != nil {
		return nil // the browser is gone
	}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last, pending := time.Now(), false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ended: // the gateway ends, or the key may not follow events
			return nil
		case <-heard.heard:
			pending = true
		case <-ticker.C:
		}
		if since := time.Since(last); since < livePause || !pending && since < liveQuiet {
			continue
		}
		if v.s.Sessions.of(v.r, time.Now()) == nil || write("event: changed\ndata: 1\n\n") != nil {
			return nil
		}
		last, pending = time.Now(), false
	}
}

// hearing takes a stream of events, and remembers only that one came.
type hearing struct {
	header http.Header
	heard  chan struct{}
	// of is the id of a message. Events of other messages do not count. If it is empty, all count.
	of []byte
}

// Header returns the header of the answer.
func (h *hearing) Header() http.Header { return h.header }

// WriteHeader does nothing: an answer that is no stream ends soon.
func (h *hearing) WriteHeader(int) {}

// Flush does nothing.
func (h *hearing) Flush() {}

// Write looks for events in whole lines, as the API writes them.
func (h *hearing) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("\ndata: ")) && bytes.Contains(p, h.of) {
		select {
		case h.heard <- struct{}{}:
		default:
		}
	}
	return len(p), nil
}

var _ http.Flusher = (*hearing)(nil)
