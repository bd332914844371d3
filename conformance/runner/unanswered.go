// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/suite"
)

const (
	// patience is how many calls of a kind may run into their deadline, with none answered in the whole run, before no
	// more calls are made. Otherwise hundreds of calls would wait for their deadline.
	patience = 4
)

// unanswered detects that a provider answers no call of a kind at all. A single answer, even an error, shows that the
// provider answers. Occasional hangs are found by the checks.
type unanswered struct {
	call  string
	limit time.Duration

	mu       sync.Mutex
	count    int
	answered bool
}

// complete reports whether no more calls are to be made.
func (s *unanswered) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.answered && s.count >= patience
}

// record takes the result of a call and reports whether no more calls are to be made because of it.
func (s *unanswered) record(err error, took time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch code := status.Code(err); {
	case code == codes.Canceled || errors.Is(err, context.Canceled):
		// A call that the check itself cancelled says nothing about the provider.
	case took >= s.limit*9/10:
		// This includes calls that end with an outcome: a provider that waits for its deadline may answer just before it.
		s.count++
		return !s.answered && s.count == patience
	case code != codes.DeadlineExceeded && !errors.Is(err, context.DeadlineExceeded):
		s.answered = true
	}
	return false
}

// Ask makes a call unless no call of its kind was answered in the whole run.
func (r *runner) Ask(kind suite.CallKind, call func() error) suite.Asked {
	s := &r.sends
	if kind == suite.CallWebhook {
		s = &r.webhooks
	}
	if s.complete() {
		reason := fmt.Sprintf("control: the provider has not answered any of %d calls of %s, so no more are made", patience, s.call)
		return suite.Asked{Err: status.Error(codes.DeadlineExceeded, reason), Refused: reason}
	}
	start := time.Now()
	a := suite.Asked{Err: call()}
	if s.record(a.Err, time.Since(start)) {
		a.Silent = &suite.Silence{At: s.call, Expected: "an answer within " + s.limit.String(), Actual: fmt.Sprintf("no answer, as for the %d calls before", patience-1)}
	}
	return a
}
