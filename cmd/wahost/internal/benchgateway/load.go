// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// requester makes the request for the message with a number.
type requester func(ctx context.Context, n int) (*http.Request, error)

// requests returns the requests of an application of the gateway. The messages are to be sent at once, or after a time.
func (g *gateway) requests(later time.Duration) requester {
	due := ""
	if later > 0 {
		due = fmt.Sprintf(`,"wahost":{"send_at":%q}`, time.Now().Add(later).UTC().Format(time.RFC3339))
	}
	return func(ctx context.Context, n int) (*http.Request, error) {
		body := fmt.Sprintf(`{"messaging_product":"whatsapp","to":"49155%07d","type":"text","text":{"body":"Your parcel %d is on its way."}%s}`, n%10_000_000, n, due)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/v23.0/"+number+"/messages", strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+g.token.Reveal())
		r.Header.Set("Content-Type", "application/json")
		return r, nil
	}
}

// load is what clients got for their requests.
type load struct {
	elapsed time.Duration
	// took are the times of the requests, in order.
	took []time.Duration
}

func (l *load) quantile(q float64) time.Duration {
	return l.took[min(int(q*float64(len(l.took))), len(l.took)-1)]
}

// send makes requests over a number of connections, each with the next one as soon as it has its answer.
func (b *bench) send(ctx context.Context, status int, request requester) (*load, error) {
	var (
		wg     sync.WaitGroup
		failed atomic.Pointer[error]
		next   atomic.Int64
	)
	first := int(b.sent.Add(int64(b.messages))) - b.messages
	all := make([][]time.Duration, b.connected)
	begin := time.Now()
	for c := range b.connected {
		wg.Go(func() {
			var l line
			defer l.close()
			for failed.Load() == nil {
				n := int(next.Add(1)) - 1
				if n >= b.messages {
					return
				}
				r, err := request(ctx, first+n)
				asked := time.Now()
				if err == nil {
					err = l.do(r, status)
				}
				if err != nil {
					failed.Store(&err)
					return
				}
				all[c] = append(all[c], time.Since(asked))
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	l := &load{elapsed: time.Since(begin), took: slices.Concat(all...)}
	slices.Sort(l.took)
	return l, nil
}
