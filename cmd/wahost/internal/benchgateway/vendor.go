// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// lifeStatuses are what the vendor tells about each message.
var lifeStatuses = []string{"sent", "delivered", "read"}

// counter counts what arrives.
type counter struct {
	mu      sync.Mutex
	changed sync.Cond
	n       int
}

func newCounter() *counter {
	c := &counter{}
	c.changed.L = &c.mu
	return c
}

// add counts one more and returns how many there were before it.
func (c *counter) add() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.changed.Broadcast()
	return c.n - 1
}

func (c *counter) now() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// await waits until the counter has reached n, or the context ends.
func (c *counter) await(ctx context.Context, n int) error {
	defer context.AfterFunc(ctx, func() {
		c.mu.Lock()
		c.changed.Broadcast()
		c.mu.Unlock()
	})()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.n < n && ctx.Err() == nil {
		c.changed.Wait()
	}
	if c.n < n {
		return fmt.Errorf("%d of %d arrived: %w", c.n, n, context.Cause(ctx))
	}
	return nil
}

// vendor plays the vendor of both gateways, and the application that a gateway tells. It accepts everything.
type vendor struct {
	server *server
	// delay is how long it takes to answer, in nanoseconds.
	delay atomic.Int64
	// hook is where statuses go, or "" if the vendor tells none.
	hook atomic.Pointer[string]
	// sends counts what was sent, and told what the application was told.
	sends, told *counter
	// failures counts statuses that the gateway did not take.
	failures atomic.Int64
	ids      chan string
	ended    sync.WaitGroup
}

// startVendor starts a vendor that sends a number of webhooks at a time.
func startVendor(ctx context.Context, webhooks int) (*vendor, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	v := &vendor{sends: newCounter(), told: newCounter(), ids: make(chan string, 1_000_000)}
	v.server = newServer(l, v.answer)
	for range webhooks {
		v.ended.Go(v.tell)
	}
	return v, nil
}

func (v *vendor) close() {
	v.server.close()
	close(v.ids)
	v.ended.Wait()
}

func (v *vendor) url() string { return "http://" + v.server.listener.Addr().String() }

// answer answers Cloud API requests, those of Kannel, and webhooks to the application.
func (v *vendor) answer(path string) string {
	if path == "/application" {
		v.told.add()
		return ""
	}
	if delay := time.Duration(v.delay.Load()); delay > 0 {
		time.Sleep(delay)
	}
	n := v.sends.add()
	if path == "/kannel" {
		return "0: Accepted for delivery"
	}
	id := fmt.Sprintf("wamid.bench%d.%d", time.Now().UnixNano(), n)
	if *v.hook.Load() != "" {
		v.ids <- id
	}
	return `{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"` + id + `"}]}`
}

// tell posts the statuses of messages, those of one message after each other.
func (v *vendor) tell() {
	var l line
	defer l.close()
	for id := range v.ids {
		for _, status := range lifeStatuses {
			if err := v.post(&l, id, status); err != nil {
				v.failures.Add(1)
			}
		}
	}
}

func (v *vendor) post(l *line, id, status string) error {
	body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"12025550100","phone_number_id":%q},"statuses":[{"id":%q,"status":%q,"timestamp":"%d","recipient_id":"491555000000"}]}}]}]}`,
		vendorNumber, id, status, time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(body))
	r, err := http.NewRequest(http.MethodPost, *v.hook.Load(), strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return l.do(r, http.StatusOK)
}
