// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"

	"github.com/wahost/wahost/core/gateway/store"
)

// StatusRetries keeps the retries of a StatusLog in its store.
type StatusRetries struct{ Store store.Retries }

// Pending returns the retries of an endpoint that are not dead.
func (r StatusRetries) Pending(ctx context.Context, endpoint string) ([]Retry, error) {
	kept, err := r.Store.Retries(ctx, endpoint)
	if err != nil {
		return nil, err
	}
	return fromRetries(kept), nil
}

func fromRetries(kept []store.Retry) []Retry {
	retries := make([]Retry, 0, len(kept))
	for i := range kept {
		k := &kept[i]
		retries = append(retries, Retry{Notice: FromStore(&k.Notice), Tries: k.Tries, First: k.First, Due: k.Due, Error: k.Error, Dead: k.Dead})
	}
	return retries
}

// Record stores retries and removes those that are Done.
func (r StatusRetries) Record(ctx context.Context, endpoint string, changes []Retry) error {
	kept := make([]store.Retry, 0, len(changes))
	for i := range changes {
		c := &changes[i]
		kept = append(kept, store.Retry{
			Notice: store.Notice{Position: c.Notice.Position}, Tries: c.Tries, First: c.First, Due: c.Due, Error: c.Error, Done: c.Done, Dead: c.Dead,
		})
	}
	return r.Store.RecordRetries(ctx, endpoint, kept)
}

// Disable records that an endpoint wants no more webhooks.
func (r StatusRetries) Disable(ctx context.Context, endpoint, reason string) error {
	return r.Store.Disable(ctx, endpoint, reason)
}
