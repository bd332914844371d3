// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
)

// schedule sends at several times with odd minutes and seconds. The first request without a time shows what else differs.
func schedule(ctx context.Context, e *suite.Env, kind string) {
	m := e.Minimal(kind)
	volatile, now, _ := wire.Volatile(ctx, e, m)
	r := e.Rand()
	for _, after := range []time.Duration{26 * time.Hour, 6 * 24 * time.Hour, 50 * time.Hour} {
		at := time.Now().Add(after).Truncate(time.Hour).Add(time.Duration(60*(1+2*r.IntN(29))+1+2*r.IntN(29)) * time.Second)
		s := e.Send(ctx, withTime(m, at), suite.SendOptions{})
		where := "wahost.send_at " + at.UTC().Format(time.RFC3339)
		if !s.Accepted() {
			e.Failf(where, "accepted, because scheduling is declared", "%s", s)
			continue
		}
		added := map[string]string{}
		for place, value := range wire.Shape(s, volatile) {
			if now[place] != value {
				added[place] = value
			}
		}
		if !names(added, at) {
			e.Failf(where, "the time, to the second, in the request", "%s", fmt.Sprint(added))
		}
	}
}

// timeLayouts are layouts of a time in requests besides those of webhooks.
var timeLayouts = []string{
	time.RFC3339Nano, time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05.000Z0700", "2006-01-02T15:04:05.000Z",
	"2006-01-02 15:04:05Z07:00", "2006/01/02 15:04:05", "20060102150405", time.RFC1123, time.RFC1123Z,
}

// names reports whether one of the values is the time, as a number or in a layout. A layout without a zone is in UTC.
func names(values map[string]string, at time.Time) bool {
	for _, value := range values {
		for _, unit := range []int64{at.Unix(), at.UnixMilli(), at.UnixMicro(), at.UnixNano()} {
			if value == strconv.FormatInt(unit, 10) {
				return true
			}
		}
		// A vendor whose times have no seconds gets the next minute: no message may be early.
		if t, err := time.Parse("2006-01-02 15:04", value); err == nil && !t.Before(at) && t.Sub(at) < time.Minute {
			return true
		}
		for _, layout := range timeLayouts {
			if t, err := time.Parse(layout, value); err == nil && t.Equal(at) {
				return true
			}
		}
	}
	// A few vendors take date and time as two values.
	all := slices.Collect(maps.Values(values))
	return slices.Contains(all, at.UTC().Format(time.DateOnly)) && slices.Contains(all, at.UTC().Format(time.TimeOnly))
}
