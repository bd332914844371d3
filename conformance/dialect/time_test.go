// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimeForms(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 250_000_000, time.UTC)
	india, west := time.FixedZone("", 19800), time.FixedZone("", -7*3600)
	tests := map[string]struct {
		form, want string
		zone       *time.Location
		// instant is what the text means; zero means at.
		instant time.Time
	}{
		"rfc3339":               {form: "rfc3339", want: "2026-03-04T05:06:07.250Z"},
		"rfc3339 with offset":   {form: "rfc3339", zone: india, want: "2026-03-04T10:36:07.250+05:30"},
		"offset":                {form: "rfc3339_offset", zone: west, want: "2026-03-03T22:06:07-0700", instant: at.Truncate(time.Second)},
		"seconds":               {form: "unix", want: "1772600767", instant: at.Truncate(time.Second)},
		"seconds as text":       {form: "unix_text", want: "1772600767", instant: at.Truncate(time.Second)},
		"fraction":              {form: "unix_fraction", want: "1772600767.250"},
		"milliseconds":          {form: "milliseconds", want: "1772600767250"},
		"microseconds":          {form: "microseconds", want: "1772600767250000"},
		"nanoseconds":           {form: "nanoseconds", want: "1772600767250000000"},
		"date and time":         {form: "datetime_utc", zone: india, want: "2026-03-04 05:06:07", instant: at.Truncate(time.Second)},
		"layout without colon":  {form: "2006-01-02T15:04:05.000-0700", zone: india, want: "2026-03-04T10:36:07.250+0530"},
		"layout with text":      {form: "2006-01-02T15:04:05.000000Z", zone: india, want: "2026-03-04T05:06:07.250000Z"},
		"layout of hours":       {form: "02.01.2006 15:04:05 -07", zone: west, want: "03.03.2026 22:06:07 -07", instant: at.Truncate(time.Second)},
		"hours are not enough":  {form: "02.01.2006 15:04:05 -07", zone: india, want: "04.03.2026 05:06:07 +00", instant: at.Truncate(time.Second)},
		"layout of minutes":     {form: "1/2/06 3:04 PM", want: "3/4/26 5:06 AM", instant: at.Truncate(time.Minute)},
		"layout of an e-mail":   {form: time.RFC1123Z, zone: west, want: "Tue, 03 Mar 2026 22:06:07 -0700", instant: at.Truncate(time.Second)},
		"digits and nothing":    {form: "20060102150405", want: "20260304050607", instant: at.Truncate(time.Second)},
		"name of a zone is UTC": {form: time.RFC1123, zone: west, want: "Wed, 04 Mar 2026 05:06:07 UTC", instant: at.Truncate(time.Second)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form, err := ParseTimeForm(tt.form)
			require.NoError(t, err)
			when := at
			if tt.zone != nil {
				when = at.In(tt.zone)
			}
			require.Equal(t, tt.want, form.Format(when))
			if tt.instant.IsZero() {
				tt.instant = at
			}
			got, err := form.Parse(tt.want)
			require.NoError(t, err)
			assert.True(t, got.Equal(tt.instant), "%s", got)
		})
	}
}

func TestNoTimeForms(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing": "", "similar": "rfc3393", "date alone": "2006-01-02", "time alone": "15:04:05", "year is missing": "Jan 2 15:04:05",
		"another notation": "YYYY-MM-DD hh:mm:ss", "half a clock": "2006-01-02 03:04", "digits that are no layout": "2026-03-04 05:06:07",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseTimeForm(text)
			require.ErrorContains(t, err, "there is no form of time")
			require.ErrorContains(t, err, "milliseconds_text")
		})
	}
	_, err := ParseTimeForm("rfc3393")
	require.ErrorContains(t, err, `Did you mean "rfc3339"?`)
}

func FuzzTimeForm(f *testing.F) {
	for _, seed := range append([]string{"2006-01-02T15:04:05.000-0700", "1/2/06 3:04 PM", "20060102150405", "_2 Jan 2006 15:04:05.999 MST"}, timeForms...) {
		f.Add(seed)
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 19800))
	f.Fuzz(func(t *testing.T, text string) {
		form, err := ParseTimeForm(text)
		if err != nil {
			return
		}
		if form.Format(at) == "" {
			t.Fatalf("%q writes nothing", text)
		}
	})
}
