// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/wahost/wahost/internal/printable"
)

// spelling is one way in which a secret can occur in a text.
type spelling struct{ text, name string }

// spellingsOf returns the spellings of a secret: as it is, as part of a JSON string, as it is shown, percent-encoded, as
// base64 and as hexadecimal digits.
func spellingsOf(secret string) []spelling {
	raw := []byte(secret)
	quoted, _ := json.Marshal(secret) // a string can always be marshalled
	escaped := string(quoted[1 : len(quoted)-1])
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(escaped)
	return []spelling{
		{secret, "raw"},
		{escaped, "JSON-escaped"},
		{plain, "JSON-escaped"},
		{strings.ReplaceAll(plain, "/", `\/`), "JSON-escaped"},
		{printable.Text(secret), "escaped for a terminal"},
		{printable.Line(secret), "escaped for a terminal"},
		{printable.Text(plain), "JSON-escaped"},
		{url.QueryEscape(secret), "URL-encoded"},
		{lowerEscapes(url.QueryEscape(secret)), "URL-encoded"},
		{url.PathEscape(secret), "URL-encoded"},
		{lowerEscapes(url.PathEscape(secret)), "URL-encoded"},
		{base64.StdEncoding.EncodeToString(raw), "base64"},
		{base64.RawStdEncoding.EncodeToString(raw), "base64"},
		{base64.URLEncoding.EncodeToString(raw), "base64"},
		{base64.RawURLEncoding.EncodeToString(raw), "base64"},
		{hex.EncodeToString(raw), "hexadecimal"},
		{strings.ToUpper(hex.EncodeToString(raw)), "hexadecimal"},
	}
}

// lowerEscapes returns percent-encoded text with lower-case digits: %2f for %2F.
func lowerEscapes(escaped string) string {
	b := []byte(escaped)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			b[i+1], b[i+2] = lower(b[i+1]), lower(b[i+2])
		}
	}
	return string(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'F' {
		return c + 'a' - 'A'
	}
	return c
}
