// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	token := NewToken()
	require.Regexp(t, regexp.MustCompile(`^wah_[a-z2-7]{8}_[0-9A-Za-z_-]{43}$`), token.Reveal())
	parsed, err := ParseToken(token.Reveal())
	require.NoError(t, err)
	require.Equal(t, token, parsed)
	require.Equal(t, token.Reveal()[4:12], token.ID())

	next, err := NewSecret(token.ID())
	require.NoError(t, err)
	require.Equal(t, token.ID(), next.ID())
	require.NotEqual(t, token.Hash(), next.Hash())
	_, err = NewSecret("UPPERCAS")
	require.Error(t, err)
}

func TestATokenIsNeverWritten(t *testing.T) {
	t.Parallel()
	token := NewToken()
	secret := token.Reveal()[13:]
	for _, text := range []string{
		fmt.Sprint(token), fmt.Sprintf("%v %+v %#v %s %q %x %d", token, token, token, token, token, token, token), fmt.Sprint(&token), fmt.Sprint(struct{ T Token }{token}),
	} {
		assert.NotContains(t, text, secret)
		assert.NotContains(t, text, fmt.Sprintf("%x", secret))
		assert.Contains(t, text, token.ID())
	}
	assert.Equal(t, "(no key)", fmt.Sprint(Token{}))
}

func TestParseTokenRefuses(t *testing.T) {
	t.Parallel()
	good := NewToken().Reveal()
	for name, text := range map[string]string{
		"empty": "", "prefix": "wah_", "another prefix": "wax" + good[3:], "short": good[:len(good)-1], "long": good + "A", "id in capitals": "wah_ABCDEFGH" + good[12:],
		"no separator": good[:12] + "-" + good[13:], "other letters": good[:20] + "!" + good[21:], "not canonical": good[:55] + "_", "space": " " + good[1:],
		"line": good[:54] + "\n" + good[55:], "huge": strings.Repeat("wah_", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseToken(text)
			require.ErrorIs(t, err, errMalformed)
		})
	}
}

func TestHashes(t *testing.T) {
	t.Parallel()
	token := NewToken()
	h, err := ParseHash(token.Hash().String())
	require.NoError(t, err)
	require.Equal(t, token.Hash(), h)
	for _, text := range []string{"", "sha256:", strings.TrimPrefix(h.String(), "sha256:"), h.String()[:70], h.String() + "00", "sha512:" + h.String()[7:], token.Reveal()} {
		_, err := ParseHash(text)
		require.Error(t, err)
		require.NotContains(t, err.Error(), token.Reveal())
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(NewToken().Reveal())
	f.Add("wah_aaaaaaaa_" + strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, text string) {
		token, err := ParseToken(text)
		if err != nil {
			require.ErrorIs(t, err, errMalformed)
			require.Equal(t, Token{}, token)
			return
		}
		require.Equal(t, text, token.Reveal())
		again, err := NewSecret(token.ID())
		require.NoError(t, err)
		require.Equal(t, token.ID(), again.ID())
	})
}

func FuzzParseHash(f *testing.F) {
	f.Add(NewToken().Hash().String())
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := ParseHash(text); err == nil {
			require.Equal(t, strings.ToLower(text), h.String())
		}
	})
}
