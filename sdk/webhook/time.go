// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Events of a vendor happened after minTime and before maxTime. A time outside of them was written in a form that is not
// understood. The bounds also tell the units of numbers apart: for a time between them, the numbers of seconds,
// milliseconds, microseconds and nanoseconds since 1970 are in ranges that do not overlap.
var (
	minTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// maxTimeLength is the largest length in bytes of a text that is read as a time.
const maxTimeLength = 64

// The forms of a text with a date and of a number.
var (
	dateAndTime = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[Tt]| +)(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,18}))? *(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$`)
	})
	decimal = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$`) })
)

// ParseTime reads the time of an event. It understands:
//
//   - seconds, milliseconds, microseconds and nanoseconds since 1970, also with a fraction or an exponent. The unit
//     follows from the size of the number.
//   - RFC 3339, also with a space instead of the T, with an offset without a colon such as +0800 or +08, and with UTC or GMT
//     instead of Z.
//   - RFC 1123 and RFC 2822, such as "Mon, 05 Jan 2026 08:00:00 +0000".
//
// The zone is that of a time without an offset. If it is nil, such a time is an error. The result is in UTC.
//
// The error says what is wrong, for WebhookResponse.Problem. The time is then the zero time: a time that is not understood
// is never guessed. An empty text is the zero time without an error, because the vendor does not say when the event
// happened. A time before the year 2000 or after the year 2099 is an error.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return time.Time{}, nil
	}
	if len(trimmed) > maxTimeLength {
		return time.Time{}, fmt.Errorf("the time has %d bytes, which is not a known form of time", len(trimmed))
	}
	t, err := parseTime(trimmed, zone)
	if err == nil && (t.Before(minTime) || !t.Before(maxTime)) {
		err = errors.New("it is not between the years 2000 and 2099")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("the time %s is not understood: %w", strconv.Quote(trimmed), err)
	}
	return t.UTC(), nil
}

// ParseTimeJSON reads a time as ParseTime does from a JSON value: a string, a number, or null for no time.
func ParseTimeJSON(raw json.RawMessage, zone *time.Location) (time.Time, error) {
	text := strings.TrimSpace(string(raw))
	switch {
	case text == "" || text == "null":
		return time.Time{}, nil
	case text[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return time.Time{}, errors.New("the time is not valid JSON")
		}
		return ParseTime(s, zone)
	case text[0] >= '0' && text[0] <= '9' || text[0] == '-':
		return ParseTime(text, zone)
	}
	return time.Time{}, errors.New("the time is neither a string nor a number")
}

func parseTime(text string, zone *time.Location) (time.Time, error) {
	if !utf8.ValidString(text) {
		return time.Time{}, errors.New("it is not valid UTF-8")
	}
	if decimal().MatchString(text) {
		return parseNumber(text)
	}
	if m := dateAndTime().FindStringSubmatch(text); m != nil {
		return parseDate(m, zone)
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, "Mon, _2 Jan 2006 15:04:05 -0700"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		// The name of a zone other than these says nothing certain: time.Parse takes it for UTC.
		if name, _ := t.Zone(); layout == time.RFC1123 && name != "GMT" && name != "UTC" {
			return time.Time{}, errors.New("the name of its zone is ambiguous")
		}
		return t, nil
	}
	return time.Time{}, errors.New(`expected a number since 1970 or a form such as "2026-01-05T08:00:00Z"`)
}

// units are the numbers of nanoseconds in the units of time since 1970.
var units = []int64{int64(time.Second), int64(time.Millisecond), int64(time.Microsecond), 1}

// parseNumber reads a number that decimal matches. The fraction of a nanosecond is cut off.
func parseNumber(text string) (time.Time, error) {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, errors.New("it is not a number")
	}
	for _, unit := range units {
		scaled := new(big.Rat).Mul(n, new(big.Rat).SetInt64(unit))
		nanos := new(big.Int).Quo(scaled.Num(), scaled.Denom())
		if !nanos.IsInt64() {
			continue
		}
		if t := time.Unix(0, nanos.Int64()); !t.Before(minTime) && t.Before(maxTime) {
			return t, nil
		}
	}
	return time.Time{}, errors.New("the number is not between the years 2000 and 2099 in any unit from seconds to nanoseconds")
}

// parseDate reads the parts of a text that dateAndTime matches.
func parseDate(m []string, zone *time.Location) (time.Time, error) {
	var part [6]int
	for i := range part {
		part[i], _ = strconv.Atoi(m[i+1]) // the expression matches digits only
	}
	nanos, _ := strconv.Atoi((m[7] + "000000000")[:9])
	switch offset := m[8]; {
	case offset == "" && zone == nil:
		return time.Time{}, errors.New("it has no time zone")
	case offset == "":
	case strings.ContainsAny(offset[:1], "+-"):
		var err error
		if zone, err = parseOffset(offset); err != nil {
			return time.Time{}, err
		}
	default:
		zone = time.UTC
	}
	t := time.Date(part[0], time.Month(part[1]), part[2], part[3], part[4], part[5], nanos, zone)
	// time.Date accepts a 31 February and an hour that a change to summer time skips, and returns another time.
	if got := [6]int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second()}; got != part {
		return time.Time{}, errors.New("there is no such date or time of day")
	}
	return t, nil
}

// maxOffset is the largest offset from UTC in use, in hours.
const maxOffset = 14

// parseOffset reads +08:00, +0800 or +08.
func parseOffset(text string) (*time.Location, error) {
	digits := strings.ReplaceAll(text[1:], ":", "")
	hours, _ := strconv.Atoi(digits[:2])
	minutes := 0
	if len(digits) > 2 {
		minutes, _ = strconv.Atoi(digits[2:])
	}
	if hours > maxOffset || minutes > 59 {
		return nil, errors.New("there is no such offset from UTC")
	}
	seconds := (hours*60 + minutes) * 60
	if text[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), nil
}
