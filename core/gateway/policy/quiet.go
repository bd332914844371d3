// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/wahost/wahost/core/numbers"
	"github.com/wahost/wahost/sdk/message"
)

// QuietHours is a part of each day in which messages of some categories are not sent.
type QuietHours struct {
	// From and To are minutes after midnight in the recipient's time zone. If To is not after From, the hours end on the next day.
	From, To int
	// Categories are those that wait. If it is empty, all wait but authentication.
	Categories []string
}

// ParseQuietHours reads two times, such as "21:00" and "08:00".
func ParseQuietHours(from, to string) (QuietHours, error) {
	var q QuietHours
	var err error
	if q.From, err = parseMinutes(from); err != nil {
		return QuietHours{}, err
	}
	if q.To, err = parseMinutes(to); err != nil {
		return QuietHours{}, err
	}
	if q.From == q.To {
		return QuietHours{}, fmt.Errorf("quiet hours from %s to %s leave no time for messages", from, to)
	}
	return q, nil
}

func parseMinutes(s string) (int, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%.20q is not a time of day: write 00:00 to 23:59", s)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// AlwaysQuiet reports whether messages of a category could be sent at no time of day.
func AlwaysQuiet(hours []QuietHours, category string) bool {
	for minute := range 24 * 60 {
		if !slices.ContainsFunc(hours, func(q QuietHours) bool { return q.applies(category) && q.has(minute) }) {
			return false
		}
	}
	return true
}

// applies reports whether messages of a category wait.
func (q QuietHours) applies(category string) bool {
	if len(q.Categories) == 0 {
		return category != message.CategoryAuthentication
	}
	return slices.Contains(q.Categories, category)
}

// Next returns the first time, from a time on, that is not quiet in any of the zones. If there is no such time within a day, it returns
// the first of those that are quiet in the fewest zones. Without zones, it takes UTC.
func (q QuietHours) Next(from time.Time, zones []*time.Location) time.Time {
	if len(zones) == 0 {
		zones = []*time.Location{time.UTC}
	}
	best, fewest := from, len(zones)+1
	// The hours begin and end at whole minutes.
	for at := from; at.Sub(from) <= 24*time.Hour; at = at.Truncate(time.Minute).Add(time.Minute) {
		quiet := 0
		for _, z := range zones {
			if q.quiet(at.In(z)) {
				quiet++
			}
		}
		if quiet < fewest {
			best, fewest = at, quiet
		}
		if quiet == 0 {
			break
		}
	}
	return best
}

// quiet reports whether a time is in the quiet hours of its own zone.
func (q QuietHours) quiet(local time.Time) bool {
	return q.has(local.Hour()*60 + local.Minute())
}

// has reports whether a minute after midnight is one of the hours.
func (q QuietHours) has(minute int) bool {
	if q.From < q.To {
		return q.From <= minute && minute < q.To
	}
	return minute >= q.From || minute < q.To
}

// Zones returns the time zones that a phone number may be in, according to libphonenumber. It returns nil for another recipient, and for
// a number without a zone.
func Zones(to message.Recipient) []*time.Location {
	if to.Kind != message.RecipientPhone {
		return nil
	}
	var zones []*time.Location
	for _, name := range numbers.Zones(to.Address) {
		if z, err := time.LoadLocation(name); err == nil {
			zones = append(zones, z)
		}
	}
	return zones
}
