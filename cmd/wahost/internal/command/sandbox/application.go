// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// maxNotes bounds what an application remembers, and maxWebhook the size of a webhook in bytes.
	maxNotes   = 1000
	maxWebhook = 1 << 20
	// waitTime is how long a reader of the list waits for a status.
	waitTime = 30 * time.Second
)

// application plays the application behind a gateway: it takes webhooks, checks their signatures, and lists what it was told.
type application struct {
	secret   string
	tell     func(format string, args ...any) // prints a line
	listener net.Listener
	server   *http.Server

	mu      sync.Mutex
	notes   []note
	changed chan struct{} // closed when a note is added
}

// note is what one webhook said.
type note struct{ status, id string }

// startApplication listens on an address.
func startApplication(ctx context.Context, address, secret string, tell func(format string, args ...any)) (*application, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	a := &application{secret: secret, tell: tell, listener: l, changed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", a.take)
	mux.HandleFunc("GET /{$}", a.list)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = a.server.Serve(l) }()
	return a, nil
}

func (a *application) url() string { return "http://" + a.listener.Addr().String() + "/" }

func (a *application) close() error { return a.server.Close() }

// webhook is the part of a webhook of the Cloud API that the application reads.
type webhook struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Statuses []struct{ ID, Status string }
				Messages []struct{ ID, From string }
			}
		}
	}
}

// take takes a webhook.
func (a *application) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhook))
	if err != nil {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	mac := hmac.New(sha256.New, []byte(a.secret))
	mac.Write(body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte(want)) {
		http.Error(w, "the signature is wrong", http.StatusUnauthorized)
		return
	}
	var in webhook
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, "the body is not JSON", http.StatusBadRequest)
		return
	}
	for _, e := range in.Entry {
		for _, c := range e.Changes {
			for _, s := range c.Value.Statuses {
				a.add(note{s.Status, s.ID})
			}
			for _, m := range c.Value.Messages {
				a.add(note{"message from " + m.From, m.ID})
			}
		}
	}
}

func (a *application) add(n note) {
	a.tell("%-16s is told: %s %s", "application", n.status, n.id)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.notes = append(a.notes, n)
	if len(a.notes) > maxNotes {
		a.notes = slices.Clone(a.notes[len(a.notes)-maxNotes:])
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

// list writes what the application was told, one line each. With ?until=STATUS it waits until it was told that status.
func (a *application) list(w http.ResponseWriter, r *http.Request) {
	until := r.URL.Query().Get("until")
	deadline := time.After(waitTime)
	for {
		a.mu.Lock()
		notes, changed := slices.Clone(a.notes), a.changed
		a.mu.Unlock()
		if until == "" || slices.ContainsFunc(notes, func(n note) bool { return n.status == until }) {
			var b strings.Builder
			for _, n := range notes {
				fmt.Fprintf(&b, "%s %s\n", n.status, n.id)
			}
			_, _ = io.WriteString(w, b.String()) // the reader may be gone
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-deadline:
			http.Error(w, errNotTold.Error(), http.StatusGatewayTimeout)
			return
		}
	}
}

var errNotTold = errors.New("the application was not told that status")
