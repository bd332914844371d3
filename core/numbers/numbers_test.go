// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package numbers

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		address, e164, region string
		tooShort, possible    bool
		zones                 []string
	}{
		"mobile":               {"+4915112345678", "+4915112345678", "DE", false, true, []string{"Europe/Berlin"}},
		"domestic digit":       {"+49015112345678", "+4915112345678", "DE", false, true, []string{"Europe/Berlin"}},
		"zero that is dialled": {"+390612345678", "+390612345678", "IT", false, true, []string{"Europe/Rome"}},
		"shared code":          {"+12425551234", "+12425551234", "BS", false, true, []string{"America/Nassau"}},
		"too short":            {"+491511", "+491511", "DE", false, true, []string{"Europe/Berlin"}},
		"cannot be complete":   {"+1202555", "+1202555", "", true, false, []string{"America/New_York"}},
		"one digit more":       {"+4420712345678", "+4420712345678", "", false, false, []string{"Europe/London"}},
		"no country":           {"+80012345678", "+80012345678", "", false, true, nil},
		"no country code":      {"+999123456789", "", "", false, false, nil},
		"no plus":              {"4915112345678", "", "", false, false, nil},
		"letters":              {"+1800FLOWERS", "", "", false, false, nil},
		"empty":                {"", "", "", false, false, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.region, Region(tt.address))
			assert.Equal(t, tt.zones, Zones(tt.address))
			n, ok := Parse(tt.address)
			require.Equal(t, tt.e164 != "", ok)
			if ok {
				assert.Equal(t, tt.e164, n.E164())
				assert.Equal(t, tt.tooShort, n.TooShort())
				assert.Equal(t, tt.possible, n.Possible())
			}
		})
	}
}

func TestIsRegion(t *testing.T) {
	t.Parallel()
	library := phonenumbers.GetSupportedRegions()
	for _, a := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		for _, b := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
			id := string(a) + string(b)
			assert.Equal(t, library[id], IsRegion(id), id)
		}
	}
	for _, id := range []string{"", "001", "de", "DEU"} {
		assert.False(t, IsRegion(id), id)
	}
}

// answers are all that is said about a number. The zones have spaces between them.
type answers struct {
	e164, region, zones string
	tooShort, possible  bool
}

func ours(address string) answers {
	a := answers{region: Region(address), zones: strings.Join(Zones(address), " ")}
	if n, ok := Parse(address); ok {
		a.e164, a.tooShort, a.possible = n.E164(), n.TooShort(), n.Possible()
	}
	return a
}

func libraries(address string) answers {
	n, err := phonenumbers.Parse(address, "ZZ")
	if err != nil {
		return answers{region: lone(address)}
	}
	a := answers{e164: phonenumbers.Format(n, phonenumbers.E164), region: phonenumbers.GetRegionCodeForNumber(n), possible: phonenumbers.IsPossibleNumber(n)}
	if a.region == "001" {
		a.region = ""
	}
	why := phonenumbers.IsPossibleNumberWithReason(n)
	a.tooShort = why == phonenumbers.TOO_SHORT || why == phonenumbers.INVALID_COUNTRY_CODE
	zones, err := phonenumbers.GetTimezonesForNumber(n)
	if err != nil {
		a.zones = err.Error()
	} else if a.zones = strings.Join(zones, " "); a.zones == phonenumbers.UNKNOWN_TIMEZONE {
		a.zones = ""
	}
	return a
}

// lone returns the only country of a country code, which Region tells of numbers that are too short as well.
func lone(address string) string {
	for code := range phonenumbers.GetSupportedCallingCodes() {
		ids := phonenumbers.GetRegionCodesForCountryCode(code)
		if len(ids) == 1 && ids[0] != "001" && strings.HasPrefix(address, fmt.Sprintf("+%d", code)) {
			return ids[0]
		}
	}
	return ""
}

// TestLibrary compares numbers with the library: of each country code, of each prefix with time zones, and of every length, some of them
// with what is dialled within the country. WAHOST_TEST_NUMBERS is how many of each country code; they are others in each run.
func TestLibrary(t *testing.T) {
	t.Parallel()
	usual := "400"
	if testing.Short() {
		usual = "20"
	}
	each, err := strconv.Atoi(cmp.Or(os.Getenv("WAHOST_TEST_NUMBERS"), usual))
	require.NoError(t, err)
	seed := rand.Uint64() //nolint:gosec // the values need not be unpredictable
	var done sync.WaitGroup
	count := 0
	check := func(from uint64, beginnings []string, each int) {
		count += len(beginnings) * each
		done.Go(func() {
			r := rand.New(rand.NewPCG(seed, from)) //nolint:gosec // see above
			for _, beginning := range beginnings {
				for range each {
					digits := make([]byte, r.IntN(max(1, 17-len(beginning))))
					for i := range digits {
						digits[i] = "0123456789"[r.IntN(10)]
					}
					address := "+" + beginning + string(digits)
					if got, want := ours(address), libraries(address); got != want {
						t.Errorf("%s is %+v, and the library says %+v (seed %d)", address, got, want, seed)
						return
					}
				}
			}
		})
	}
	var codes, domestic, digits []string
	for _, p := range plans {
		codes = append(codes, p.code)
		domestic = append(domestic, p.code+"0", p.code+"1", p.code+"8")
	}
	for _, p := range prefixes {
		digits = append(digits, p.digits)
	}
	check(1, codes, each)
	check(2, domestic, each/20)
	check(3, digits, max(1, each/130))
	check(4, []string{"1", "7", "44", "61", "262", "39", "47", "590", "599", "212", "358"}, each)
	done.Wait()
	t.Log(count, "numbers")
}

// FuzzLibrary compares with the library what either says about a text.
func FuzzLibrary(f *testing.F) {
	for _, address := range []string{"+4915112345678", "+390612345678", "+12425551234", "+5491112345678", "+521234567890", "+80012345678", "+", "+0", "+999"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		digits, plus := strings.CutPrefix(address, "+")
		if !plus || strings.Trim(digits, "0123456789") != "" || len(digits) > 100 {
			t.Skip("only + and digits are compared: the library reads more texts")
		}
		assert.Equal(t, libraries(address), ours(address))
	})
}
