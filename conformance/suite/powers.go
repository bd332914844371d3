// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// PowerTimeout is the deadline of a call of an optional power.
const PowerTimeout = 5 * time.Second

// Power makes one call of an optional power within a deadline, for which the vendor plays the faults on a route, and returns
// all vendor requests of the call but those for access tokens. A timeout of 0 means PowerTimeout. The check must have its process for itself.
func (e *Env) Power(ctx context.Context, route string, timeout time.Duration, faults []emulator.Fault, call func(context.Context) error) ([]emulator.Exchange, error) {
	if timeout == 0 {
		timeout = e.patient(PowerTimeout)
	}
	if err := e.Emulator().Script(route, faults...); err != nil {
		e.Blocked("the fault cannot be played: %v", err)
	}
	before := len(e.Emulator().Exchanges())
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := call(ctx)
	if err != nil {
		e.keepSecret("status of a call", err.Error())
	}
	if err := e.Emulator().Script(route); err != nil {
		e.Blocked("%v", err)
	}
	exchanges := slices.DeleteFunc(e.Emulator().Exchanges()[before:], func(x emulator.Exchange) bool { return x.Token })
	return exchanges, err
}

// Signaled is the result of sending a signal.
type Signaled struct {
	// Sent has the outcome. Its Exchanges are all vendor requests of the call.
	Sent
	Signal *message.Signal
}

// SendSignal sends a signal in the same way as the host. It uses the options To, Timeout and Faults. It reports a deviation
// if the answer contains a secret.
func (e *Env) SendSignal(ctx context.Context, s *message.Signal, o SendOptions) Signaled {
	out := Signaled{Signal: s, Sent: Sent{To: o.To, Started: time.Now()}}
	route := ""
	if d := e.Dialect().Signal; d != nil {
		route = d.Route
	}
	out.Exchanges, out.Err = e.Power(ctx, route, o.Timeout, o.Faults, func(ctx context.Context) (err error) {
		out.Outcome, err = e.Client().SendSignal(ctx, e.ChannelID(), s, o.To)
		return err
	})
	out.Elapsed = time.Since(out.Started)
	if out.Err == nil {
		out.Answered = true
		e.checkOutcome(out.Outcome)
	}
	return out
}

// Lookup asks what became of a message in the same way as the host. It reports a deviation if the answer contains a secret.
func (e *Env) Lookup(ctx context.Context, req provider.FindRequest, timeout time.Duration, faults ...emulator.Fault) (provider.FindResult, []emulator.Exchange, error) {
	var found provider.FindResult
	exchanges, err := e.Power(ctx, e.Dialect().Lookup.Route, timeout, faults, func(ctx context.Context) (err error) {
		found, err = e.Client().LookupMessage(ctx, e.ChannelID(), req)
		return err
	})
	e.keepSecret("lookup", found.Cause)
	return found, exchanges, err
}

// Upload uploads media in the same way as the host.
func (e *Env) Upload(ctx context.Context, m provider.Media, timeout time.Duration, faults ...emulator.Fault) (provider.UploadedMedia, *outcome.Rejected, []emulator.Exchange, error) {
	var uploaded provider.UploadedMedia
	var rejected *outcome.Rejected
	exchanges, err := e.Power(ctx, e.Dialect().MediaUpload.Route, timeout, faults, func(ctx context.Context) (err error) {
		uploaded, rejected, err = e.Client().UploadMedia(ctx, e.ChannelID(), m)
		return err
	})
	e.checkRejection(rejected)
	return uploaded, rejected, exchanges, err
}

// File returns media with a content that is read once.
func File(mimeType, name string, content []byte) provider.Media {
	return provider.Media{MIMEType: mimeType, Filename: name, Size: int64(len(content)), Content: io.NopCloser(bytes.NewReader(content))}
}

// Fetched is the result of fetching media.
type Fetched struct {
	Header   provider.Media
	Content  []byte
	Rejected *outcome.Rejected
	// Err is the error of the call. Whoever gets it throws the content away.
	Err       error
	Exchanges []emulator.Exchange
}

// Whole reports whether the provider said that it returned the whole content.
func (f Fetched) Whole() bool { return f.Err == nil && f.Rejected == nil }

// Fetch fetches media in the same way as the host.
func (e *Env) Fetch(ctx context.Context, id string, timeout time.Duration, faults ...emulator.Fault) Fetched {
	var f Fetched
	f.Exchanges, f.Err = e.Power(ctx, e.Dialect().MediaFetch.Route, timeout, faults, func(ctx context.Context) (err error) {
		f.Rejected, err = e.Client().FetchMedia(ctx, e.ChannelID(), id,
			func(header provider.Media) error { f.Header = header; return nil },
			func(part []byte) error { f.Content = append(f.Content, part...); return nil })
		return err
	})
	e.checkRejection(f.Rejected)
	return f
}

// Templates asks for one page of templates in the same way as the host.
func (e *Env) Templates(ctx context.Context, page string, timeout time.Duration, faults ...emulator.Fault) (provider.TemplatePage, *outcome.Rejected, error) {
	var list provider.TemplatePage
	var rejected *outcome.Rejected
	_, err := e.Power(ctx, e.Dialect().TemplateList.Route, timeout, faults, func(ctx context.Context) (err error) {
		list, rejected, err = e.Client().ListTemplates(ctx, e.ChannelID(), page)
		return err
	})
	e.checkRejection(rejected)
	return list, rejected, err
}

// checkRejection reports a deviation if a rejection breaks a rule that applies to all of them.
func (e *Env) checkRejection(r *outcome.Rejected) {
	if r != nil {
		e.checkOutcome(outcome.Outcome{Rejected: r})
	}
}
