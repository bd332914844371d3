// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// BenchmarkRunner measures a webhook from the log to the cursor, with an endpoint in the same process.
func BenchmarkRunner(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	client := NewClient(loopback, Timeout)
	defer client.CloseIdleConnections()
	o, done := newOutbox(), make(counting, 1)
	for i := range b.N {
		o.add(notice(fmt.Sprint(i/3), []outcome.Status{sent, delivered, read}[i%3]))
	}
	r := NewRunner(Options{Endpoint: Endpoint{Name: "bench", URL: server.URL, Secrets: []string{secret}}, Log: o, Retries: o, Numbers: senders{}, Client: client, Observer: done})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	b.ReportAllocs()
	b.ResetTimer()
	go func() { ended <- r.Run(ctx) }()
	for range b.N {
		<-done
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

// counting is an observer that counts.
type counting chan struct{}

func (c counting) Posted(string, *Notice, int, time.Duration, error) { c <- struct{}{} }
func (c counting) Trouble(string, error)                             {}
