// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// sender sends one message to the recipient with a number.
type sender func(ctx context.Context, recipient int) error

// inFlight is a side that keeps n messages under way for a while.
func inFlight(name string, n int, length time.Duration, send sender) side {
	return side{name, func(ctx context.Context) (int, error) {
		var next atomic.Int64
		begin := time.Now()
		err := parallel(n, func() error {
			for {
				err := send(ctx, int(next.Add(1)))
				if err != nil || time.Since(begin) >= length || ctx.Err() != nil {
					return err
				}
			}
		})
		return int(next.Load()), err
	}}
}

// number returns the phone number of a recipient.
func number(i int) string { return fmt.Sprintf("+4915%09d", i) }

// parallel runs n workers and returns the first error.
func parallel(n int, work func() error) error {
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
	)
	for range n {
		group.Go(func() {
			if err := work(); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	group.Wait()
	return first
}
