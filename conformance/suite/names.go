// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"
)

// channelNames and aliases are names as operators choose them.
var (
	channelNames = []string{"otp", "in_otp", "main", "support", "marketing", "orders", "alerts", "eu_main", "br_sales", "id_promo", "notify", "whatsapp"}
	aliases      = []string{"eu", "in", "us", "backup", "retail", "bank", "latam", "apac", "live", "second"}
)

// Names are the ids of a configuration of the provider and of one of its channels, as a host makes them.
type Names struct{ ProviderID, ChannelID string }

// MainNames returns the ids under which the suite configures the provider first.
func MainNames(f *Facts, seed int64) Names {
	provider := f.Metadata.Name
	if provider == "" {
		provider = f.Dialect.Name
	}
	return Names{provider, provider + "." + pick(channelNames, seed, 0)}
}

// OtherNames returns the ids of further accounts. They are different for each n from 1 to 8.
func (e *Env) OtherNames(n int) Names {
	provider := MainNames(e.Facts(), e.Seed()).ProviderID
	alias := pick(aliases, e.Seed(), n)
	return Names{provider + "." + alias, provider + "." + alias + "_" + pick(channelNames, e.Seed(), n)}
}

// pick returns the n-th of the words in an order that depends on the seed.
func pick(words []string, seed int64, n int) string {
	order := rand.New(rand.NewPCG(uint64(seed), 0x6e)).Perm(len(words)) //nolint:gosec // a name need not be unpredictable
	return words[order[n%len(words)]]
}

// idEncoding is base 32 with the digits and letters of the ids of a host.
var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// newDeliveryID returns an id as a host makes it for the first attempt to send a message: it grows with time, and 80 of its bits
// are random.
func newDeliveryID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16|rand.Uint64()>>48) //nolint:gosec // it need not be unpredictable
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())                                //nolint:gosec // as above
	return fmt.Sprintf("%s-1", idEncoding.EncodeToString(id[:]))
}
