// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// A stop before any configuration has nothing to wait for. Afterwards a channel can be opened, and nothing is sent over it.
func TestStopBeforeAnyConfiguration(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			c, _ := serveForm(t, form, &fake{})
			abandoned, err := c.Stop(t.Context(), time.Hour)
			require.NoError(t, err)
			require.Zero(t, abandoned)
			open(t, c)
			err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(outcome.Outcome) { t.Error("an outcome") })
			require.Equal(t, codes.FailedPrecondition, status.Code(err))
		})
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{})
			f := &fake{send: func(ctx context.Context, _ provider.SendRequest) outcome.Outcome {
				close(arrived)
				<-ctx.Done()
				return outcome.NewUnknown("stopped")
			}}
			c, _ := serveForm(t, form, f)
			open(t, c)
			answer := make(chan outcome.Outcome, 1)
			go func() {
				_ = c.SendMessages(context.Background(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(o outcome.Outcome) { answer <- o })
			}()
			<-arrived
			abandoned, err := c.Stop(t.Context(), time.Millisecond)
			require.NoError(t, err)
			require.Equal(t, 1, abandoned)
			require.NotNil(t, (<-answer).Unknown)
			err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("2")}}, func(outcome.Outcome) { t.Error("an outcome") })
			require.Equal(t, codes.FailedPrecondition, status.Code(err))
			again, err := c.Stop(t.Context(), time.Millisecond)
			require.NoError(t, err)
			require.Zero(t, again)
		})
	}
}
