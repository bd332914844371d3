// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/ids"
)

// load is what clients send: each of them makes its requests one after the other, and repeats a request that has no answer with the same
// key until it has one. No two clients send to the same recipient.
type load struct {
	clients, requests, recipients int
	// text is the text of the messages. If it is empty, each has a text of its own.
	text string
}

// run sends the load and returns what was answered. It waits for a gateway while no gateway runs.
func (w *world) run(l load) []historycheck.Request {
	all := make([][]historycheck.Request, l.clients)
	var wg sync.WaitGroup
	for c := range l.clients {
		wg.Go(func() {
			for i := range l.requests {
				text := l.text
				if text == "" {
					text = fmt.Sprintf("message %d of client %d", i, c)
				}
				r := historycheck.Request{
					Key: fmt.Sprintf("%d-%d", c, i), Body: text, Recipient: fmt.Sprintf("+628%02d%06d", c, i%l.recipients), Order: i,
				}
				if !w.ask(&r) {
					return
				}
				all[c] = append(all[c], r)
			}
		})
	}
	wg.Wait()
	var requests []historycheck.Request
	for _, r := range all {
		requests = append(requests, r...)
	}
	return requests
}

// ask makes a request until it is answered. It returns false if the test is over.
func (w *world) ask(r *historycheck.Request) bool {
	for end := time.Now().Add(patience); time.Now().Before(end) && w.t.Context().Err() == nil; {
		w.mu.Lock()
		for w.address == "" && w.t.Context().Err() == nil {
			w.changed.Wait()
		}
		address := w.addresses[rand.IntN(len(w.addresses))]
		w.mu.Unlock()
		id, status, err := w.post(address, r)
		switch {
		case err != nil:
			w.forget(address)
		case status == http.StatusOK:
			r.Answers = append(r.Answers, id)
			return true
		case status != http.StatusServiceUnavailable:
			w.t.Errorf("the gateway answered %d", status)
			return false
		}
	}
	w.t.Error("a request was not answered")
	return false
}

// forget takes the address of a gateway that does not answer for that of a gateway that does not run.
func (w *world) forget(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.addresses = slices.DeleteFunc(w.addresses, func(a string) bool { return a == address })
	w.address = ""
	if len(w.addresses) > 0 {
		w.address = w.addresses[0]
	}
}

// post makes one request.
func (w *world) post(address string, r *historycheck.Request) (id ids.ID, status int, err error) {
	body, err := json.Marshal(map[string]any{"messaging_product": "whatsapp", "to": r.Recipient, "type": "text", "text": map[string]string{"body": r.Body}})
	if err != nil {
		return id, 0, err
	}
	req, err := http.NewRequest(http.MethodPost, "http://"+address+"/v23.0/1020/messages", bytes.NewReader(body))
	if err != nil {
		return id, 0, err
	}
	req.Header.Set("Authorization", "Bearer "+w.token.Reveal())
	req.Header.Set("Idempotency-Key", r.Key)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return id, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return id, answer.StatusCode, err
	}
	var told struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(text, &told); err != nil || len(told.Messages) != 1 {
		return id, 0, fmt.Errorf("the answer is %s: %w", text, err)
	}
	id, err = ids.Parse(told.Messages[0].ID)
	return id, answer.StatusCode, err
}
