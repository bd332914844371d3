// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// maxDepth bounds how many encodings are removed from a text.
	maxDepth = 3
	// maxText is the longest text, in bytes, that is decoded; of a longer one only the forms are searched for.
	maxText = 1 << 20
)

// Find returns the form in which a text contains a value, such as "raw" or "base64 of gzip", or "" if it contains none.
func (s *Set) Find(text string) string {
	if name := s.plain.Find(text); name != "" {
		return name
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(text, 0)
}

func (s *Set) find(text string, depth int) string {
	if len(s.tails) == 0 || text == "" {
		return ""
	}
	if depth > 0 {
		if name := s.plain.Find(text); name != "" {
			return name
		}
	}
	if i := s.texts.First(text); i >= 0 {
		return s.forms[i].name
	}
	if s.bare.First(bare(text)) >= 0 {
		return "with separators"
	}
	if depth == maxDepth || len(text) > maxText {
		return ""
	}
	return s.decoded(text, depth)
}

// maxWords is how many words of a text are decoded at most.
const maxWords = 200

// words returns the words of a text that may be an encoded text: at least 12 characters of the alphabets of base64, with the padding
// that follows them.
func words(text string) []string {
	var out []string
	for i := 0; i < len(text) && len(out) < maxWords; i++ {
		start := i
		for i < len(text) && alphabet[text[i]] {
			i++
		}
		if i-start < 12 {
			continue
		}
		for n := 0; n < 2 && i < len(text) && text[i] == '='; n++ {
			i++
		}
		out = append(out, text[start:i])
		i-- // what follows may be the beginning of a word
	}
	return out
}

// alphabet holds the characters of both alphabets of base64.
var alphabet = func() (in [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-") {
		in[c] = true
	}
	return in
}()

// decoded removes one encoding from a text or its words and searches again.
func (s *Set) decoded(text string, depth int) string {
	if plain := inflated(text, depth); plain != "" {
		if name := s.find(plain, depth+1); name != "" {
			return name + " in a compressed text"
		}
	}
	if strings.Contains(text, "%") {
		if plain, err := url.QueryUnescape(text); err == nil && plain != text {
			if name := s.find(plain, depth+1); name != "" {
				return name + ", percent-encoded"
			}
		}
	}
	for _, word := range words(text) {
		var before []byte // both alphabets of base64 lead to the same bytes, as a rule
		for _, e := range decodings {
			plain, err := e.decode(word)
			if err != nil || len(plain) < least || bytes.Equal(plain, before) {
				continue
			}
			before = plain
			if name := s.find(string(plain), depth+1); name != "" {
				return e.name + " of " + name
			}
		}
	}
	// Digits of a dump are separated: 65:6d:75 or 0x65, 0x6d.
	if digits := hexOnly(text); len(digits) >= 2*window {
		for _, from := range []int{0, 1} {
			if plain, err := hex.DecodeString(digits[from : from+(len(digits)-from)/2*2]); err == nil {
				for _, tail := range s.tails {
					if strings.Contains(string(plain), tail) {
						return "hexadecimal digits"
					}
				}
			}
		}
	}
	return ""
}

var decodings = []struct {
	name   string
	decode func(string) ([]byte, error)
}{
	{"base64", func(w string) ([]byte, error) { return base64.RawStdEncoding.DecodeString(strings.TrimRight(w, "=")) }},
	{"base64", func(w string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(strings.TrimRight(w, "=")) }},
	{"hexadecimal", hex.DecodeString},
	{"base32", func(w string) ([]byte, error) {
		return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.TrimRight(w, "=")))
	}},
}

// hexOnly returns the hexadecimal digits of a text that is a dump of bytes, and "" for other texts.
func hexOnly(text string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :,-\\x[]", r) }) {
		word = strings.TrimPrefix(word, "0x")
		if len(word) == 2 && strings.Trim(word, "0123456789abcdefABCDEF") == "" {
			b.WriteString(word)
		}
	}
	return b.String()
}

// inflaters are readers of compressed texts without a header. Each has tables and a window of some 40 kB, and most texts that
// are tried are not compressed.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(strings.NewReader("")) }}

// inflated returns the content of a compressed text, or "" if the text is not compressed. A text without a header is only
// tried if it was encoded, and is not readable.
func inflated(text string, depth int) string {
	switch {
	case strings.HasPrefix(text, "\x1f\x8b"):
		if r, err := gzip.NewReader(strings.NewReader(text)); err == nil {
			return readable(r)
		}
	case strings.HasPrefix(text, "\x78"):
		if r, err := zlib.NewReader(strings.NewReader(text)); err == nil {
			return readable(r)
		}
	case depth > 0 && !utf8.ValidString(text):
		r := inflaters.Get().(io.ReadCloser)
		defer inflaters.Put(r)
		if err := r.(flate.Resetter).Reset(strings.NewReader(text), nil); err == nil {
			return readable(r)
		}
	}
	return ""
}

// readable returns what can be read before the end or an error, of at most maxText bytes.
func readable(r io.Reader) string {
	var plain bytes.Buffer
	_, _ = io.Copy(&plain, io.LimitReader(r, maxText))
	return plain.String()
}
