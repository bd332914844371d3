// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

// Effect is what a result does to the verdict. Lower ones are worse.
type Effect int

// The effects.
const (
	Fails     Effect = iota // the provider does not conform
	Breaks                  // there is no verdict
	LeavesOut               // the verdict is incomplete
	Advises                 // a recommendation was not met
	Without                 // a deviation without an effect: of a provisional check, or of the level info
	Agrees                  // pass or na
)

// String returns the effect in words.
func (e Effect) String() string {
	return [...]string{"nonconformant", "error", "incomplete", "advice", "without effect", "as required"}[e]
}

// Effect returns what the result does to the verdict.
func (res Result) Effect() Effect {
	switch {
	case res.Status == Pass || res.Status == NA:
		return Agrees
	case res.Provisional || res.Level == Info:
		return Without
	case res.Status == XPass:
		return Fails
	case res.Status == Skipped:
		return LeavesOut
	case res.Level == Rec:
		return Advises
	}
	switch res.Status {
	case Fail, Crash, Timeout, Flaky:
		return Fails
	case Blocked, XFail:
		return LeavesOut
	default: // Error, or a word that is not a status
		return Breaks
	}
}

// Deviates reports whether the result is shown among those that did not pass. Skipped checks are not, because there can
// be very many.
func (res Result) Deviates() bool {
	return res.Status != Pass && res.Status != NA && res.Status != Skipped
}

// With returns how many results have an effect.
func (r *Report) With(e Effect) int {
	n := 0
	for _, res := range r.Results {
		if res.Effect() == e {
			n++
		}
	}
	return n
}

// Advice returns the results of recommendations that were not met.
func (r *Report) Advice() []Result {
	var out []Result
	for _, res := range r.Results {
		if res.Effect() == Advises {
			out = append(out, res)
		}
	}
	return out
}
