// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package media

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// Purpose says who may use a link.
type Purpose byte

// The purposes.
const (
	// ForCaller is a link for the key that asked for it, as the Cloud API gives it out for 5 minutes.
	ForCaller Purpose = 'c'
	// ForVendor is a link for anybody, for vendors that take media by link only.
	ForVendor Purpose = 'v'
)

// How long links work.
const (
	CallerTime = 5 * time.Minute
	VendorTime = 24 * time.Hour
)

// errLink is the error for a link that was not made here or is too old.
var errLink = errors.New("the link is not valid or not valid any more")

// Links makes and reads the tokens of links. Gateways with the same secret read each other's.
type Links struct{ secret []byte }

// NewLinks returns links that are signed with a secret of at least 32 bytes.
func NewLinks(secret []byte) (*Links, error) {
	if len(secret) < sha256.Size {
		return nil, errors.New("the secret of links needs at least 32 bytes")
	}
	return &Links{secret}, nil
}

const (
	macLength = 16
	timeBytes = 8
)

// Token returns a token for a file. The holder is the id of the key that may use it, and empty for a link for vendors.
func (l *Links) Token(p Purpose, id, holder string, expires time.Time) string {
	payload := append([]byte{byte(p)}, binary.BigEndian.AppendUint64(nil, uint64(expires.Unix()))...)
	payload = append(payload, id...)
	return base64.RawURLEncoding.EncodeToString(append(payload, l.mac(payload, holder)...))
}

// Read returns the file of a token.
func (l *Links) Read(p Purpose, token, holder string, now time.Time) (id string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || strings.ContainsAny(token, "\r\n") || len(raw) < 1+timeBytes+macLength || raw[0] != byte(p) {
		return "", errLink
	}
	payload, mac := raw[:len(raw)-macLength], raw[len(raw)-macLength:]
	expires := time.Unix(int64(binary.BigEndian.Uint64(payload[1:])), 0)
	if !hmac.Equal(mac, l.mac(payload, holder)) || !now.Before(expires) {
		return "", errLink
	}
	return string(payload[1+timeBytes:]), nil
}

// mac signs a payload for a holder. The length of the payload is known to the reader, so the two cannot be confused.
func (l *Links) mac(payload []byte, holder string) []byte {
	h := hmac.New(sha256.New, l.secret)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(payload))))
	h.Write(payload)
	h.Write([]byte(holder))
	return h.Sum(nil)[:macLength]
}
