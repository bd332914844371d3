// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/verify"
)

// The words of a verdict.
const (
	Conformant           = "conformant"
	ConformantWithAdvice = "conformant_with_advice"
	Nonconformant        = "nonconformant"
	Incomplete           = "incomplete"
	Broken               = "error"
)

// Verdict is the result of a whole run.
type Verdict struct {
	Word string `json:"word"`
	// Certifiable is set if a full run with fixed settings was conformant and the executable did not change.
	Certifiable bool `json:"certifiable"`
	// Counts has an entry for every status, including those with the count 0.
	Counts map[Status]int `json:"counts"`
	// Reasons explain why the run is not conformant or not certifiable, worst first.
	Reasons []string `json:"reasons,omitempty"`
}

// OK reports whether the provider conforms.
func (v Verdict) OK() bool { return v.Word == Conformant || v.Word == ConformantWithAdvice }

// Judge sorts the report and sets the verdict, the profiles and the result digest. Nothing else sets them. Every
// possible set of results has a verdict.
func (r *Report) Judge() {
	r.sort()
	r.Verdict = r.judge(func(Result) bool { return true })
	r.Profiles = r.judgeProfiles()
	r.ResultDigest = r.Digest()
}

func (r *Report) sort() {
	slices.Sort(r.Planned)
	slices.SortStableFunc(r.Results, func(a, b Result) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.NotApplicable, func(a, b NotApplicable) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.Violations, func(a, b Violation) int {
		return strings.Compare(a.Kind+"\x00"+a.Detail, b.Kind+"\x00"+b.Detail)
	})
	slices.SortStableFunc(r.Exchanges, func(a, b Exchange) int { return a.ID - b.ID })
	slices.Sort(r.Provider.Kinds)
}

// tally collects reasons by severity.
type tally struct {
	broken, bad, open, advice []string
	// skipped is set if a check was skipped. The single checks are not reasons, because there can be very many.
	skipped bool
}

func (r *Report) judge(in func(Result) bool) Verdict {
	var t tally
	counts := map[Status]int{}
	for _, s := range Statuses() {
		counts[s] = 0
	}
	status := map[string]Status{}
	decisive := 0
	for _, res := range r.Results {
		status[res.ID] = res.Status
	}
	for _, res := range r.Results {
		if !in(res) {
			continue
		}
		counts[res.Status]++
		if res.Level != Info {
			decisive++
		}
		t.weigh(res)
	}
	if decisive == 0 {
		t.broken = append(t.broken, "the plan contains no check")
	}
	t.broken = append(t.broken, r.unrecorded()...)
	for _, v := range r.Violations {
		t.bad = append(t.bad, v.Kind+": "+v.Detail)
	}
	t.proofs(r, in, status)
	if len(r.Run.Selectors) > 0 {
		t.open = append(t.open, "the plan was narrowed by selectors: "+strings.Join(r.Run.Selectors, " "))
	}
	if r.Run.Mode == ModeAttached {
		t.open = append(t.open, "attached: the suite did not start the process, so it does not know which executable was tested")
	}
	if t.skipped {
		// The number includes checks that have no effect on the verdict, so that it agrees with the counts.
		t.open = append(t.open, fmt.Sprintf("%d checks were skipped", counts[Skipped]))
	}
	if r.Run.Interrupted {
		t.open = append(t.open, "the run was interrupted")
	}

	v := Verdict{Counts: counts, Word: t.word()}
	v.Reasons = slices.Concat(t.broken, t.bad, t.open, t.advice)
	why := r.uncertifiable()
	v.Certifiable = v.OK() && len(why) == 0
	switch {
	case !v.OK():
	case r.Run.Mode == ModeCertified:
		v.Reasons = append(why, v.Reasons...)
	case r.Run.LimitsChanged:
		// Unlike the mode, this is not part of any other reason.
		v.Reasons = append([]string{r.limitsReason()}, v.Reasons...)
	}
	return v
}

// weigh adds the reasons that follow from a result.
func (t *tally) weigh(res Result) {
	words := fmt.Sprintf("%s: %s", res.ID, res.Status)
	if res.Status == XPass {
		words += " (listed as known failing)"
	}
	switch res.Effect() {
	case Fails:
		t.bad = append(t.bad, words)
	case Breaks:
		t.broken = append(t.broken, words)
	case LeavesOut:
		if res.Status == Skipped {
			t.skipped = true
			return
		}
		t.open = append(t.open, words)
	case Advises:
		t.advice = append(t.advice, words)
	case Without, Agrees:
	}
}

// proofs adds a reason for each capability that is not declared and not proven to be refused.
func (t *tally) proofs(r *Report, in func(Result) bool, status map[string]Status) {
	why := map[string]NotApplicable{}
	for _, n := range r.NotApplicable {
		why[n.ID] = n
	}
	for _, res := range r.Results {
		if res.Status != NA || res.Provisional || res.Level == Info || !in(res) {
			continue
		}
		n, ok := why[res.ID]
		switch {
		case !ok || n.Proof == "" && n.Reason == "":
			t.broken = append(t.broken, res.ID+": not applicable, but no reason is given")
		case n.Proof != "" && status[n.Proof] != Pass:
			s := status[n.Proof]
			if s == "" {
				s = "not in the plan"
			}
			t.open = append(t.open, fmt.Sprintf("%s: not applicable, but %s, which proves the refusal, is %s", res.ID, n.Proof, s))
		}
	}
}

func (t *tally) word() string {
	switch {
	case len(t.broken) > 0 && len(t.bad) == 0:
		return Broken
	case len(t.bad) > 0:
		return Nonconformant
	case len(t.open) > 0:
		return Incomplete
	case len(t.advice) > 0:
		return ConformantWithAdvice
	default:
		return Conformant
	}
}

// unrecorded returns the differences between the planned checks and the recorded results.
func (r *Report) unrecorded() []string {
	var out []string
	due := map[string]int{}
	for _, id := range r.Planned {
		due[id]++
	}
	for _, res := range r.Results {
		due[res.ID]--
	}
	for _, id := range slices.Sorted(maps.Keys(due)) {
		switch n := due[id]; {
		case n > 0:
			out = append(out, id+": planned, but no result was recorded")
		case n < 0:
			out = append(out, id+": recorded more often than planned")
		}
	}
	return out
}

func (r *Report) uncertifiable() []string {
	var out []string
	if r.Run.Mode != ModeCertified {
		out = append(out, "not run with --certify")
	}
	if r.Run.KnownFailingDigest != "" {
		out = append(out, "run with a list of known failures")
	}
	if r.Run.LimitsChanged {
		out = append(out, r.limitsReason())
	}
	if r.Provider.SHA256 == "" || r.Provider.SHA256 != r.Provider.SHA256After {
		out = append(out, "the executable was not the same before and after the run")
	}
	return out
}

// limitsReason returns the reason why a run with raised limits is not certifiable.
func (r *Report) limitsReason() string {
	return fmt.Sprintf("not certifiable: run with changed limits (start %s)", cmp.Or(r.Run.Limits["start"], "unknown"))
}

// Digest returns verify.ResultDigest of the report: of each id with its status and of the inputs, without times.
func (r *Report) Digest() string {
	statuses := make([]verify.Finding, 0, len(r.Results))
	for _, res := range r.Results {
		statuses = append(statuses, verify.Finding{ID: res.ID, Status: string(res.Status)})
	}
	return verify.ResultDigest(verify.Inputs{
		Provider: r.Provider.SHA256, Catalogue: r.Suite.CatalogueDigest, Dialect: r.Dialect.Digest, Seed: r.Run.Seed,
	}, statuses)
}
