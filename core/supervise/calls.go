// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

// callTimeout limits each call that does not send.
const callTimeout = 10 * time.Second

// call makes one call to a provider, starting it first if necessary. The context of the call ends after callTimeout or
// with the process.
func (p *Pool) call(ctx context.Context, name string, f func(context.Context, *client.Client) error) error {
	m, err := p.member(name)
	if err != nil {
		return err
	}
	if err := m.supervisor.FirstStart(ctx); err != nil {
		return err
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.callTimeout)
	defer cancel()
	joined, release := instance.Context(ctx)
	defer release()
	if err := f(joined, instance.Client); err != nil {
		return instance.explain(ctx, err)
	}
	return nil
}

// CrashError says that a provider ended while it was called.
type CrashError struct {
	Name string
	// Limit is the limit for which the host ended the provider, or "".
	Limit string
	// Output is the last lines that the process wrote, oldest first.
	Output []string
	// Cause is the error of the call.
	Cause error
}

// shownLines is how many lines of its output the error of a crash has.
const shownLines = 12

// Error returns the name of the provider and a part of its output: from the panic on if there was one, and otherwise the end.
func (e *CrashError) Error() string {
	what := fmt.Sprintf("provider %q ended while it was called", e.Name)
	if e.Limit != "" {
		what += ": " + e.Limit
	}
	begin := slices.IndexFunc(e.Output, launch.IsPanic)
	if begin < 0 {
		begin = max(0, len(e.Output)-shownLines)
	}
	lines := append([]string{what}, e.Output[begin:min(begin+shownLines, len(e.Output))]...)
	return strings.Join(lines, "\n  ")
}

// Unwrap returns the error of the call.
func (e *CrashError) Unwrap() error { return e.Cause }

// explain returns a *CrashError if a call failed because the process ended, and err otherwise. It waits a moment for the
// process to end, since the connection breaks first.
func (i *Instance) explain(ctx context.Context, err error) error {
	if code := status.Code(err); code != codes.Unavailable && code != codes.Canceled {
		return err
	}
	wait := time.NewTimer(200 * time.Millisecond)
	defer wait.Stop()
	select {
	case <-i.Done():
		// All output has been read when Kill returns.
		i.Kill()
		return &CrashError{Name: i.Name(), Limit: i.OverLimit(), Output: i.LastOutput(), Cause: err}
	case <-wait.C:
	case <-ctx.Done():
	}
	return err
}

// Metadata asks a provider for its name and version.
func (p *Pool) Metadata(ctx context.Context, name string) (meta provider.Metadata, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		meta, err = c.Metadata(ctx)
		return err
	})
	return meta, err
}

// DefaultCapabilities asks a provider what a channel with default configuration carries. The result is nil if
// the provider cannot say.
func (p *Pool) DefaultCapabilities(ctx context.Context, name string) (caps *capability.Capabilities, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		caps, err = c.DefaultCapabilities(ctx)
		return err
	})
	return caps, err
}

// Schema asks a provider for the schemas of its blocks.
func (p *Pool) Schema(ctx context.Context, name string) (s provider.Schema, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		s, err = c.Schema(ctx)
		return err
	})
	return s, err
}

// ValidateProvider asks a provider to check a `provider` block, offline.
func (p *Pool) ValidateProvider(ctx context.Context, name string, value cty.Value) (ds diag.Diagnostics, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		ds, err = c.ValidateProviderConfig(ctx, value)
		return err
	})
	return ds, err
}

// ValidateChannel asks a provider to check a `channel` block, offline.
func (p *Pool) ValidateChannel(ctx context.Context, name string, value cty.Value) (ds diag.Diagnostics, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		ds, err = c.ValidateChannelConfig(ctx, value)
		return err
	})
	return ds, err
}
