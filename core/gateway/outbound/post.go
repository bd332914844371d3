// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Timeout is how long an endpoint may take to answer, by default.
const Timeout = 5 * time.Second

// maxAnswer is how much of an answer is read, so that the connection can be used again.
const maxAnswer = 64 << 10

// heldTime is how long a notice may be in memory before the log is asked whether it still exists. No retry comes earlier.
const heldTime = firstRetry

// result is what an endpoint did with a notice.
type result struct {
	entry *entry
	// gone is true if the notice was not posted because the log does not have it any more: its message was erased.
	gone bool
	// err is nil if the endpoint took it.
	err error
	// status is 0 if there was no answer.
	status int
	// after is when the endpoint wants to be asked again, or 0.
	after time.Duration
	took  time.Duration
}

// post makes one request. Errors contain nothing of the answer's body.
func (r *Runner) post(ctx context.Context, e *entry) result {
	began := r.clock.Now()
	out := result{entry: e}
	defer func() { out.took = r.clock.Now().Sub(began) }()
	if began.Sub(e.since) >= heldTime {
		exists, err := r.exists(ctx, &e.notice)
		if err != nil {
			out.err = fmt.Errorf("the notice cannot be read again: %w", err)
		}
		if out.gone = err == nil && !exists; out.gone || err != nil {
			return out
		}
	}
	body, err := Body(&e.notice, r.numbers)
	if err != nil {
		out.err = fmt.Errorf("the notice cannot be written: %w", err)
		return out
	}
	out.status, out.after, out.err = r.request(ctx, e.notice.ID, body, began)
	return out
}

// exists reports whether the log still has a notice.
func (r *Runner) exists(ctx context.Context, n *Notice) (bool, error) {
	before := n.Position
	before.Seq--
	found, err := r.log.Notices(ctx, before, 1)
	return len(found) > 0 && found[0].ID == n.ID, err
}

// request posts a body with an id. The status is 0 without an answer, and the error is nil if the endpoint took it. It may be called by any
// goroutine.
func (r *Runner) request(ctx context.Context, id string, body []byte, at time.Time) (status int, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.endpoint.URL, bytes.NewReader(body))
	if err != nil {
		return 0, 0, errors.New("the URL is malformed")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent)
	r.signer.sign(req.Header, id, at, body)
	answer, err := r.client.Do(req)
	if err != nil {
		return 0, 0, describe(err)
	}
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	_ = answer.Body.Close()
	status = answer.StatusCode
	if status < 200 || status > 299 {
		return status, retryAfter(answer.Header.Get("Retry-After"), at), fmt.Errorf("the endpoint answered HTTP %d", status)
	}
	return status, 0, nil
}

// userAgent names the sender of webhooks.
const userAgent = "wahost-webhooks"

// describe returns an error without the URL, which may have a secret in its path.
func describe(err error) error {
	var refused *AddressError
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, errRedirect):
		return errRedirect
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("the endpoint did not answer in time")
	case errors.As(err, &dns):
		return errors.New("the name of the endpoint could not be resolved")
	}
	return errors.New("the endpoint could not be reached, or ended the connection without an answer")
}

// retryAfter reads the header of this name, in seconds or as a date. It returns 0 if there is nothing to read.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), int(longestRetry/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), longestRetry)
	}
	return 0
}
