// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/provider"
)

const (
	// patience is how many calls of a kind may run into their deadline, with none answered in the whole run, before
	// no more are made: each of hundreds would wait for nothing.
	patience = 4
	// webhookTimeout bounds the handling of one webhook.
	webhookTimeout = 8 * time.Second
)

// silence notices that a provider answers no call of a kind at all. One answer, however bad, ends the suspicion for
// good: what hangs now and then is for the checks to find.
type silence struct {
	call  string
	limit time.Duration

	mu         sync.Mutex
	unanswered int
	heard      bool
}

// complete reports whether there is no use in calling again.
func (s *silence) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.heard && s.unanswered >= patience
}

// book takes how a call went and reports whether this one completes the silence.
func (s *silence) book(err error, took time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch code := status.Code(err); {
	case code == codes.Canceled || errors.Is(err, context.Canceled):
		// A call that the check itself cancelled tells nothing.
	case took >= s.limit*9/10:
		// Also what ends with an outcome: a provider that waits for its deadline may just overtake the caller's.
		s.unanswered++
		return !s.heard && s.unanswered == patience
	case code != codes.DeadlineExceeded && !errors.Is(err, context.DeadlineExceeded):
		s.heard = true
	}
	return false
}

// ask makes a call unless no call of its kind has been answered in the whole run. The check during which that shows
// fails; those after it are blocked, because nothing was asked.
func (e *Env) ask(s *silence, call func() error) error {
	if s.complete() {
		reason := fmt.Sprintf("control: the provider has answered none of %d calls of %s, and is not asked again", patience, s.call)
		e.state.mu.Lock()
		e.state.unasked = reason
		e.state.mu.Unlock()
		return status.Error(codes.DeadlineExceeded, reason)
	}
	start := time.Now()
	err := call()
	if s.book(err, time.Since(start)) {
		e.Failf(s.call, "an answer within "+s.limit.String(), "none, like to the %d calls before", patience-1)
	}
	return err
}

// HandleWebhook hands a call of the vendor's to the provider, as the host does.
func (e *Env) HandleWebhook(ctx context.Context, req provider.WebhookRequest) (res provider.WebhookResponse, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.run.patient(webhookTimeout))
	defer cancel()
	err = e.ask(&e.run.unhandled, func() error {
		res, err = e.Client().HandleWebhook(ctx, e.ProviderID(), req)
		return err
	})
	return res, err
}
