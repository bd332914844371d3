// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// standardPrefix begins a secret that is written in base64, as the Standard Webhooks specification has it.
const standardPrefix = "whsec_"

// signer makes the signatures of an endpoint. It is safe for concurrent use.
type signer struct {
	// meta makes X-Hub-Signature-256. It is nil without secrets.
	meta *key
	// standard make webhook-signature.
	standard []*key
}

func newSigner(secrets []string) *signer {
	s := &signer{}
	for i, secret := range secrets {
		if i == 0 {
			s.meta = newKey([]byte(secret))
		}
		s.standard = append(s.standard, newKey(standardKey(secret)))
	}
	return s
}

// sign sets the signatures of a body: that of the Cloud API, and those of the Standard Webhooks specification, which also cover the id and
// the time and may be more than one while a secret is replaced.
func (s *signer) sign(h http.Header, id string, at time.Time, body []byte) {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", timestamp)
	if s.meta == nil {
		return
	}
	h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(s.meta.mac(body)))
	prefix := []byte(id + "." + timestamp + ".")
	signatures := make([]string, len(s.standard))
	for i, k := range s.standard {
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(k.mac(prefix, body))
	}
	h.Set("Webhook-Signature", strings.Join(signatures, " "))
}

// standardKey returns the bytes of a secret. One without the prefix, or whose rest is not base64, is taken as it is.
func standardKey(secret string) []byte {
	if text, ok := strings.CutPrefix(secret, standardPrefix); ok {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// key is a key of HMAC with SHA-256. It keeps its hashes, since a new one begins with the hash of the key.
type key struct{ hashes sync.Pool }

func newKey(secret []byte) *key {
	return &key{sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

func (k *key) mac(parts ...[]byte) []byte {
	h := k.hashes.Get().(hash.Hash) //nolint:forcetypeassert // the pool has nothing else
	defer k.hashes.Put(h)
	h.Reset()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
