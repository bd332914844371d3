// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// needsSchedule is a Check.Needs for checks of messages that the vendor sends later.
func needsSchedule(f *suite.Facts) string {
	switch {
	case !f.Capabilities.Scheduling:
		return "scheduling"
	case f.Dialect.Schedule == nil:
		return "schedule in the dialect"
	}
	return suite.NeedsAnyKind(f)
}

// scheduleTimes returns two times to send messages at: one in the evening and one at night, so that a mistake in
// the hour, the zone or the day is seen. Both are between 18 and 72 hours from now, which vendors that schedule take.
func scheduleTimes(now time.Time) [2]time.Time {
	noon := now.UTC().Truncate(24 * time.Hour).Add(60 * time.Hour)
	return [2]time.Time{noon.Add(-17*time.Hour - 56*time.Minute - 53*time.Second), noon.Add(9*time.Hour + 8*time.Minute + 7*time.Second)}
}

// schedule sends messages of each kind with a time, and one without.
func schedule(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	s := e.Dialect().Schedule
	times := scheduleTimes(time.Now())
	for _, k := range e.Facts().Capabilities.Kinds {
		for _, at := range times {
			m := e.Minimal(k.Kind)
			if m == nil {
				continue
			}
			if m.Wahost == nil {
				m.Wahost = &message.Extension{}
			}
			m.Wahost.SendAt = timestamppb.New(at)
			sent := e.Send(ctx, m, suite.SendOptions{})
			if !sent.Accepted() {
				if r := sent.Rejected(); r == nil || r.Path == "" || len(sent.Exchanges) > 0 {
					e.Failf(k.Kind, "accepted, or refused at wahost.send_at without a request", "%s", sent)
				}
				continue
			}
			found := wire.At(sent, s.At)
			if len(found) != 1 || !means(s.Times, found[0], at) {
				e.Failf(k.Kind, fmt.Sprintf("%s at %s in one of the vendor's forms, such as %s", at.Format(time.RFC3339), s.At, s.Times[0].Format(at)), "%q", found)
			}
		}
	}
	if found := wire.At(e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{}), s.At); len(found) > 0 {
		e.Failf(s.At, "nothing, because the message has no time", "%q", found)
	}
}

// means reports whether a text is a time in one of the forms. A form without seconds means the minute.
func means(forms []dialect.TimeForm, text string, at time.Time) bool {
	for _, form := range forms {
		want, err := form.Parse(form.Format(at))
		got, problem := form.Parse(text)
		if err == nil && problem == nil && got.Equal(want) {
			return true
		}
	}
	return false
}
