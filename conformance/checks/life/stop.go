// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package life

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// bound is the time for a process to end. Providers check once a second whether their host lives, and may allow sends
// five seconds after SIGTERM.
const bound = 8 * time.Second

// shutdown is the last call of a host. It belongs to go-plugin and not to the provider protocol.
const shutdown = "/plugin.GRPCController/Shutdown"

func graceful(ctx context.Context, e *suite.Env) {
	e.MayEnd()
	sent := begin(ctx, e, "slow(500)")
	abandoned, err := e.Client().Stop(ctx, 5*time.Second)
	if err != nil || abandoned != 0 {
		e.Failf("Stop", "no delivery is abandoned", "%d, %v", abandoned, err)
	}
	if s := <-sent; !s.Accepted() {
		e.Failf("outcome", "the send in flight finishes", "%s", s)
	}
	hung := e.MustProcess(ctx, suite.StationOptions{})
	sent = begin(ctx, hung, "hang")
	start := time.Now()
	if abandoned, err = hung.Client().Stop(ctx, 200*time.Millisecond); err != nil || abandoned != 1 {
		e.Failf("Stop", "the delivery that has no outcome at the end of the grace is counted as abandoned", "%d, %v", abandoned, err)
	}
	if took := time.Since(start); took > 200*time.Millisecond+2*time.Second+e.Grace() {
		e.Failf("time", "a stop ends soon after its grace", "after %s", took)
	}
	if s := <-sent; s.Accepted() || s.Rejected() != nil {
		e.Failf("outcome", "unknown: the vendor had the request", "%s", s)
	}
	exitCode(ctx, e)
}

// exitCode ends a process as the host does.
func exitCode(ctx context.Context, e *suite.Env) {
	raw, err := e.StartRaw(ctx, suite.RawOptions{})
	if err != nil {
		e.Blocked("the provider cannot be started by hand: %v", err)
	}
	conn, err := raw.Dial()
	if err != nil {
		e.Fatalf("handshake", "a connection", "%v", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := client.New(conn).Stop(ctx, time.Second); err != nil {
		e.Failf("Stop", "an answer", "%v", err)
	}
	var req, resp []byte
	// The connection may break before the answer, so only the exit is checked.
	if err := conn.Invoke(ctx, shutdown, &req, &resp, suite.Bytes()); status.Code(err) == codes.Unimplemented {
		e.Note("the provider does not serve plugin.GRPCController, so the host kills it two seconds after a stop")
		return
	}
	if !ends(ctx, raw) {
		e.Failf("process", "it exits when the host requests it", "it still runs after %s", bound)
	} else if code := raw.ExitCode(); code != 0 {
		e.Failf("exit code", "0", "%d", code)
	}
}

func stopIdempotent(ctx context.Context, e *suite.Env) {
	e.MayEnd()
	for i := range 2 {
		if n, err := stop(ctx, e.Client()); err != nil || n != 0 {
			e.Failf("Stop", "an answer without abandoned deliveries, also to the second one", "call %d: %d, %v", i+1, n, err)
		}
	}
	bare := e.MustProcess(ctx, suite.StationOptions{Bare: true})
	if n, err := stop(ctx, bare.Client()); err != nil || n != 0 {
		e.Failf("Stop", "an answer before any configuration", "%d, %v", n, err)
	}
}

// stop asks the provider to stop, with a second for the calls under way, and waits for the answer a while longer.
func stop(ctx context.Context, c *client.Client) (abandoned int, err error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	return c.Stop(ctx, time.Second)
}

func sendAfterStop(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	if _, err := stop(ctx, e.Client()); err != nil {
		e.Fatalf("Stop", "an answer", "%v", err)
	}
	s := e.Send(ctx, sample(e), suite.SendOptions{})
	if s.Code() != codes.FailedPrecondition && s.Rejected() == nil {
		e.Failf("status", "FAILED_PRECONDITION or a rejection", "%s", s)
	}
	if len(s.Exchanges) > 0 {
		e.Failf("wire", "no vendor request", "%d", len(s.Exchanges))
	}
}

func health(ctx context.Context, e *suite.Env) {
	bare := e.MustProcess(ctx, suite.StationOptions{Bare: true})
	if channels := ask(ctx, bare); len(channels) > 0 {
		e.Failf("WatchHealth", "no channel before one is open", "%v", channels)
	}
	before := e.Emulator().Counts().Requests
	start := time.Now()
	channels := ask(ctx, e)
	if took := time.Since(start); took > e.Grace() {
		e.Failf("time", "health is reported immediately", "after %s", took)
	}
	found := false
	for _, c := range channels {
		found = found || c.ChannelID == e.ChannelID()
	}
	if !found {
		e.Failf("WatchHealth", "the open channel", "%v", channels)
	}
	if n := e.Emulator().Counts().Requests - before; n > 0 {
		e.Failf("wire", "no vendor request for health", "%d", n)
	}
}

// ask returns the first health report.
func ask(ctx context.Context, e *suite.Env) []client.ChannelHealth {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	var first []client.ChannelHealth
	var once sync.Once
	answered := false
	err := e.Client().WatchHealth(ctx, func(all []client.ChannelHealth) {
		once.Do(func() { first, answered = all, true })
		cancel()
	})
	if !answered {
		e.Failf("WatchHealth", "an answer at once", "none: %v", err)
	}
	return first
}
