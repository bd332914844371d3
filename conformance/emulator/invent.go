// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/wahost/wahost/conformance/sample"
)

// inventor generates credentials, phone numbers and ids from one seed.
type inventor struct {
	seed int64
	// production is set if the values must look like those of the vendor.
	production bool
	secrets    map[string]string
	ids        *atomic.Uint64
}

func newInventor(o Options) inventor {
	v := inventor{seed: o.Seed, production: o.Production, secrets: o.Secrets, ids: &atomic.Uint64{}}
	if v.production {
		// The vendor has sent other messages before.
		first, _ := strconv.ParseUint(v.hash("ids", "")[:6], 16, 32)
		v.ids.Store(100_000 + first)
	}
	return v
}

// Credential returns a credential as vendors make them: random letters and digits. Equal seeds and names lead to equal ones.
func Credential(seed int64, name string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	v := inventor{seed: seed}
	sum := sha512.Sum512([]byte(v.hash("credential", name)))
	text := make([]byte, 32+int(sum[63])%17)
	for i := range text {
		text[i] = letters[int(sum[i])%len(letters)]
	}
	return string(text)
}

func (v inventor) hash(what, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", v.seed, what, name))
	return hex.EncodeToString(sum[:])
}

func (v inventor) secret(name string) string {
	if s, ok := v.secrets[name]; ok {
		return s
	}
	if v.production {
		return Credential(v.seed, name)
	}
	return "emulated-" + name + "-" + v.hash("secret", name)[:16]
}

// number returns a phone number. Outside of a run of the suite it is in the range 202-555-0100 to 0199, which the North American
// numbering plan reserves for fiction.
func (v inventor) number(name string) string {
	if v.production {
		return strings.TrimPrefix(sample.Phone(v.seed, name), "+")
	}
	n, _ := strconv.ParseUint(v.hash("number", name)[:8], 16, 64)
	return fmt.Sprintf("120255501%02d", n%100)
}

// newID returns an id of a pattern. Its placeholders are filled from the right with a counter, and the rest from the
// seed. Ids are unique until the counter has more digits than the pattern has placeholders.
func (v inventor) newID(pattern string) string {
	count := strconv.FormatUint(v.ids.Add(1), 10)
	noise := strings.ToUpper(v.hash("id", pattern))
	id := []byte(pattern)
	for i, place := len(id)-1, 0; i >= 0; i-- {
		if id[i] != '9' && id[i] != 'X' {
			continue
		}
		digit := noise[place%len(noise)]
		if id[i] == '9' && digit > '9' {
			digit -= 'A' - '0'
		}
		if place < len(count) {
			digit = count[len(count)-1-place]
		} else if place == len(count) {
			digit = '0' // separates the counter from the digits of the seed
		}
		id[i] = digit
		place++
	}
	return string(id)
}
