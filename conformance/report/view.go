// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
)

// view is what the page shows.
type view struct {
	R      *Report
	Style  template.CSS
	Script template.JS
	Answer answer
	// Reasons are those of the verdict that no cause shows.
	Reasons []reasonView
	// Bad are causes because of which the provider does not conform or is not decided, Advice those that are advice, and
	// Minor those without an effect.
	Bad, Advice, Minor []causeView
	Matrix             []CapabilityRow
	Checks             []checkView
	Wire               []wireRow
	Facts              []fact
	Counts             []count
	Legend             []legend
	Basis              Basis
}

// answer is the first thing on the page.
type answer struct {
	// Word is what a person reads first, and Mood the colour: good, advice, bad or open.
	Word, Mood, Why string
}

type reasonView struct{ ID, Text string }

type causeView struct {
	Cause
	Number int
}

type checkView struct {
	Result
	Mood string
	Wire []Exchange
}

// wireRow is a row of the wire map.
type wireRow struct{ Kind, Field, Location string }

type fact struct {
	Name, Text string
	Code       bool
}

type count struct {
	Status Status
	N      int
	Mood   string
}

type legend struct {
	Title string
	Words []Word
}

func (r *Report) view() view {
	v := view{
		R: r, Style: Style(), Script: scriptText(), Answer: r.answer(), Reasons: r.reasonViews(), Matrix: r.Matrix(), Checks: r.checkViews(),
		Wire: r.wireRows(), Facts: r.facts(), Basis: r.Basis(),
		Legend: []legend{{"Statuses", StatusWords()}, {"Levels", LevelWords()}, {"Verdicts", VerdictWords()}},
	}
	for i, c := range r.Causes() {
		cv := causeView{c, i + 1}
		switch c.Effect() {
		case Advises:
			v.Advice = append(v.Advice, cv)
		case Without, Agrees:
			v.Minor = append(v.Minor, cv)
		default:
			v.Bad = append(v.Bad, cv)
		}
	}
	for _, s := range Statuses() {
		v.Counts = append(v.Counts, count{s, r.Verdict.Counts[s], mood(Result{Status: s, Level: Core})})
	}
	return v
}

// answer says whether the provider may carry messages, as far as the report shows.
func (r *Report) answer() answer {
	causes := map[Effect]int{}
	for _, c := range r.Causes() {
		causes[c.Effect()]++
	}
	switch r.Verdict.Word {
	case Conformant:
		return answer{"Yes", "good", "Everything that the provider declares works as required, and it refuses everything else."}
	case ConformantWithAdvice:
		return answer{"Yes, with advice", "advice", "Everything that is required works. " + number(len(r.Advice()), "recommendation was", "recommendations were") + " not met: decide whether you can accept that."}
	case Nonconformant:
		var why []string
		if n := r.With(Fails); n > 0 {
			why = append(why, fmt.Sprintf("%s did not pass, of %s.", number(n, "required check", "required checks"), number(causes[Fails], "cause", "causes")))
		}
		if n := len(r.Violations); n > 0 {
			why = append(why, number(n, "rule", "rules")+" for the whole run did not hold.")
		}
		return answer{"No", "bad", strings.Join(why, " ")}
	case Incomplete:
		return answer{"Not decided", "open", "Nothing failed, but the run does not show all that a verdict needs."}
	default:
		return answer{"Not decided", "open", "The suite or its environment failed, so this report says nothing about the provider."}
	}
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (r *Report) checkViews() []checkView {
	byID := map[int]Exchange{}
	for _, x := range r.Exchanges {
		byID[x.ID] = x
	}
	var out []checkView
	for _, res := range r.Results {
		c := checkView{Result: res, Mood: mood(res)}
		for _, id := range res.Exchanges {
			if x, ok := byID[id]; ok {
				c.Wire = append(c.Wire, x)
			}
		}
		out = append(out, c)
	}
	rank := func(c checkView) int {
		if c.Status == NA {
			return int(Agrees) + 1
		}
		return int(c.Effect())
	}
	slices.SortStableFunc(out, func(a, b checkView) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// mood returns the colour of a result.
func mood(res Result) string {
	switch res.Effect() {
	case Fails:
		return "bad"
	case Breaks, LeavesOut:
		return "open"
	case Advises:
		return "advice"
	case Agrees:
		if res.Status == Pass {
			return "good"
		}
	case Without:
	}
	return "quiet"
}

// Mood returns the colour of a verdict about a profile.
func (v ProfileVerdict) Mood() string { return verdictMood(v.Word) }

// verdictMood returns the colour of the word of a verdict: good, advice, bad, quiet or open.
func verdictMood(word string) string {
	switch word {
	case Conformant:
		return "good"
	case ConformantWithAdvice:
		return "advice"
	case Nonconformant:
		return "bad"
	case NotDeclared:
		return "quiet"
	}
	return "open"
}

// Mood returns the colour of a cause.
func (c Cause) Mood() string { return mood(c.First()) }

func (r *Report) wireRows() []wireRow {
	var out []wireRow
	for _, kind := range slices.Sorted(maps.Keys(r.Dialect.WireMap)) {
		for _, field := range slices.Sorted(maps.Keys(r.Dialect.WireMap[kind])) {
			out = append(out, wireRow{kind, field, r.Dialect.WireMap[kind][field]})
		}
	}
	return out
}

// facts returns what the report is about, without what is empty.
func (r *Report) facts() []fact {
	var out []fact
	for _, f := range []fact{
		{"Provider", strings.TrimSpace(r.Provider.Name + " " + r.Provider.Version), false},
		{"Vendor", r.Provider.Vendor, false}, {"File", r.Provider.File, true}, {"Bytes", r.Provider.Bytes(), true},
		{"Dialect", strings.TrimSpace(r.Dialect.Name + " " + r.Dialect.Version), false}, {"Dialect digest", r.Dialect.Digest, true},
		{"Suite", r.Suite.Version, false}, {"Catalogue digest", r.Suite.CatalogueDigest, true}, {"Seed", fmt.Sprint(r.Run.Seed), false},
		{"Mode", r.Run.Mode, false}, {"Isolation", r.Run.Isolation, false}, {"Platform", r.Run.Platform, false}, {"Environment", strings.Join(r.Run.Env, " "), true},
		{"Started", r.Run.Started.Format("2006-01-02 15:04 MST"), false}, {"Duration", seconds(r.Run.Duration) + " s", false},
		{"Result digest", r.ResultDigest, true},
	} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}
