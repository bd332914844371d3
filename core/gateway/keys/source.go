// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrRefused is the error for a key that does not exist, has another secret or is expired. It does not say which.
var ErrRefused = errors.New("the key is not valid: it is unknown, expired or has been replaced")

// Source finds keys. It is safe for concurrent use.
type Source interface {
	// Key returns the key with an id, or nil if no key has it. An error means that the source cannot tell now.
	Key(ctx context.Context, id string) (*Key, error)
}

// Set is a source of keys that do not change: those of a configuration.
type Set struct{ byID map[string]*Key }

// NewSet returns the keys as a source. Each must pass Check, and no two may have one id.
func NewSet(keys ...*Key) *Set {
	s := &Set{byID: map[string]*Key{}}
	for _, k := range keys {
		s.byID[k.ID] = k
	}
	return s
}

// Key returns the key with an id, or nil.
func (s *Set) Key(_ context.Context, id string) (*Key, error) { return s.byID[id], nil }

// Sources asks sources one after the other.
type Sources []Source

// Key returns the key of the first source that has it.
func (s Sources) Key(ctx context.Context, id string) (*Key, error) {
	for _, source := range s {
		if k, err := source.Key(ctx, id); k != nil || err != nil {
			return k, err
		}
	}
	return nil, nil
}

// nobody is compared with when a key does not exist, so that the time of the answer does not tell that.
var nobody = &Key{Secrets: []Secret{{}}}

// Authenticate returns the key of a token. The error is ErrRefused, or that of the source.
func Authenticate(ctx context.Context, source Source, t Token, now time.Time) (*Key, error) {
	h := t.Hash()
	k, err := source.Key(ctx, t.ID())
	if err != nil {
		return nil, err
	}
	if k == nil {
		nobody.accepts(h, now)
		return nil, ErrRefused
	}
	if !k.accepts(h, now) {
		return nil, ErrRefused
	}
	return k, nil
}

// Cache remembers what a slow source answered, also that a key does not exist. A change of a key takes effect within TTL.
type Cache struct {
	Source Source
	TTL    time.Duration
	// Now is the clock.
	Now func() time.Time

	mu      sync.Mutex
	entries map[string]cached
}

type cached struct {
	key   *Key
	until time.Time
}

// maxCached bounds the memory of a cache: somebody may try many ids.
const maxCached = 10_000

// Key returns the key with an id, or nil.
func (c *Cache) Key(ctx context.Context, id string) (*Key, error) {
	now := c.Now()
	c.mu.Lock()
	e, ok := c.entries[id]
	c.mu.Unlock()
	if ok && now.Before(e.until) {
		return e.key, nil
	}
	k, err := c.Source.Key(ctx, id)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || len(c.entries) >= maxCached {
		c.entries = map[string]cached{}
	}
	c.entries[id] = cached{k, now.Add(c.TTL)}
	return k, nil
}

// Forget makes the cache ask again, after a key was changed on this node.
func (c *Cache) Forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, id)
}
