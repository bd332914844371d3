// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package login

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Flow is a login under way, as the browser keeps it in a cookie. State, nonce and verifier follow from it, so that the gateway need not
// remember who began to log in. It is a secret of the browser, and formats as nothing.
type Flow struct{ text string }

// NewFlow returns a login that leads to a page.
func NewFlow(next string) Flow {
	return Flow{rand.Text() + "." + base64.RawURLEncoding.EncodeToString([]byte(next))}
}

// ParseFlow returns the login that a cookie has. Any text is one: who made it up cannot know what the issuer sends back.
func ParseFlow(cookie string) Flow { return Flow{cookie} }

// Cookie returns the text for a cookie.
func (f Flow) Cookie() string { return f.text }

// String returns no part of the secret.
func (f Flow) String() string { return "(login)" }

// Next returns the page that the login leads to. It comes from the browser, and is not checked.
func (f Flow) Next() string {
	_, text, _ := strings.Cut(f.text, ".")
	next, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(next)
}

// state proves that an answer of the issuer belongs to the login, nonce that an ID token does, and verifier that a code is exchanged by who
// asked for it. None of them tells another.
func (f Flow) state() string    { return f.derive("state") }
func (f Flow) nonce() string    { return f.derive("nonce") }
func (f Flow) verifier() string { return f.derive("verifier") }

func (f Flow) derive(what string) string {
	h := sha256.Sum256([]byte(what + " " + f.text))
	return base64.RawURLEncoding.EncodeToString(h[:])
}
