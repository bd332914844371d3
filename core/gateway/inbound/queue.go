// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/wahost/wahost/sdk/provider"
)

const (
	// maxCalls is how many calls to a provider configuration run at the same time. Requests that come meanwhile travel together.
	maxCalls = 2
	// maxRequests and maxBytes bound what travels together. A larger request travels alone.
	maxRequests = 64
	maxBytes    = 1 << 20
	// maxWaiting bounds the requests that wait for a provider.
	maxWaiting = 4096
	// callTime bounds a call.
	callTime = 12 * time.Second
)

// errBusy is the error for a request that finds too many others waiting.
var errBusy = errors.New("too many webhooks wait for the provider")

// queue holds the requests for one provider configuration.
type queue struct {
	providerID string
	providers  Providers

	mu      sync.Mutex
	waiting []*waiter
	calls   int
}

type waiter struct {
	request provider.WebhookRequest
	done    chan answer // has room for the answer
}

type answer struct {
	response provider.WebhookResponse
	err      error
}

func newQueue(providerID string, providers Providers) *queue {
	return &queue{providerID: providerID, providers: providers}
}

// handle passes a request to the provider.
func (q *queue) handle(ctx context.Context, request provider.WebhookRequest) (provider.WebhookResponse, error) {
	w := &waiter{request, make(chan answer, 1)}
	q.mu.Lock()
	if len(q.waiting) >= maxWaiting {
		q.mu.Unlock()
		return provider.WebhookResponse{}, errBusy
	}
	q.waiting = append(q.waiting, w)
	if q.calls < maxCalls {
		q.calls++
		go q.run()
	}
	q.mu.Unlock()
	select {
	case a := <-w.done:
		return a.response, a.err
	case <-ctx.Done():
		return provider.WebhookResponse{}, ctx.Err()
	}
}

// run makes calls until nothing waits.
func (q *queue) run() {
	for batch := q.take(); batch != nil; batch = q.take() {
		q.call(batch)
	}
}

// take removes the requests of the next call, or counts this goroutine as ended.
func (q *queue) take() []*waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, bytes := 0, 0
	for n < min(len(q.waiting), maxRequests) {
		bytes += len(q.waiting[n].request.Body)
		if n > 0 && bytes > maxBytes {
			break
		}
		n++
	}
	if n == 0 {
		q.calls--
		return nil
	}
	batch := q.waiting[:n:n]
	if q.waiting = q.waiting[n:]; len(q.waiting) == 0 {
		q.waiting = nil
	}
	return batch
}

// call passes requests to the provider. If that fails, it passes each alone, so that one request which the provider cannot stand does
// not fail the others.
func (q *queue) call(batch []*waiter) {
	requests := make([]provider.WebhookRequest, len(batch))
	for i, w := range batch {
		requests[i] = w.request
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTime)
	responses, err := q.providers.HandleWebhooks(ctx, q.providerID, requests)
	cancel()
	if err == nil && len(responses) != len(requests) {
		err = errors.New("the provider returned another number of responses")
	}
	switch {
	case err == nil:
		for i, w := range batch {
			w.done <- answer{response: responses[i]}
		}
	case len(batch) == 1:
		batch[0].done <- answer{err: err}
	default:
		for i := range batch {
			q.call(batch[i : i+1])
		}
	}
}
