// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/internal/suggest"
)

// TimeForm is a form of a timestamp: one of the constants, or a layout of package time, such as "02.01.2006 15:04:05 -0700". A
// layout without a zone means UTC.
type TimeForm string

// The forms with a name: RFC 3339, RFC 3339 with an offset without a colon, the time since 1970 in several units as a text or as
// a number, seconds with a fraction, and date and time in UTC without a zone.
const (
	TimeRFC3339   TimeForm = "rfc3339"
	TimeOffset    TimeForm = "rfc3339_offset"
	TimeUnixText  TimeForm = "unix_text"
	TimeUnix      TimeForm = "unix"
	TimeMilliText TimeForm = "milliseconds_text"
	TimeMilli     TimeForm = "milliseconds"
	TimeMicro     TimeForm = "microseconds"
	TimeNano      TimeForm = "nanoseconds"
	TimeFraction  TimeForm = "unix_fraction"
	TimeDateTime  TimeForm = "datetime_utc"
)

// layouts are the layouts of the forms that have one. A text in RFC 3339 may have a fraction.
var layouts = map[TimeForm]string{
	TimeRFC3339: "2006-01-02T15:04:05.000Z07:00", TimeOffset: "2006-01-02T15:04:05-0700", TimeDateTime: time.DateTime,
}

// units are the numbers of a unit in a second of the forms that count. Those that are written as a JSON number are in numbers.
var (
	units = map[TimeForm]int64{
		TimeUnixText: 1, TimeUnix: 1, TimeMilliText: 1e3, TimeMilli: 1e3, TimeMicro: 1e6, TimeNano: 1e9,
	}
	numbers   = []TimeForm{TimeUnix, TimeFraction, TimeMilli, TimeMicro, TimeNano}
	timeForms = words([]TimeForm{
		TimeRFC3339, TimeOffset, TimeUnixText, TimeUnix, TimeFraction, TimeMilliText, TimeMilli, TimeMicro, TimeNano, TimeDateTime,
	})
)

// maxLayout bounds the length of a layout.
const maxLayout = 100

// ParseTimeForm returns the form that a text names, or an error if the text is neither a name nor the layout of a date with a
// time.
func ParseTimeForm(text string) (TimeForm, error) {
	if slices.Contains(timeForms, text) {
		return TimeForm(text), nil
	}
	if len(text) > maxLayout {
		return "", fmt.Errorf("a layout of a time has at most %d characters", maxLayout)
	}
	if !readsWhatItWrites(text) {
		return "", fmt.Errorf("there is no form of time %q.%s The forms are: %s. Or write a layout with date, hours and minutes: the "+
			"vendor's way to write Mon Jan 2 15:04:05 2006 -0700, such as %q", text, suggest.Sentence(text, timeForms),
			strings.Join(timeForms, ", "), "2006-01-02T15:04:05.000-0700")
	}
	return TimeForm(text), nil
}

// readsWhatItWrites reports whether a layout names every part of a time down to minutes: times survive being written and read.
func readsWhatItWrites(layout string) bool {
	for _, t := range []time.Time{
		time.Date(2031, 11, 23, 17, 48, 0, 0, time.UTC), time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1999, 12, 31, 23, 59, 0, 0, time.UTC), time.Date(2010, 10, 10, 10, 10, 0, 0, time.UTC),
	} {
		if again, err := time.Parse(layout, t.Format(layout)); err != nil || !again.Equal(t) {
			return false
		}
	}
	return true
}

// Number reports whether a time is a number in JSON and not a text.
func (f TimeForm) Number() bool { return slices.Contains(numbers, f) }

// Format returns a time in this form. The offset is that of the time's location if the form has an offset. A number is returned
// as its digits.
func (f TimeForm) Format(t time.Time) string {
	switch unit := units[f]; {
	case f == TimeFraction:
		return fmt.Sprintf("%d.%03d", t.Unix(), t.Nanosecond()/int(time.Millisecond))
	case unit == 1e9:
		return strconv.FormatInt(t.UnixNano(), 10)
	case unit > 0:
		return strconv.FormatInt(t.UnixMicro()/(1e6/unit), 10)
	}
	if _, offset := t.Zone(); offset != 0 {
		local := t.Format(f.layout())
		if again, err := f.Parse(local); err == nil && again.Equal(t.Truncate(f.precision())) {
			return local
		}
	}
	return t.UTC().Format(f.layout())
}

// Parse returns the instant that a text in this form means.
func (f TimeForm) Parse(text string) (time.Time, error) {
	unit := units[f]
	if f == TimeFraction {
		whole, fraction, _ := strings.Cut(text, ".")
		text, unit = whole+(fraction + "000")[:3], 1e3
	}
	switch {
	case f == TimeRFC3339:
		return time.Parse(time.RFC3339Nano, text)
	case unit == 0:
		return time.Parse(f.layout(), text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(n/unit, n%unit*(1e9/unit)).UTC(), nil
}

// precision returns the smallest part of a second that the form has, or a minute if it has no seconds.
func (f TimeForm) precision() time.Duration {
	t := time.Date(2031, 11, 23, 17, 48, 59, 123456789, time.UTC)
	again, err := time.Parse(f.layout(), t.Format(f.layout()))
	for _, unit := range []time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond, time.Second} {
		if err == nil && again.Equal(t.Truncate(unit)) {
			return unit
		}
	}
	return time.Minute
}

func (f TimeForm) layout() string {
	if layout, ok := layouts[f]; ok {
		return layout
	}
	return string(f)
}
