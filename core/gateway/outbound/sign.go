// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// standardPrefix begins a secret that is written in base64, as the Standard Webhooks specification has it.
const standardPrefix = "whsec_"

// sign sets the signatures of a body: that of the Cloud API, and those of the Standard Webhooks specification, which also cover the id and
// the time and may be more than one while a secret is replaced.
func sign(h http.Header, secrets []string, id string, at time.Time, body []byte) {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", timestamp)
	if len(secrets) == 0 {
		return
	}
	h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac([]byte(secrets[0]), body)))
	var signatures []string
	for _, s := range secrets {
		sum := mac(standardKey(s), []byte(id), []byte("."), []byte(timestamp), []byte("."), body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(sum))
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

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
