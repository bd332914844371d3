// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

// The server is killed and started again while messages are accepted. What was answered is there, and the store works again by itself.
func TestRestart(t *testing.T) {
	t.Parallel()
	server := testpostgres.Start(t)
	server.Exec(t, `CREATE DATABASE gateway`)
	s := database(server.URL("gateway")).Open(t)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	var (
		mu      sync.Mutex
		durable []ids.ID
		failed  int
		wg      sync.WaitGroup
	)
	count := func() (accepted, failures int) {
		mu.Lock()
		defer mu.Unlock()
		return len(durable), failed
	}
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				m := &store.NewMessage{ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop"}
				_, err := s.Accept(t.Context(), []*store.NewMessage{m})
				mu.Lock()
				switch {
				case err == nil:
					durable = append(durable, m.ID)
				case errors.Is(err, store.ErrUnavailable):
					failed++
				default:
					t.Errorf("the error is %v", err)
				}
				mu.Unlock()
			}
		})
	}
	for range 3 {
		before, _ := count()
		require.Eventually(t, func() bool { n, _ := count(); return n >= before+20 }, time.Minute, time.Millisecond)
		server.Restart(t)
	}
	before, failures := count()
	require.Eventually(t, func() bool { n, _ := count(); return n >= before+20 }, time.Minute, time.Millisecond)
	close(stop)
	wg.Wait()
	require.Positive(t, failures)
	for _, id := range durable {
		_, err := s.Get(t.Context(), id)
		require.NoError(t, err)
	}
	t.Logf("%d messages were accepted, and %d were not", len(durable), failures)
}
