// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/canary"
)

const secret = "emulated-api_key-8d2f61b09c4e7a35"

func compressed(t *testing.T, open func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	_, err := io.WriteString(w, "Bearer "+secret)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestFind(t *testing.T) {
	t.Parallel()
	set := canary.New()
	set.Add(secret, "short")
	reversed := []byte(secret)
	slices.Reverse(reversed)
	packed := compressed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	for name, text := range map[string]string{
		"raw": "key=" + secret, "reversed": string(reversed), "upper case": strings.ToUpper(secret), "ten characters": "x" + secret[len(secret)-10:],
		"dashes": strings.Join(strings.Split(secret, ""), "-"), "JSON list": fmt.Sprintf("%q", strings.Split(secret, "")),
		"base64 after other text": base64.StdEncoding.EncodeToString([]byte("Bearer " + secret)), "base64 after two bytes": base64.StdEncoding.EncodeToString([]byte("xy" + secret)),
		"base64 twice": base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte("k:" + secret)))),
		"hex":          hex.EncodeToString([]byte("k " + secret)), "hex dump": fmt.Sprintf("% x", secret), "hex with colons": strings.ReplaceAll(fmt.Sprintf("% x", secret), " ", ":"),
		"base32": base32.StdEncoding.EncodeToString([]byte("k:" + secret)), "percent twice": "emulated%252Dapi%255Fkey%252D8d2f61b09c4e7a35",
		"gzip": packed, "gzip as base64 in a field": "trace=" + base64.StdEncoding.EncodeToString([]byte(packed)),
		"gzip as base64": base64.StdEncoding.EncodeToString([]byte(packed)), "gzip as hex": hex.EncodeToString([]byte(packed)),
		"zlib as base64":  base64.StdEncoding.EncodeToString([]byte(compressed(t, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }))),
		"flate as base64": base64.StdEncoding.EncodeToString([]byte(compressed(t, func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 9); return f }))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, set.Find(text))
		})
	}
	for _, text := range []string{
		"", "short", "emulated-api_key-", "an ordinary line of a log with the id 01J9ZK3E5V2Q and 8d2f61b09", strings.Repeat("acme-XXXXXXXXXXXXXXXX ", 50),
		`{"to":"+15550001234","text":"Hello","reference":"c0001-00001-7"}`,
	} {
		assert.Empty(t, set.Find(text), text)
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	set := canary.New()
	set.Add(secret)
	for name, lines := range map[string][]string{
		"one character on a line": strings.Split(secret, ""), "four characters on a line": pieces(secret, 4), "five characters on a line": pieces(secret, 5),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s canary.Spread
			for i, part := range lines {
				s.Add(fmt.Sprintf("INFO part %d is %s.", i, part), map[string]string{"part": part})
			}
			assert.NotEmpty(t, s.Find(set))
			s.Add("INFO other", map[string]string{"part": "x"})
			assert.NotEmpty(t, s.Find(set))
		})
	}
	var s canary.Spread
	for i := range 2000 {
		s.Add(fmt.Sprintf("INFO sent id=acme-%016x delivery=c0001-%05d", i*7919, i), map[string]string{"id": fmt.Sprintf("%016x", i*7919)})
	}
	assert.Empty(t, s.Find(set))
}

func pieces(s string, n int) []string {
	var out []string
	for len(s) > n {
		out, s = append(out, s[:n]), s[n:]
	}
	return append(out, s)
}
