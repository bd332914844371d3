// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/outcome"
)

// callPause is how long after its answer a vendor tells the next status of a message.
const callPause = 100 * time.Millisecond

// caller makes the calls by which vendors tell what became of messages, to the URLs that requests name.
type caller struct {
	client http.Client
	tell   func(format string, args ...any) // prints a line
	calls  sync.WaitGroup
}

func newCaller(tell func(format string, args ...any)) *caller {
	return &caller{client: http.Client{Timeout: 10 * time.Second}, tell: tell}
}

// call tells that the messages of an exchange were sent and delivered. It does not wait.
func (c *caller) call(ctx context.Context, provider string, vendor *emulator.Server, x emulator.Exchange) {
	c.calls.Go(func() {
		for _, status := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered} {
			calls, err := vendor.Callbacks(x, status)
			if err != nil {
				c.tell("%-16s cannot tell a status: %v", provider, err)
				return
			}
			for _, w := range calls {
				select {
				case <-ctx.Done():
					return
				case <-time.After(callPause):
				}
				c.post(ctx, provider, string(status), w)
			}
		}
	})
}

func (c *caller) post(ctx context.Context, provider, status string, w emulator.Webhook) {
	req, err := http.NewRequestWithContext(ctx, w.Method, w.URL(), bytes.NewReader(w.Body))
	if err != nil {
		c.tell("%-16s tells %s: %v", provider, status, err)
		return
	}
	req.Header = w.Header
	res, err := c.client.Do(req)
	if err != nil {
		c.tell("%-16s tells %s: %v", provider, status, err)
		return
	}
	_ = res.Body.Close()
	c.tell("%-16s tells %s: answered %d", provider, status, res.StatusCode)
}

// close waits for the calls under way.
func (c *caller) close() {
	c.calls.Wait()
	c.client.CloseIdleConnections()
}
