// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"
)

// longRun sends many messages in a row, and shows what each tenth of them cost.
func (b *bench) longRun(ctx context.Context) error {
	none := ""
	b.vendor.hook.Store(&none)
	g, err := b.startGateway(ctx, false)
	if err != nil {
		return err
	}
	defer g.stop()
	b.messages = max(b.long/10, b.connected)
	run := b.through("long", b.vendor.sends, 1, http.StatusOK, g.requests(0))
	fmt.Fprintf(b.out, "%12s %12s %14s %14s %12s %12s\n", "messages", "per second", "gateway µs", "provider µs", "gateway MB", "provider MB")
	for tenth := range 10 {
		hostBefore, providerBefore := g.used()
		rate, err := run.run(ctx)
		if err != nil {
			return err
		}
		host, provider := g.used()
		hostMB, providerMB := g.memory()
		each := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) / float64(b.messages) }
		fmt.Fprintf(b.out, "%12d %12.0f %14.1f %14.1f %12.0f %12.0f\n", (tenth+1)*b.messages, rate, each(host-hostBefore), each(provider-providerBefore), hostMB, providerMB)
	}
	if size, err := os.Stat(g.store()); err == nil {
		fmt.Fprintf(b.out, "\nThe store has %.0f bytes for each message.\n", float64(size.Size())/float64(b.messages*10))
	}
	return nil
}
