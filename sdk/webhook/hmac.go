// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/provider"
)

// Encoding is how a vendor writes the bytes of a signature.
type Encoding int

// The encodings.
const (
	// Hex is lower-case hexadecimal. Upper-case letters are refused.
	Hex Encoding = iota
	// HexAnyCase is hexadecimal in lower or upper case.
	HexAnyCase
	// Base64 is standard base64 with padding.
	Base64
)

// HMAC is a Check for vendors that sign requests with a secret.
type HMAC struct {
	// Secret is the key. If it is empty, every request is refused.
	Secret string
	// Argument is the argument of the configuration that holds the secret, for errors. It may be empty.
	Argument string
	// Hash is the hash function. It is SHA-256 if nil.
	Hash func() hash.Hash
	// Encodings are the accepted encodings of the signature. It is lower-case hexadecimal if empty.
	Encodings []Encoding
	// Read returns the parts of a request. BodySignature and TimedSignature return functions for the usual forms.
	Read func(req provider.WebhookRequest) (Signature, error)
	// Window is the largest accepted difference between the signed time and now, in either direction. If it is zero, the
	// time is not checked and old requests can be repeated by whoever has seen them.
	Window time.Duration
	// Now returns the current time. It is time.Now if nil.
	Now func() time.Time
}

// Signature has the parts of a signed request.
type Signature struct {
	// Text is the encoded signature.
	Text string
	// Signed are the bytes that the signature covers. They should include the body, as it was received, and the time.
	Signed []byte
	// Time is the time of the request in a form that ParseTime understands. It is required if HMAC has a Window.
	Time string
	// Header is the name of the header with the signature, for errors.
	Header string
}

// Verify implements Check. The signature is compared in constant time, and before the time is looked at.
func (h HMAC) Verify(req provider.WebhookRequest) error {
	if h.Secret == "" {
		return fmt.Errorf("%s is not set: all webhooks are refused", cmp.Or(h.Argument, "the secret of webhooks"))
	}
	s, err := h.Read(req)
	if err != nil {
		return err
	}
	newHash := h.Hash
	if newHash == nil {
		newHash = sha256.New
	}
	mac := hmac.New(newHash, []byte(h.Secret))
	mac.Write(s.Signed)
	if err := h.compare(s, mac.Sum(nil)); err != nil {
		return err
	}
	return h.inWindow(s)
}

func (h HMAC) compare(s Signature, want []byte) error {
	encodings := h.Encodings
	if len(encodings) == 0 {
		encodings = []Encoding{Hex}
	}
	readable := false
	for _, encoding := range encodings {
		got, ok := encoding.decode(s.Text)
		if ok && hmac.Equal(got, want) {
			return nil
		}
		readable = readable || ok
	}
	if !readable {
		return fmt.Errorf("the signature in the header %s is not in the expected encoding", s.Header)
	}
	return fmt.Errorf("the signature in the header %s is not that of %s", s.Header, cmp.Or(h.Argument, "the configured secret"))
}

func (h HMAC) inWindow(s Signature) error {
	if h.Window == 0 {
		return nil
	}
	sent, err := ParseTime(s.Time, nil)
	if err != nil {
		return fmt.Errorf("the request is signed, but its time cannot be checked: %w", err)
	}
	if sent.IsZero() {
		return fmt.Errorf("the request is signed, but has no time: its age cannot be checked")
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	switch age := now().Sub(sent); {
	case age > h.Window:
		return fmt.Errorf("the request was signed %s ago, at most %s are accepted: it is repeated, or the clock of this machine is fast", age.Round(time.Second), h.Window)
	case -age > h.Window:
		return fmt.Errorf("the request was signed %s in the future, at most %s are accepted: the clock of this machine is slow", (-age).Round(time.Second), h.Window)
	}
	return nil
}

// BodySignature returns a function for HMAC.Read that is for a signature over the body. The header holds the prefix, which
// may be empty, and the signature. The Cloud API has the header X-Hub-Signature-256 and the prefix "sha256=".
func BodySignature(name, prefix string) func(provider.WebhookRequest) (Signature, error) {
	return func(req provider.WebhookRequest) (Signature, error) {
		text, err := prefixed(req, name, prefix)
		return Signature{Text: text, Signed: req.Body, Header: name}, err
	}
}

// TimedSignature returns a function for HMAC.Read that is for a signature over the time, a separator and the body. The time
// is in a header of its own.
func TimedSignature(name, prefix, timeName, separator string) func(provider.WebhookRequest) (Signature, error) {
	return func(req provider.WebhookRequest) (Signature, error) {
		text, err := prefixed(req, name, prefix)
		if err != nil {
			return Signature{}, err
		}
		at, err := header(req, timeName)
		if err != nil {
			return Signature{}, err
		}
		return Signature{Text: text, Signed: append([]byte(at+separator), req.Body...), Time: at, Header: name}, nil
	}
}

// prefixed returns the value of a header without a prefix that it must have.
func prefixed(req provider.WebhookRequest, name, prefix string) (string, error) {
	value, err := header(req, name)
	if err != nil {
		return "", err
	}
	text, ok := strings.CutPrefix(value, prefix)
	if !ok {
		return "", fmt.Errorf("the header %s does not begin with %q", name, prefix)
	}
	return text, nil
}

func (e Encoding) decode(text string) ([]byte, bool) {
	var b []byte
	var err error
	switch e {
	case Base64:
		b, err = base64.StdEncoding.Strict().DecodeString(text)
	case Hex:
		if strings.ToLower(text) != text {
			return nil, false
		}
		fallthrough
	default:
		b, err = hex.DecodeString(text)
	}
	return b, err == nil && len(b) > 0
}
