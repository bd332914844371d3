// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

// Word is a word with a fixed spelling and meaning. Every output spells it in this way.
type Word struct {
	Word    string
	Meaning string
}

var statusWords = []Word{
	{string(Pass), "as required"},
	{string(Fail), "not as required"},
	{string(Crash), "not as required: the process ended"},
	{string(Timeout), "not as required: no answer came in time"},
	{string(Flaky), "not as required: repeated, with mixed results"},
	{string(Error), "the suite or the environment failed, not the provider"},
	{string(Blocked), "not decided: the positive control failed, and a refusal proves nothing if good input is refused too"},
	{string(Skipped), "not run: deselected, or not possible here"},
	{string(NA), "not applicable: the capability is not declared, and the report names the proof of its refusal or says why there is nothing to refuse"},
	{string(XFail), "listed as known failing, and it failed"},
	{string(XPass), "listed as known failing, and it did not fail: the list is wrong"},
}

// StatusWords returns the statuses with their meanings, in the order in which outputs show their counts.
func StatusWords() []Word { return statusWords }

// LevelWords returns the levels with their meanings, the weightiest first.
func LevelWords() []Word {
	return []Word{
		{string(Core), "every provider must pass"},
		{string(Cap), "a provider that declares the capability must pass"},
		{string(Rec), "recommended: a failure is advice"},
		{string(Info), "reported only"},
	}
}

// VerdictWords returns the words of verdicts with their meanings, the best first.
func VerdictWords() []Word {
	return []Word{
		{Conformant, "everything that was declared works, and everything else is refused"},
		{ConformantWithAdvice, "as conformant, but a recommendation was not met"},
		{Incomplete, "nothing failed, but something was not decided: the run was narrowed, interrupted or attached, or a failure was waived"},
		{Nonconformant, "a check of the level core or cap did not pass, or a rule for the whole run was broken"},
		{Broken, "the suite or the environment failed, so there is no verdict about the provider"},
		{NotDeclared, "of a profile: the provider does not declare all of it"},
	}
}

// Meaning returns the meaning of a status, a level or a verdict, or "" if there is no such word.
func Meaning(word string) string {
	for _, words := range [][]Word{statusWords, LevelWords(), VerdictWords()} {
		for _, w := range words {
			if w.Word == word {
				return w.Meaning
			}
		}
	}
	return ""
}

// Statuses returns all statuses in the order in which outputs show their counts.
func Statuses() []Status {
	out := make([]Status, 0, len(statusWords))
	for _, w := range statusWords {
		out = append(out, Status(w.Word))
	}
	return out
}

// Levels returns all levels, the weightiest first.
func Levels() []Level { return []Level{Core, Cap, Rec, Info} }
