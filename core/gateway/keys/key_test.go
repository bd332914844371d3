// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

func keyOf(t Token) *Key {
	return &Key{ID: t.ID(), Name: "shop", Secrets: []Secret{{Hash: t.Hash()}}, Scopes: []Scope{ScopeSend}}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	token, other := NewToken(), NewToken()
	second, err := NewSecret(token.ID())
	require.NoError(t, err)
	third, err := NewSecret(token.ID())
	require.NoError(t, err)
	tests := map[string]struct {
		change func(*Key)
		token  Token
		valid  bool
	}{
		"the key":                     {token: token, valid: true},
		"an unknown id":               {token: other},
		"another secret":              {token: second},
		"before it ends":              {func(k *Key) { k.Expires = now.Add(time.Second) }, token, true},
		"at its end":                  {func(k *Key) { k.Expires = now }, token, false},
		"rotation, the old secret":    {func(k *Key) { k.Secrets = []Secret{{token.Hash(), now.Add(1)}, {Hash: second.Hash()}} }, token, true},
		"rotation, the new secret":    {func(k *Key) { k.Secrets = []Secret{{token.Hash(), now.Add(1)}, {Hash: second.Hash()}} }, second, true},
		"rotation, neither":           {func(k *Key) { k.Secrets = []Secret{{token.Hash(), now.Add(1)}, {Hash: second.Hash()}} }, third, false},
		"rotation, the old one ended": {func(k *Key) { k.Secrets = []Secret{{token.Hash(), now}, {Hash: second.Hash()}} }, token, false},
		"the key ended, not its secret": {func(k *Key) {
			k.Expires, k.Secrets[0].Expires = now.Add(-1), now.Add(time.Hour)
		}, token, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := keyOf(token)
			if test.change != nil {
				test.change(k)
			}
			require.NoError(t, k.Check())
			got, err := Authenticate(t.Context(), Sources{NewSet(), NewSet(k)}, test.token, now)
			if !test.valid {
				require.ErrorIs(t, err, ErrRefused)
				return
			}
			require.NoError(t, err)
			require.Same(t, k, got)
		})
	}
}

func TestWhatAKeyMay(t *testing.T) {
	t.Parallel()
	k := keyOf(NewToken())
	assert.True(t, k.May(ScopeSend))
	assert.True(t, k.May(ScopeRead, ScopeSend))
	assert.False(t, k.May(ScopeRead))
	assert.True(t, k.Covers("1"))
	k.Numbers = []string{"2"}
	assert.False(t, k.Covers("1"))
	assert.True(t, k.Covers("2"))
	k.Scopes = []Scope{ScopeAdmin}
	assert.True(t, k.May(ScopeCancel))
	assert.True(t, k.Covers("1"))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Key)
		want   string
	}{
		"id":         {func(k *Key) { k.ID = "0" }, "the id must have 8 characters"},
		"no secret":  {func(k *Key) { k.Secrets = nil }, "1 or 2 secrets, not 0"},
		"3 secrets":  {func(k *Key) { k.Secrets = make([]Secret, 3) }, "1 or 2 secrets, not 3"},
		"no scope":   {func(k *Key) { k.Scopes = nil }, "needs a scope: send, read, reveal, cancel, hooks, admin"},
		"a scope":    {func(k *Key) { k.Scopes = []Scope{"write"} }, `"write" is not a scope`},
		"proof":      {func(k *Key) { k.RequireProof = true }, "needs an app secret"},
		"below zero": {func(k *Key) { k.Rate = -1 }, "must not be negative"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := keyOf(NewToken())
			test.change(k)
			require.ErrorContains(t, k.Check(), test.want)
		})
	}
}

// TestProof has a value made with Meta's own recipe: echo -n KEY | openssl dgst -sha256 -hmac SECRET.
func TestProof(t *testing.T) {
	t.Parallel()
	token, err := ParseToken("wah_aaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	require.NoError(t, err)
	const right = "32fe82537a06afe9621fe9b869cfdb3b4aa780bc82ecf2b4f0efc36a15021201"
	require.Equal(t, right, Proof(token, "the secret"))
	k := keyOf(token)
	require.NoError(t, k.CheckProof(token, "ignored without a secret"))
	k.AppSecret = "the secret"
	require.NoError(t, k.CheckProof(token, ""))
	require.NoError(t, k.CheckProof(token, right))
	require.ErrorIs(t, k.CheckProof(token, right[1:]), errWrongProof)
	k.RequireProof = true
	require.ErrorIs(t, k.CheckProof(token, ""), errNoProof)
	require.NoError(t, k.CheckProof(token, right))
}

// counting is a source that counts what it is asked.
type counting struct {
	key   *Key
	err   error
	asked int
}

func (c *counting) Key(_ context.Context, id string) (*Key, error) {
	c.asked++
	if c.key == nil || c.key.ID != id {
		return nil, c.err
	}
	return c.key, c.err
}

func TestCache(t *testing.T) {
	t.Parallel()
	k := keyOf(NewToken())
	source, at := &counting{key: k}, now
	c := &Cache{Source: source, TTL: 30 * time.Second, Now: func() time.Time { return at }}
	ask := func(id string, want *Key, asked int) {
		t.Helper()
		got, err := c.Key(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, asked, source.asked)
	}
	ask(k.ID, k, 1)
	ask(k.ID, k, 1)
	ask("unknown2", nil, 2)
	ask("unknown2", nil, 2)
	at = at.Add(30 * time.Second)
	ask(k.ID, k, 3)
	c.Forget(k.ID)
	ask(k.ID, k, 4)

	source.err = errors.New("away")
	c.Forget(k.ID)
	_, err := c.Key(t.Context(), k.ID)
	require.ErrorIs(t, err, source.err, "an error is not remembered")
	source.err = nil
	ask(k.ID, k, 6)
	for range maxCached + 10 {
		_, _ = c.Key(t.Context(), NewToken().ID())
	}
	require.LessOrEqual(t, len(c.entries), maxCached)
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	k, other := keyOf(NewToken()), keyOf(NewToken())
	var l Limiter
	require.Zero(t, l.Take(k, now), "no limit")
	k.Rate, other.Rate = 2, 0.5
	require.Zero(t, l.Take(k, now))
	require.Zero(t, l.Take(k, now))
	require.Equal(t, 500*time.Millisecond, l.Take(k, now))
	require.Equal(t, 500*time.Millisecond, l.Take(k, now), "a refused request does not count")
	require.Zero(t, l.Take(other, now))
	require.Equal(t, 2*time.Second, l.Take(other, now))
	require.Zero(t, l.Take(k, now.Add(500*time.Millisecond)))
	faster := *k
	faster.Rate = 4
	require.Equal(t, 250*time.Millisecond, l.Take(&faster, now.Add(500*time.Millisecond)), "a new rate does not forget what was used")
}

func TestUses(t *testing.T) {
	t.Parallel()
	u, now := &Uses{}, time.UnixMilli(1795687200000)
	require.True(t, u.Last("abc").IsZero())
	u.Used("abc", now.Add(-time.Hour))
	u.Used("abc", now)
	require.True(t, now.Equal(u.Last("abc")))
	require.True(t, u.Last("other").IsZero())
}
