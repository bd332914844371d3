// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stuck is a worker whose question the database never answers.
type stuck struct{}

func (stuck) Parts(ctx context.Context) (map[string]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (stuck) Have(context.Context, []string) ([]string, error) { return nil, nil }

// A renewal that gets no answer ends, so that the next one can have another connection.
func TestARenewalEnds(t *testing.T) {
	t.Parallel()
	m := &Member{limit: time.Millisecond}
	require.ErrorIs(t, m.Start(t.Context(), stuck{}), context.DeadlineExceeded)
}
