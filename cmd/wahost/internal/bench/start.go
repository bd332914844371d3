// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// start measures how long a command line takes until it does something: `wahost version`, and the first byte that the
// vendor gets from `wahost send`.
func (b *bench) start(ctx context.Context) error {
	version := func() (execution, error) { return b.execute(ctx, nil, "version") }
	runs, err := b.executions(b.commands, version, version)
	if err != nil {
		return err
	}
	used := of(runs[0], execution.usedMS)
	b.out.add(newRow("wahost version, cold, processor time", "ms", used, divided(of(runs[1], execution.usedMS), used), nil,
		figure{"until it ends", median(of(runs[0], execution.elapsedMS)), "ms"}))
	first, stop, err := b.firstByte()
	if err != nil {
		return err
	}
	defer stop()
	runs, err = b.executions(b.commands, func() (execution, error) { return first(ctx) }, func() (execution, error) { return first(ctx) })
	if err != nil {
		return err
	}
	elapsed := of(runs[0], execution.elapsedMS)
	b.out.add(newRow("wahost send, cold, until the vendor gets its first byte", "ms", elapsed, divided(of(runs[1], execution.elapsedMS), elapsed), atMost(40),
		figure{"processor time of all processes", median(of(runs[0], execution.usedMS)), "ms"}))
	return nil
}

// firstByte returns a function that runs `wahost send`. Its elapsed time ends when the vendor, which is played by this
// process so that one clock is used, gets the first byte of the request.
func (b *bench) firstByte() (send func(context.Context) (execution, error), stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	arrived := make(chan time.Time, 64)
	server := &http.Server{
		ReadHeaderTimeout: 30 * time.Second,
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateActive { // one byte or more was read
				arrived <- time.Now()
			}
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, `{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`)
		}),
	}
	go func() { _ = server.Serve(listener) }()
	dir, err := os.MkdirTemp(b.dir, "send-")
	if err == nil {
		text := fmt.Sprintf(`
wahost {
  required_providers {
    pushwoosh = { source = "wahost/pushwoosh" }
  }
}
provider "pushwoosh" {
  auth     = "token"
  endpoint = "http://%s"
}
channel "pushwoosh" "main" {
  application = "00000-AAAAA"
}
route "all" {
  channels = [channel.pushwoosh.main]
}
`, listener.Addr())
		err = os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(text), 0o600)
	}
	if err != nil {
		_ = server.Close()
		return nil, nil, err
	}
	return func(ctx context.Context) (execution, error) {
		for len(arrived) > 0 {
			<-arrived
		}
		begin := time.Now()
		e, err := b.execute(ctx, nil, "--config", dir, "send", "--to", number(1), "--text", textBody)
		if err != nil {
			return e, err
		}
		e.elapsed = milliseconds((<-arrived).Sub(begin))
		return e, nil
	}, func() { _ = server.Close() }, nil
}
