// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestUnanswered(t *testing.T) {
	t.Parallel()
	late := status.Error(codes.DeadlineExceeded, "late")
	s := unanswered{limit: time.Second}
	for i := range patience {
		assert.False(t, s.complete())
		assert.False(t, s.record(late, s.limit/2), "a shorter deadline of the check's own proves nothing")
		assert.False(t, s.record(context.Canceled, s.limit))
		assert.False(t, s.record(status.Error(codes.Canceled, "cancelled"), s.limit))
		assert.Equal(t, i == patience-1, s.record(late, s.limit))
	}
	assert.True(t, s.complete())
	assert.False(t, s.record(late, s.limit), "it is told once")

	for _, answer := range []error{nil, status.Error(codes.Unavailable, "crashed")} {
		s = unanswered{limit: time.Second}
		s.record(answer, 0)
		for range 2 * patience {
			assert.False(t, s.record(late, s.limit))
		}
		assert.False(t, s.complete(), "one answer shows that it can")
	}
}
