// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/webhook"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	shanghai := time.FixedZone("", 8*60*60)
	tests := map[string]struct {
		text string
		zone *time.Location
		want time.Time
	}{
		"seconds":                        {"1772600767", nil, at},
		"milliseconds":                   {"1772600767000", nil, at},
		"microseconds":                   {"1772600767000000", nil, at},
		"nanoseconds":                    {"1772600767000000000", nil, at},
		"seconds with a fraction":        {"1772600767.25", nil, at.Add(250 * time.Millisecond)},
		"milliseconds with a fraction":   {"1772600767000.5", nil, at.Add(500 * time.Microsecond)},
		"every digit of a nanosecond":    {"1772600767.123456789", nil, at.Add(123456789)},
		"more digits than a nanosecond":  {"1772600767.1234567899", nil, at.Add(123456789)},
		"exponent":                       {"1.772600767e9", nil, at},
		"exponent of milliseconds":       {"1.772600767E+12", nil, at},
		"spaces around":                  {" 1772600767\n", nil, at},
		"first second of the range":      {"946684800", nil, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"last second of the range":       {"4102444799", nil, time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)},
		"RFC 3339":                       {"2026-03-04T05:06:07Z", nil, at},
		"RFC 3339 with milliseconds":     {"2026-03-04T05:06:07.250Z", nil, at.Add(250 * time.Millisecond)},
		"comma before the fraction":      {"2026-03-04T05:06:07,250Z", nil, at.Add(250 * time.Millisecond)},
		"offset":                         {"2026-03-04T13:06:07+08:00", nil, at},
		"offset without a colon":         {"2026-03-04T13:06:07+0800", nil, at},
		"offset in hours":                {"2026-03-04T13:06:07+08", nil, at},
		"negative offset, half an hour":  {"2026-03-04T01:36:07-0330", nil, at},
		"space instead of T":             {"2026-03-04 05:06:07Z", nil, at},
		"space and offset":               {"2026-03-04 13:06:07 +0800", nil, at},
		"UTC by name":                    {"2026-03-04 05:06:07 UTC", nil, at},
		"lower case":                     {"2026-03-04t05:06:07z", nil, at},
		"no zone, in UTC":                {"2026-03-04 05:06:07", time.UTC, at},
		"no zone, in another one":        {"2026-03-04T13:06:07", shanghai, at},
		"an offset wins over the zone":   {"2026-03-04T05:06:07Z", shanghai, at},
		"RFC 2822":                       {"Wed, 04 Mar 2026 13:06:07 +0800", nil, at},
		"RFC 2822, a day without a zero": {"Wed, 4 Mar 2026 05:06:07 +0000", nil, at},
		"RFC 1123":                       {"Wed, 04 Mar 2026 05:06:07 GMT", nil, at},
		"empty":                          {"", nil, time.Time{}},
		"blank":                          {" ", nil, time.Time{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := webhook.ParseTime(tt.text, tt.zone)
			require.NoError(t, err)
			assert.True(t, tt.want.Equal(got), "want %s, got %s", tt.want, got)
			assert.Equal(t, time.UTC, got.Location())
		})
	}
}

func TestParseTimeRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, problem string }{
		"a word":                       {"yesterday", "expected a number since 1970"},
		"the year 57983":               {"57983-05-04T05:06:07Z", "expected"},
		"the year 1":                   {"0001-01-01T00:00:00Z", "2000 and 2099"},
		"before the range":             {"1999-12-31T23:59:59Z", "2000 and 2099"},
		"after the range":              {"2100-01-01T00:00:00Z", "2000 and 2099"},
		"zero":                         {"0", "any unit"},
		"a negative number":            {"-1772600767", "expected"},
		"between seconds and ms":       {"99999999999", "any unit"},
		"more than nanoseconds":        {"1772600767000000000000", "any unit"},
		"a large exponent":             {"1e99", "any unit"},
		"an exponent of three digits":  {"1e999", "expected"},
		"not a number":                 {"NaN", "expected"},
		"hexadecimal":                  {"0x69a7c0ff", "expected"},
		"31 February":                  {"2026-02-31T05:06:07Z", "no such date"},
		"month 13":                     {"2026-13-01T05:06:07Z", "no such date"},
		"hour 24":                      {"2026-03-04T24:00:00Z", "no such date"},
		"offset of 25 hours":           {"2026-03-04T05:06:07+25:00", "no such offset"},
		"offset of 60 minutes":         {"2026-03-04T05:06:07+0060", "no such offset"},
		"no zone":                      {"2026-03-04T05:06:07", "no time zone"},
		"a zone that many places have": {"Wed, 04 Mar 2026 05:06:07 IST", "ambiguous"},
		"a date alone":                 {"2026-03-04", "expected"},
		"text after it":                {"2026-03-04T05:06:07Z and more", "expected"},
		"long":                         {strings.Repeat("1", 100), "100 bytes"},
		"not UTF-8":                    {"2026\xff", "not valid UTF-8"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := webhook.ParseTime(tt.text, nil)
			require.ErrorContains(t, err, tt.problem)
			assert.True(t, got.IsZero())
		})
	}
}

func TestParseTimeJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for raw, want := range map[string]time.Time{
		`1772600767`: at, `"1772600767"`: at, `1772600767000.0`: at, "\n\"2026-03-04 13:06:07+0800\"": at, `null`: {}, ``: {}, `""`: {},
	} {
		got, err := webhook.ParseTimeJSON(json.RawMessage(raw), nil)
		require.NoError(t, err, raw)
		assert.True(t, want.Equal(got), "%s: %s", raw, got)
	}
	for _, raw := range []string{`true`, `{}`, `[1772600767]`, `"x`, `-1`, `"yesterday"`} {
		got, err := webhook.ParseTimeJSON(json.RawMessage(raw), nil)
		require.Error(t, err, raw)
		assert.True(t, got.IsZero(), raw)
	}
}

// FuzzParseTime checks that a time is within the bounds, or the zero time with an error or for an empty text.
func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{
		"1772600767", "1772600767000.5", "1.77e9", "2026-03-04T13:06:07+0800", "2026-03-04 05:06:07", "Wed, 04 Mar 2026 05:06:07 GMT", "57983-01-01T00:00:00Z",
		"1e99", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, zone := range []*time.Location{nil, time.UTC} {
			got, err := webhook.ParseTime(text, zone)
			switch {
			case err != nil || strings.TrimSpace(text) == "":
				require.True(t, got.IsZero())
			default:
				require.True(t, got.Year() >= 2000 && got.Year() <= 2099, "%q: %s", text, got)
				again, err := webhook.ParseTime(got.Format(time.RFC3339Nano), nil)
				require.NoError(t, err)
				require.True(t, got.Equal(again))
			}
		}
	})
}
