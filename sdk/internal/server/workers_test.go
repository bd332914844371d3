// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// A channel that declares no bound, or an impossible one, gets the default, and the SDK keeps to it.
func TestConcurrencyIsBoundedByDefault(t *testing.T) {
	t.Parallel()
	for name, declared := range map[string]int{"not declared": 0, "negative": -3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			now, most := 0, 0
			full := make(chan struct{}) // closed when as many sends run at the same time as the default allows
			f := &fake{
				caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxConcurrency: declared},
				send: func(context.Context, provider.SendRequest) outcome.Outcome {
					mu.Lock()
					now++
					if most = max(most, now); now == capability.DefaultMaxConcurrency {
						select {
						case <-full:
						default:
							close(full)
						}
					}
					mu.Unlock()
					<-full
					for range 100 {
						runtime.Gosched() // one send more gets the chance to break the bound
					}
					mu.Lock()
					now--
					mu.Unlock()
					return outcome.Accept("v")
				},
			}
			c, _ := serveForm(t, "stream", f)
			require.Equal(t, capability.DefaultMaxConcurrency, open(t, c).MaxConcurrency, "the host is told the default")
			total := 2*capability.DefaultMaxConcurrency + 1
			var ids []string
			for i := range total {
				ids = append(ids, fmt.Sprint("d", i))
			}
			require.Len(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries(ids...)}), total)
			require.Equal(t, capability.DefaultMaxConcurrency, most)
		})
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			now, most := 0, 0
			two := make(chan struct{}) // closed when two sends run at the same time
			f := &fake{
				caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxConcurrency: 2},
				send: func(context.Context, provider.SendRequest) outcome.Outcome {
					mu.Lock()
					now++
					if most = max(most, now); now == 2 {
						select {
						case <-two:
						default:
							close(two)
						}
					}
					mu.Unlock()
					<-two
					for range 100 {
						runtime.Gosched() // a third send gets the chance to break the bound
					}
					mu.Lock()
					now--
					mu.Unlock()
					return outcome.Accept("v")
				},
			}
			c, _ := serveForm(t, form, f)
			open(t, c)
			var ids []string
			for i := range 40 {
				ids = append(ids, string(rune('A'+i)))
			}
			require.Len(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries(ids...)}), 40)
			require.Equal(t, 2, most)
		})
	}
}
