// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scope is something that a key may be used for.
type Scope string

// The scopes.
const (
	// ScopeSend allows to send messages and signals and to upload and remove media.
	ScopeSend Scope = "send"
	// ScopeRead allows to read messages, media, templates and numbers.
	ScopeRead Scope = "read"
	// ScopeCancel allows to cancel messages and campaigns.
	ScopeCancel Scope = "cancel"
	// ScopeReveal allows to see the numbers and texts of messages, where they are hidden from people. Each look is in the audit.
	ScopeReveal Scope = "reveal"
	// ScopeHooks allows to change where webhooks go.
	ScopeHooks Scope = "hooks"
	// ScopeAdmin allows everything, also for numbers that the key does not name.
	ScopeAdmin Scope = "admin"
)

// Scopes returns all scopes in a fixed order.
func Scopes() []Scope {
	return []Scope{ScopeSend, ScopeRead, ScopeReveal, ScopeCancel, ScopeHooks, ScopeAdmin}
}

// MaxSecrets is how many secrets of a key may be valid at a time: the one in use and the one that replaces it.
const MaxSecrets = 2

// Secret is one of the secrets of a key.
type Secret struct {
	Hash Hash
	// Expires is when the secret ends, or zero if it does not. It is set for the old secret in a rotation.
	Expires time.Time
}

// Key is what the gateway knows about a key. It does not change and is safe for concurrent use.
type Key struct {
	// ID is the id in the text of the key.
	ID string
	// Name is what people call the key. Messages and the audit log name it.
	Name string
	// Secrets has one or two secrets.
	Secrets []Secret
	Scopes  []Scope
	// Numbers are the phone number ids that the key may use. If it is empty, the key may use all.
	Numbers []string
	// Rate is how many requests the key may make per second in the long run, or 0 for any number.
	Rate float64
	// Expires is when the key ends, or zero if it does not.
	Expires time.Time
	// AppSecret is the secret of appsecret_proof and of the signatures of webhooks that the key subscribes. It may be empty.
	AppSecret string
	// RequireProof is true if each request needs an appsecret_proof. It needs an AppSecret.
	RequireProof bool
	// IdempotentReference makes biz_opaque_callback_data the idempotency key of messages, since most clients of the Cloud API cannot
	// set headers.
	IdempotentReference bool
}

// Check returns an error for a key that cannot be used as it is. The error names no secret.
func (k *Key) Check() error {
	if raw, err := idEncoding.DecodeString(k.ID); err != nil || len(raw) != idBytes {
		return fmt.Errorf("the id must have 8 characters of a to z and 2 to 7, as in the key after %q", Prefix)
	}
	if n := len(k.Secrets); n == 0 || n > MaxSecrets {
		return fmt.Errorf("a key has 1 or %d secrets, not %d", MaxSecrets, n)
	}
	if len(k.Scopes) == 0 {
		return fmt.Errorf("the key needs a scope: %s", scopeList())
	}
	for _, s := range k.Scopes {
		if !slices.Contains(Scopes(), s) {
			return fmt.Errorf("%q is not a scope: use %s", s, scopeList())
		}
	}
	if k.RequireProof && k.AppSecret == "" {
		return fmt.Errorf("the key demands an appsecret_proof, and that needs an app secret")
	}
	if k.Rate < 0 {
		return fmt.Errorf("the rate must not be negative")
	}
	return nil
}

func scopeList() string {
	var names []string
	for _, s := range Scopes() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// May reports whether the key has one of the scopes.
func (k *Key) May(scopes ...Scope) bool {
	return slices.Contains(k.Scopes, ScopeAdmin) || slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(k.Scopes, s) })
}

// Covers reports whether the key may use a phone number id.
func (k *Key) Covers(number string) bool {
	return len(k.Numbers) == 0 || slices.Contains(k.Numbers, number) || slices.Contains(k.Scopes, ScopeAdmin)
}

// accepts reports whether a key with a hash is this one and is valid. It compares all secrets, so that the time tells nothing.
func (k *Key) accepts(h Hash, now time.Time) bool {
	found := false
	for _, s := range k.Secrets {
		if s.Hash.equal(h) && live(s.Expires, now) {
			found = true
		}
	}
	return found && live(k.Expires, now)
}

func live(expires, now time.Time) bool { return expires.IsZero() || now.Before(expires) }
