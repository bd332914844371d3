// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// idempotencyTime is how long an idempotency key counts.
	idempotencyTime = 24 * time.Hour
	// maxIdempotencyKey bounds a key in bytes.
	maxIdempotencyKey = 255
)

// idempotency returns what makes a repetition of the request return the first message, or nil. The key is that of the header
// Idempotency-Key or, if the API key says so, the reference of the message. The hash is over the message as it was understood, so that
// white space and the order of fields do not matter.
func (c *call) idempotency(m *message.Message, text []byte) (*store.Idempotency, error) {
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	if key == "" && c.key.IdempotentReference {
		key = m.GetBizOpaqueCallbackData()
	}
	if key == "" {
		return nil, nil
	}
	h := sha256.New()
	h.Write([]byte(c.number.ID + "\n" + c.name + "\n"))
	h.Write(text)
	return &store.Idempotency{Key: key, BodyHash: [32]byte(h.Sum(nil)), Expires: c.began.Add(idempotencyTime)}, nil
}

// idempotencyKey returns the key of the header. The header is a text in quotes in the draft of the IETF, and a plain text for many
// clients: both are the same key.
func (c *call) idempotencyKey() (string, error) {
	values := c.r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := strings.TrimSpace(values[0])
	if len(key) > 1 && strings.HasPrefix(key, `"`) && strings.HasSuffix(key, `"`) {
		key = key[1 : len(key)-1]
	}
	printable := !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	if len(values) > 1 || key == "" || len(key) > maxIdempotencyKey || !printable {
		return "", graph.New(graph.CodeInvalidParameter, "the request needs one header Idempotency-Key at most, of 1 to %d printable ASCII characters", maxIdempotencyKey)
	}
	return key, nil
}
