// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Cause is one deviation with all results that show it. It is found by comparing findings, so results of one cause can
// be in several groups, and never the reverse: the members of a group deviate in the same place in the same way.
type Cause struct {
	// At is the place that all members name; may be empty.
	At string
	// Members are the results, the worst first and then by id. The first one stands for the others.
	Members []Result
}

// First returns the result that stands for all.
func (c Cause) First() Result { return c.Members[0] }

// Effect returns the effect of the worst member.
func (c Cause) Effect() Effect { return c.First().Effect() }

// Causes returns the results that deviate, grouped by cause, the worst first.
func (r *Report) Causes() []Cause {
	var out []Cause
	index := map[string]int{}
	for _, res := range r.Results {
		if !res.Deviates() {
			continue
		}
		key := CauseOf(res)
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, Cause{At: placeOf(res)})
		}
		out[i].Members = append(out[i].Members, res)
	}
	for _, c := range out {
		slices.SortStableFunc(c.Members, func(a, b Result) int {
			return cmp.Or(cmp.Compare(a.Effect(), b.Effect()), cmp.Compare(plainness(a), plainness(b)))
		})
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(a.Effect(), b.Effect()), cmp.Compare(len(b.Members), len(a.Members)), strings.Compare(a.First().ID, b.First().ID))
	})
	return out
}

// plainness returns 0 for a check that tries an ordinary message, which explains a cause better than one that tries an
// unusual one, and 1 for others.
func plainness(res Result) int {
	if strings.HasSuffix(res.ID, "/minimal") || strings.HasSuffix(res.ID, "/fidelity") {
		return 0
	}
	return 1
}

// CauseOf returns the same text for results of the same cause. A field of the message is a cause by itself: whether it
// was looked for as a marker, a long text or an escape, it is the same field that is not as required. For any other
// finding, the texts are compared without what differs from run to run and from kind to kind.
func CauseOf(res Result) string {
	if len(res.Findings) == 0 {
		return strings.Join([]string{string(res.Status), general(res.Note, res), slug(res.ID)}, "\x00")
	}
	f := res.Findings[0]
	if field.MatchString(f.At) {
		return "field\x00" + place(f.At)
	}
	return strings.Join([]string{place(f.At), general(f.Expected, res), general(f.Actual, res)}, "\x00")
}

// field matches the path of a field of a message, such as interactive.footer.text or template.components[1].type.
var field = regexp.MustCompile(`^[a-z_]+(\[\d+\])*(\.[a-z_]+(\[\d+\])*)+$`)

var index = regexp.MustCompile(`\[\d+\]`)

// place returns the place of a finding without the numbers of elements.
func place(at string) string { return index.ReplaceAllString(at, "[]") }

func placeOf(res Result) string {
	if len(res.Findings) == 0 {
		return ""
	}
	return place(res.Findings[0].At)
}

// varying matches what differs between findings of one cause: quoted texts, markers, numbers and durations.
var varying = regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`|\\S*\\d\\S*")

// general returns a text without what differs between findings of one cause, and without the kind of message.
func general(text string, res Result) string {
	text = varying.ReplaceAllString(text, "…")
	for _, word := range []string{res.Capability, kindOf(res.ID)} {
		if word != "" {
			text = strings.ReplaceAll(text, word, "…")
		}
	}
	return text
}

// kindOf returns the middle part of an id of three parts, which is a kind of message or a row of data.
func kindOf(id string) string {
	if parts := strings.Split(id, "/"); len(parts) == 3 {
		return parts[1]
	}
	return ""
}

// slug returns an id without the kind of message or the row of data.
func slug(id string) string {
	parts := strings.Split(id, "/")
	switch {
	case len(parts) == 3 && parts[0] == "send":
		return parts[0] + "/" + parts[2]
	case len(parts) == 3:
		return parts[0] + "/" + parts[1]
	}
	return id
}
