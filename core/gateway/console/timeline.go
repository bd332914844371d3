// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// step is something that happened to a message.
type step struct {
	// At is when, or nil if it is not known.
	At *time.Time
	// Title says what, Tone is the class of CSS for it, and Lines say more.
	Title, Tone string
	Lines       []string
	Failure     *adminapi.Failure
}

// timeline returns what happened to a message, in the order of time.
func timeline(m *adminapi.MessageDetail) []step {
	first := step{At: &m.AcceptedAt, Title: "Taken by the gateway", Tone: "quiet", Lines: []string{fmt.Sprintf("with the key %q, class %s", m.Key, m.Class)}}
	if m.Route != "" {
		first.Lines = append(first.Lines, "route "+m.Route+", lane "+m.Lane)
	}
	if m.RedriveOf != "" {
		first.Lines = append(first.Lines, "in place of "+m.RedriveOf)
	}
	steps := []step{first}
	for _, a := range m.History {
		steps = append(steps, attemptSteps(&a)...)
	}
	for _, s := range []struct {
		at    *time.Time
		title string
		tone  string
	}{{m.SentAt, "Sent", "good"}, {m.DeliveredAt, "Delivered", "good"}, {m.ReadAt, "Read", "good"}} {
		if s.at != nil {
			steps = append(steps, step{At: s.at, Title: s.title, Tone: s.tone, Lines: []string{"told by the vendor"}})
		}
	}
	if n := len(m.History); m.FailedAt != nil && (n == 0 || !same(m.Failure, m.History[n-1].Failure)) {
		steps = append(steps, step{At: m.FailedAt, Title: "Failed", Tone: "bad", Failure: m.Failure})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(nanos(a.At), nanos(b.At)) })
	if m.State == "ready" && m.DueAt != nil {
		steps = append(steps, step{At: m.DueAt, Title: "Waits for its turn", Tone: "quiet", Lines: []string{"not before this time"}})
	}
	return steps
}

// same reports whether two failures say the same, so that the second need not be told.
func same(a, b *adminapi.Failure) bool { return a != nil && b != nil && *a == *b }

// nanos returns a time for comparison. A time that is not known is the last.
func nanos(t *time.Time) int64 {
	if t == nil {
		return 1<<63 - 1
	}
	return t.UnixNano()
}

func attemptSteps(a *adminapi.Attempt) []step {
	name := fmt.Sprintf("Attempt %d", a.Number)
	began := step{At: a.BeganAt, Title: name + " begins", Tone: "quiet", Lines: []string{"channel " + a.Channel}}
	if a.Outcome == "under_way" {
		began.Title = name + " is under way"
		return []step{began}
	}
	ended := step{At: a.EndedAt, Title: name + ": " + word(a.Outcome), Tone: tone(a.Outcome), Failure: a.Failure, Lines: []string{"channel " + a.Channel}}
	if a.BeganAt != nil && a.EndedAt != nil {
		ended.Lines = append(ended.Lines, "after "+a.EndedAt.Sub(*a.BeganAt).Round(time.Millisecond).String())
	}
	if len(a.Ignored) > 0 {
		ended.Lines = append(ended.Lines, fmt.Sprintf("the provider did not pass on %v", a.Ignored))
	}
	return []step{began, ended}
}
