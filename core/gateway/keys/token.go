// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Prefix is how every key begins, so that programs that look for leaked secrets find it.
const Prefix = "wah_"

const (
	idLength     = 8
	idBytes      = 5
	secretLength = 43
	secretBytes  = 32
	tokenLength  = len(Prefix) + idLength + 1 + secretLength
)

var (
	idEncoding     = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	secretEncoding = base64.RawURLEncoding.Strict()
)

// errMalformed does not repeat the text, which may be a real key with a mistake in it.
var errMalformed = errors.New(`the text is not a key: a key is "wah_", 8 letters and digits, "_" and 43 more characters`)

// Token is a whole key, with its secret. It has no method String, and formats as its id.
type Token struct {
	text string
}

// NewToken returns a random key with a new id.
func NewToken() Token {
	var id [idBytes]byte
	_, _ = rand.Read(id[:]) // never fails
	return token(idEncoding.EncodeToString(id[:]))
}

// NewSecret returns a key with the id of another one and a new secret. Both are valid while the old one is not removed.
func NewSecret(id string) (Token, error) {
	if raw, err := idEncoding.DecodeString(id); err != nil || len(raw) != idBytes {
		return Token{}, fmt.Errorf("%.20q is not the id of a key: it has 8 characters of a to z and 2 to 7", id)
	}
	return token(id), nil
}

func token(id string) Token {
	var secret [secretBytes]byte
	_, _ = rand.Read(secret[:]) // never fails
	return Token{Prefix + id + "_" + secretEncoding.EncodeToString(secret[:])}
}

// ParseToken reads a key. The error does not repeat it.
func ParseToken(s string) (Token, error) {
	if len(s) != tokenLength || !strings.HasPrefix(s, Prefix) || s[len(Prefix)+idLength] != '_' {
		return Token{}, errMalformed
	}
	t := Token{s}
	if raw, err := idEncoding.DecodeString(t.ID()); err != nil || len(raw) != idBytes {
		return Token{}, errMalformed
	}
	if raw, err := secretEncoding.DecodeString(s[tokenLength-secretLength:]); err != nil || len(raw) != secretBytes {
		return Token{}, errMalformed
	}
	return t, nil
}

// ID returns the id of the key, which is not secret.
func (t Token) ID() string { return t.text[len(Prefix) : len(Prefix)+idLength] }

// Valid reports whether there is a key: the zero Token has no key.
func (t Token) Valid() bool { return t.text != "" }

// Reveal returns the whole key, to show it once to the person who made it.
func (t Token) Reveal() string { return t.text }

// Hash returns what the gateway keeps of the key.
func (t Token) Hash() Hash { return sha256.Sum256([]byte(t.text)) }

// Format writes the id of the key in place of the key, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) {
	if t.text == "" {
		_, _ = f.Write([]byte("(no key)"))
		return
	}
	_, _ = f.Write([]byte(Prefix + t.ID() + "_…"))
}

// Hash is the SHA-256 of a key.
type Hash [sha256.Size]byte

// hashPrefix names the algorithm in the text of a hash.
const hashPrefix = "sha256:"

// String returns the hash as it is written in a configuration.
func (h Hash) String() string { return hashPrefix + hex.EncodeToString(h[:]) }

// ParseHash reads what String returned.
func ParseHash(s string) (Hash, error) {
	digits, ok := strings.CutPrefix(s, hashPrefix)
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil || len(raw) != sha256.Size {
		// A key that was put here by mistake must not be repeated.
		return Hash{}, errors.New(`the text is not the hash of a key: a hash is "sha256:" and 64 hexadecimal digits`)
	}
	return Hash(raw), nil
}

// equal compares two hashes in constant time.
func (h Hash) equal(other Hash) bool { return subtle.ConstantTimeCompare(h[:], other[:]) == 1 }
