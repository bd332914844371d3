// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// runWork tells the workers again and again which parts the node has.
func (m *Member) runWork(ctx context.Context) {
	for {
		err := m.work(ctx, nil)
		switch {
		case ctx.Err() != nil, errors.Is(err, store.ErrFenced):
			return
		case err == nil:
			continue
		}
		m.Log.Error("this node cannot find out what it has to do: it does what it did before", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(renewTime):
		}
	}
}

// work lets the next renewal tell what the workers can do, and tells them which parts the node has then. soon gets a value when that
// renewal may begin at once, and may be nil.
func (m *Member) work(ctx context.Context, soon chan<- struct{}) error {
	wish := store.Renewal{Parts: map[string]string{}, Released: m.released}
	of := make([]map[string]string, len(m.workers))
	err := m.within(ctx, func(ctx context.Context) (err error) {
		for i, w := range m.workers {
			if of[i], err = w.Parts(ctx); err != nil {
				return err
			}
			maps.Copy(wish.Parts, of[i])
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.wish = &wish
	m.mu.Unlock()
	select {
	case soon <- struct{}{}:
	default:
	}
	var r renewal
	select {
	case r = <-m.renewals:
	case <-m.lost:
		return store.ErrFenced
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.err != nil {
		return r.err
	}
	return m.within(ctx, func(ctx context.Context) error { return m.have(ctx, r.Renewed, of) })
}

// have tells the workers which parts the node has. of are the parts that each of them can do.
func (m *Member) have(ctx context.Context, r *store.Renewed, of []map[string]string) error {
	m.released = nil
	ending := map[string]bool{} // and not busy
	for _, part := range r.Unwanted {
		ending[part] = true
	}
	for i, w := range m.workers {
		var has []string
		for _, part := range r.Parts {
			if _, its := of[i][part]; its && !slices.Contains(r.Unwanted, part) {
				has = append(has, part)
			}
		}
		busy, err := w.Have(ctx, has)
		if err != nil {
			return err
		}
		for _, part := range busy {
			delete(ending, part)
		}
	}
	m.released = slices.Sorted(maps.Keys(ending))
	return nil
}

// within bounds what workers do.
func (m *Member) within(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, m.limit)
	defer cancel()
	return do(ctx)
}
