// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/redact"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	s := redact.New("abc", "tok<en>/+\"x", "tok<en>", "plain-secret")
	for name, text := range map[string]string{
		"raw": `tok<en>/+"x`, "percent-encoded": `tok%3Cen%3E%2F%2B%22x`, "lower-case percent-encoded": `tok%3cen%3e%2f%2b%22x`,
		"base64": `dG9rPGVuPi8rIng=`, "base64 without padding": `dG9rPGVuPi8rIng`, "JSON": `tok\u003cen\u003e/+\"x`,
		"JSON without HTML escapes": `tok<en>/+\"x`, "JSON with escaped slash": `tok<en>\/+\"x`, "beginning of another": "tok<en>",
		"second": "plain-secret", "hexadecimal": "706c61696e2d736563726574", "upper-case hexadecimal": "706C61696E2D736563726574",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "[***]", s.Redact("["+text+"]"))
		})
	}
	assert.Equal(t, "abc stays", s.Redact("abc stays"), "shorter than DefaultMinLength")
	assert.Equal(t, "x", (*redact.Set)(nil).Redact("x"))
	assert.Equal(t, "x", redact.New().Redact("x"))
}

func TestFind(t *testing.T) {
	t.Parallel()
	const secret = "emulated-8d2f61b09c"
	s := &redact.Set{MinLength: 8, Parts: true}
	s.Add(secret, "short", secret)
	assert.Equal(t, []string{secret}, s.Values())
	for name, test := range map[string]struct{ text, want string }{
		"raw":             {"key " + secret, "raw"},
		"part":            {secret[len(secret)-9:], "a part"},
		"beginning":       {secret[:9], ""},
		"hexadecimal":     {"656d756c617465642d38643266363162303963", "hexadecimal"},
		"below MinLength": {"short", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, s.Find(test.text))
			assert.Empty(t, s.Find(s.Redact(test.text)))
		})
	}
}

func TestSetGrowsWhileItIsUsed(t *testing.T) {
	t.Parallel()
	s := redact.New()
	var wg sync.WaitGroup
	for _, secret := range []string{"first-secret", "second-secret"} {
		wg.Go(func() { s.Add(secret) })
		wg.Go(func() { s.Redact(secret) })
	}
	wg.Wait()
	assert.Equal(t, "*** ***", s.Redact("first-secret second-secret"))
}

// failingWriter fails after a number of writes.
type failingWriter struct {
	text   strings.Builder
	writes int
}

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.writes--; w.writes < 0 {
		return 0, errors.New("disk full")
	}
	return w.text.Write(b)
}

func TestWriter(t *testing.T) {
	t.Parallel()
	under := &failingWriter{writes: 2}
	s := redact.New()
	w := redact.NewWriter(under, s)
	n, err := w.Write([]byte("first\n"))
	require.NoError(t, err)
	assert.Equal(t, 6, n)
	s.Add("top-secret")
	n, err = w.Write([]byte("a top-secret\n"))
	require.NoError(t, err)
	assert.Equal(t, 13, n, "the length of what was given, not of what was written")
	require.NoError(t, w.Err())
	_, err = w.Write([]byte("more"))
	require.EqualError(t, err, "disk full")
	under.writes = 1
	_, err = w.Write([]byte("more"))
	require.EqualError(t, err, "disk full", "an error is final")
	require.EqualError(t, w.Err(), "disk full")
	assert.Equal(t, "first\na ***\n", under.text.String())
}
