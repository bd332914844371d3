// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"time"
)

// purgePause is how often what is old is removed.
const purgePause = time.Hour

// startPurges begins to remove what is older than the configuration keeps.
func (g *Gateway) startPurges(keep time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	g.endPurges = func() {
		cancel()
		<-ended
	}
	go func() {
		defer close(ended)
		g.purges(ctx, keep)
	}()
}

// purges removes what is older than the configuration keeps, until the context ends.
func (g *Gateway) purges(ctx context.Context, keep time.Duration) {
	if keep <= 0 {
		return
	}
	ticker := time.NewTicker(purgePause)
	defer ticker.Stop()
	for {
		removed, err := g.store.Purge(ctx, time.Now().Add(-keep))
		switch {
		case err != nil && !errors.Is(err, context.Canceled):
			g.log.Error("old messages cannot be removed", "error", err)
		case removed > 0:
			g.log.Info("old messages were removed", "messages", removed, "older_than", keep)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
