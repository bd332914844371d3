// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package life

import (
	"context"
	"os"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

func serve(ctx context.Context, e *suite.Env, o suite.RawOptions) *suite.Raw {
	raw, err := e.StartRaw(ctx, o)
	if err != nil {
		e.Blocked("the provider cannot be started by hand: %v", err)
	}
	if _, err := raw.Handshake(); err != nil {
		e.Fatalf("handshake", "the provider serves", "%v", err)
	}
	return raw
}

// ends waits for the end of a process.
func ends(ctx context.Context, raw *suite.Raw) bool {
	timer := time.NewTimer(bound)
	defer timer.Stop()
	select {
	case <-raw.Exited():
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func sigterm(ctx context.Context, e *suite.Env) {
	raw := serve(ctx, e, suite.RawOptions{})
	conn, err := raw.Dial()
	if err != nil {
		e.Fatalf("handshake", "a connection", "%v", err)
	}
	defer func() { _ = conn.Close() }()
	if err := e.Via(client.New(conn)).Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
		e.Fatalf("configure", "the dialect's configuration is taken", "%v", err)
	}
	if err := raw.Signal(syscall.SIGTERM); err != nil {
		e.Blocked("the signal cannot be sent: %v", err)
	}
	if !ends(ctx, raw) {
		e.Failf("process", "it exits", "it still runs %s after SIGTERM", bound)
	}
}

func hostKilled(ctx context.Context, e *suite.Env) {
	// The output ends when the last process that holds it ends, which is the provider after the shell has ended.
	raw := serve(ctx, e, suite.RawOptions{UnderShell: true})
	select {
	case <-raw.Exited():
		e.Fatalf("process", "it serves as long as its host lives", "it ended")
	default:
	}
	if err := raw.KillParent(); err != nil {
		e.Blocked("the host cannot be killed: %v", err)
	}
	if !ends(ctx, raw) {
		e.Failf("process", "it ends by itself", "it still runs %s after its host was killed", bound)
	}
}

func restart(ctx context.Context, e *suite.Env) {
	first := e.MustProcess(ctx, suite.StationOptions{Emulator: e.Emulator()})
	sent := begin(ctx, first, "deliver_then(hang)")
	first.Process().Kill()
	s := <-sent
	if s.Accepted() {
		e.Failf("outcome", "a fault", "%s", s)
	}
	again := e.MustProcess(ctx, suite.StationOptions{Emulator: e.Emulator()})
	for range 3 {
		if s := again.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
			e.Failf("outcome", "accepted after the restart", "%s, %d deliveries", s, s.Deliveries)
		}
	}
	if n := len(e.Exchanges(s.To)); n != 1 {
		e.Failf("wire", "the message that was in flight is not sent again by the provider", "%d vendor requests", n)
	}
}

func crashVisible(ctx context.Context, e *suite.Env) {
	victim := e.MustProcess(ctx, suite.StationOptions{})
	sent := begin(ctx, victim, "hang")
	p, err := os.FindProcess(victim.Process().PID())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		e.Blocked("the process cannot be killed: %v", err)
	}
	start := time.Now()
	s := <-sent
	if s.Err == nil || s.Code() == codes.DeadlineExceeded {
		e.Failf("status", "a fault at once", "%s", s)
	}
	if took := time.Since(start); took > 2*e.Grace() {
		e.Failf("time", "the call ends when the process does", "after %s", took)
	}
	timer := time.NewTimer(bound)
	defer timer.Stop()
	select {
	case <-victim.Process().Done():
	case <-timer.C:
		e.Failf("process", "the host sees that it ended", "not within %s", bound)
	}
}

func startTime(ctx context.Context, e *suite.Env) {
	start := time.Now()
	serve(ctx, e, suite.RawOptions{})
	took := time.Since(start)
	e.Note("handshake after %s", took.Round(time.Millisecond))
	if took > 2*time.Second {
		e.Failf("time", "the handshake within 2s", "after %s", took)
	}
}

func noState(ctx context.Context, e *suite.Env) {
	const first, again, fresh = "the first run", "a run after one that was killed", "a run with nothing left of the first"
	var dir string
	var left []isolation.WrittenFile // by an isolated process
	for _, run := range []string{first, again, fresh} {
		if run != again {
			made, err := os.MkdirTemp("", "wahost-check-")
			if err != nil {
				e.Blocked("no folder can be made: %v", err)
			}
			e.Cleanup(func() { _ = os.RemoveAll(made) })
			dir, left = made, nil
		}
		raw := serve(ctx, e, suite.RawOptions{Dir: dir, Files: left, Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}})
		conn, err := raw.Dial()
		if err != nil {
			e.Fatalf("handshake", "a connection", "%v", err)
		}
		via := e.Via(client.New(conn))
		if err := via.Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
			e.Failf(run, "the dialect's configuration is taken", "%v", err)
		} else if s := via.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
			e.Failf(run, "accepted and delivered once", "%s, %d deliveries", s, s.Deliveries)
		}
		_ = conn.Close()
		raw.Kill()
		if w := raw.World(); w != nil {
			left = w.Files()
		}
	}
}
