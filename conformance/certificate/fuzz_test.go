// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// FuzzVerify verifies whatever a certificate may hold. Nothing passes but what the key has signed.
func FuzzVerify(f *testing.F) {
	_, public, err := Generate()
	if err != nil {
		f.Fatal(err)
	}
	key, err := ParsePublic(public)
	if err != nil {
		f.Fatal(err)
	}
	statement := base64.StdEncoding.EncodeToString([]byte(`{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicate":{}}`))
	f.Add([]byte(`{"payloadType":"` + PayloadType + `","payload":"` + statement + `","signatures":[{"keyid":"x","sig":"AAAA"}]}`))
	f.Add([]byte(`{"payloadType":"x","payload":"","signatures":[]}`))
	f.Add([]byte(strings.Repeat("[", 20_000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Verify(t.Context(), data, Policy{Keys: []TrustedKey{{Key: key, Name: "k", Tier: TierSelf}}, SHA256: strings.Repeat("0", 64), Now: time.Unix(0, 0)})
		if err == nil {
			t.Fatal("verified")
		}
	})
}

// FuzzStatement decodes whatever a signed statement may hold, as after its signature was checked.
func FuzzStatement(f *testing.F) {
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"00"}}],"predicate":{"validity":{"not_after":"9999-12-31T23:59:59Z"}}}`))
	f.Add([]byte(strings.Repeat(`{"predicate":`, 20_000)))
	f.Fuzz(func(_ *testing.T, payload []byte) {
		var s Statement
		if json.Unmarshal(payload, &s) == nil {
			_ = Policy{SHA256: strings.Repeat("0", 64), Now: time.Unix(0, 0), Profiles: []string{"notify"}}.judge(&s)
		}
	})
}
