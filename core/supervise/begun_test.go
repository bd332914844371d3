//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// TestWhatACrashHadBegun kills a provider that has more deliveries than it begins at once. The host knows which had begun.
func TestWhatACrashHadBegun(t *testing.T) {
	t.Parallel()
	const deliveries = capability.DefaultMaxConcurrency + 36
	p, _ := newPool(t, "")
	asked := make(chan string, deliveries)
	v := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		to, _ := io.ReadAll(r.Body)
		asked <- string(to)
		<-r.Context().Done()
	}))
	t.Cleanup(v.Close)
	open(t, p, v.URL)
	batch := message.Batch{Message: &message.Message{Type: "text", Text: &message.Text{Body: "hello"}}}
	ids := map[string]string{} // by recipient
	for i := range deliveries {
		to := fmt.Sprintf("+1555010%04d", i)
		ids[to] = fmt.Sprintf("m%d-1", i)
		batch.Deliveries = append(batch.Deliveries, message.Delivery{DeliveryID: ids[to], To: message.Recipient{Kind: message.RecipientPhone, Address: to}})
	}
	ended := make(chan error, 1)
	go func() {
		ended <- p.Send(context.Background(), main, []message.Batch{batch}, nil, func(o outcome.Outcome) { t.Errorf("an outcome: %v", o) })
	}()
	reached := []string{}
	timeout := time.After(hang)
	for len(reached) < capability.DefaultMaxConcurrency {
		select {
		case to := <-asked:
			reached = append(reached, to)
		case <-timeout:
			require.FailNow(t, "the vendor is not asked")
		}
	}
	require.NoError(t, syscall.Kill(p.Statuses()[0].PID, syscall.SIGKILL))
	var crash *dispatch.EndedError
	require.ErrorAs(t, <-ended, &crash)
	begun := 0
	for _, b := range batch.Deliveries {
		if crash.Begun[b.DeliveryID] {
			begun++
		}
	}
	require.Equal(t, capability.DefaultMaxConcurrency, begun)
	for _, to := range reached {
		require.True(t, crash.Begun[ids[to]], "the vendor was asked for it")
	}
}
