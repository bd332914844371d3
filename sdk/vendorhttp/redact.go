// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// minSecret is the shortest secret that is looked for: shorter ones would hit ordinary words.
const minSecret = 4

// redacted stands for a secret.
const redacted = "***"

// Redactor takes secrets out of texts. A nil Redactor changes nothing. It is safe for concurrent use.
type Redactor struct {
	replacer *strings.Replacer
}

// NewRedactor makes a redactor of the secrets of 4 bytes or more. Each is found as it is, percent-encoded, as
// base64, as hex and as part of a JSON string.
func NewRedactor(secrets ...string) *Redactor {
	var forms []string
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			forms = append(forms, spellings(secret)...)
		}
	}
	if len(forms) == 0 {
		return nil
	}
	// Where two forms begin at the same place the longer one must win, or its end would stay.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, redacted)
	}
	return &Redactor{replacer: strings.NewReplacer(pairs...)}
}

// Redact gives the text with "***" in place of each secret.
func (r *Redactor) Redact(text string) string {
	if r == nil {
		return text
	}
	return r.replacer.Replace(text)
}

func spellings(secret string) []string {
	raw := []byte(secret)
	quoted, _ := json.Marshal(secret)
	inner := string(quoted[1 : len(quoted)-1])
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(inner)
	return []string{
		secret,
		url.QueryEscape(secret), lowerEscapes(url.QueryEscape(secret)),
		url.PathEscape(secret), lowerEscapes(url.PathEscape(secret)),
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw),
		base64.URLEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		inner, plain, strings.ReplaceAll(plain, "/", `\/`),
	}
}

// lowerEscapes writes %2F as %2f.
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
