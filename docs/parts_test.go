// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/schema"
)

// table returns a table in Markdown.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(c, "|", `\|`)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	line(head)
	b.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// code returns text as code in Markdown.
func code(text string) string {
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// blocksOf describes blocks, the blocks in them, and their arguments.
func blocksOf(all []lang.BlockType) string {
	var b strings.Builder
	var visit func(blocks []lang.BlockType, around string, level int)
	visit = func(blocks []lang.BlockType, around string, level int) {
		for _, one := range blocks {
			b.WriteString(blockSection(one, around, level))
			visit(one.Blocks, one.Type, level+1)
		}
	}
	visit(all, "", 3)
	return b.String()
}

func blockSection(one lang.BlockType, around string, level int) string {
	var b strings.Builder
	header := []string{one.Type}
	for _, label := range one.Labels {
		header = append(header, strconv.Quote(strings.ToUpper(label)))
	}
	fmt.Fprintf(&b, "%s `%s`", strings.Repeat("#", level), strings.Join(header, " "))
	if around != "" {
		fmt.Fprintf(&b, " in `%s`", around)
	}
	fmt.Fprintf(&b, "\n\n%s", one.Doc)
	if !one.Many {
		b.WriteString(" There may be one.")
	}
	b.WriteString("\n\n")
	if one.Entries != "" {
		fmt.Fprintf(&b, "Arguments: %s.\n\n", one.Entries)
	}
	if len(one.Args) == 0 {
		return b.String()
	}
	what := "argument"
	if one.Entries != "" {
		what = "key"
	}
	var rows [][]string
	for _, a := range one.Args {
		without := a.Default
		if a.Required {
			without = "**required**"
		}
		doc := a.Doc
		if a.Allowed != nil {
			var words []string
			for _, w := range a.Allowed {
				words = append(words, code(strconv.Quote(w)))
			}
			doc += " Allowed: " + strings.Join(words, ", ") + "."
		}
		rows = append(rows, []string{code(a.Name), a.Type, without, doc})
	}
	b.WriteString(table([]string{what, "type", "if it is missing", "meaning"}, rows) + "\n")
	return b.String()
}

// reservedPart lists the names that no argument of a provider can have.
func reservedPart(*testing.T) string {
	var names []string
	for _, name := range slices.Sorted(slices.Values(schema.Reserved)) {
		names = append(names, code(name))
	}
	return strings.Join(names, ", ") + "\n"
}

// factsPart lists what a condition can refer to.
func factsPart(*testing.T) string {
	var rows [][]string
	for _, f := range lang.DescribeFacts() {
		rows = append(rows, []string{code(f.Name), f.Type, f.Description})
	}
	return table([]string{"fact", "type", ""}, rows)
}

// functionsPart lists the functions of expressions.
func functionsPart(t *testing.T) string {
	t.Helper()
	all, err := lang.DescribeFunctions()
	require.NoError(t, err)
	var rows [][]string
	for _, f := range all {
		rows = append(rows, []string{code(f.Signature), f.Description, code(f.Example) + " is " + code(strings.Join(strings.Fields(f.Result), " "))})
	}
	return table([]string{"function", "what it does", "example"}, rows)
}

// reasonsPart lists the reasons of a rejection.
func reasonsPart(t *testing.T) string {
	t.Helper()
	docs := map[string]string{}
	for _, d := range declarations(t, "sdk/outcome") {
		docs[d.name] = d.doc
	}
	var rows [][]string
	for _, r := range outcome.Reasons() {
		var name strings.Builder
		name.WriteString("Reason")
		for word := range strings.SplitSeq(string(r), "_") {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
		require.NotEmpty(t, docs[name.String()], r)
		rows = append(rows, []string{code(string(r)), docs[name.String()]})
	}
	return table([]string{"reason", "meaning"}, rows)
}

// exitCodesPart lists the exit codes, in the order of their declarations.
func exitCodesPart(t *testing.T) string {
	t.Helper()
	var rows [][]string
	for _, d := range declarations(t, "cmd/wahost/internal/cli") {
		if strings.HasPrefix(d.name, "Exit") {
			require.NotEmpty(t, d.doc, d.name)
			rows = append(rows, []string{evaluate(d.value).ExactString(), d.doc})
		}
	}
	return table([]string{"code", "meaning"}, rows)
}

// seconds returns a time as a reader expects it.
func seconds(d time.Duration) string {
	switch {
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d ms", d/time.Millisecond)
}

// sendingTimesPart lists the times and numbers of attempts, pauses and queues.
func sendingTimesPart(t *testing.T) string {
	t.Helper()
	o := dispatch.DefaultOptions
	number := func(dir, name string) string { return valueOf(t, dir, name).ExactString() }
	return table([]string{"what", "value", "name"}, [][]string{
		{"attempts for one message, over all channels", fmt.Sprintf("at most %d", o.MaxAttempts), "`MaxAttempts`"},
		{"pause before the second attempt on a channel", seconds(o.FirstBackoff) + ", doubled for each further attempt", "`FirstBackoff`"},
		{"longest such pause", seconds(o.MaxBackoff) + "; a random half of each pause is taken off", "`MaxBackoff`"},
		{
			"longest wait for a vendor that asked to retry later, or for an unhealthy channel",
			seconds(o.MaxWait) + "; then the rejection is the result", "`MaxWait`",
		},
		{"time for one call to a provider", seconds(o.SendTimeout) + "; then the outcome is unknown", "`SendTimeout`"},
		{"failures in a row that close a channel", strconv.Itoa(o.BreakerFailures), "`BreakerFailures`"},
		{"how long it stays closed", seconds(o.BreakerPause) + "; then one message at a time tries it", "`BreakerPause`"},
		{"messages that wait in the queue of a channel", "at most " + number("core/dispatch", "queueLimit"), "`queueLimit`"},
		{
			"requests of a channel at a time", "at most as many as `max_concurrency` and the provider allow; a provider that declares nothing allows " +
				number("sdk/capability", "DefaultMaxConcurrency"),
			"`capability.DefaultMaxConcurrency`",
		},
		{"at first", number("core/dispatch", "windowStart"), "`windowStart`"},
		{"when the vendor cannot take more", "at least " + number("core/dispatch", "windowLeast"), "`windowLeast`"},
		{"calls at a time, above which messages wait until they fill a request that takes several recipients", number("core/dispatch", "groupCalls"), "`groupCalls`"},
	})
}

// processTimesPart lists the times of provider processes.
func processTimesPart(t *testing.T) string {
	t.Helper()
	p := supervise.DefaultPolicy
	at := func(dir, name string) string { return seconds(durationOf(t, dir, name)) }
	return table([]string{"what", "value", "name"}, [][]string{
		{"time from the start of a provider to its first answer", at("core/launch", "DefaultStartTimeout"), "`launch.DefaultStartTimeout`"},
		{"time for a call that asks, validates or configures", at("core/supervise", "callTimeout"), "`callTimeout` in `core/supervise`"},
		{
			"pause before a crashed provider is started again",
			seconds(p.FirstBackoff) + ", doubled with each crash up to " + seconds(p.MaxBackoff) + ", and up to a fifth longer", "`supervise.DefaultPolicy`",
		},
		{
			"crashes in a row after which sends fail at once instead of waiting",
			fmt.Sprintf("%d; then one start is tried every %s", p.MaxCrashes, seconds(p.MaxBackoff)), "`MaxCrashes`",
		},
		{"run time after which earlier crashes are forgotten", seconds(p.HealthyAfter), "`HealthyAfter`"},
		{"time that an ending command gives providers to finish", at("core/host", "StopGrace"), "`StopGrace` in `core/host`"},
		{"time that a provider takes to finish after SIGTERM", at("sdk/serve", "terminateGrace"), "`terminateGrace` in `sdk/serve`"},
		{
			"time for one HTTP request of a provider",
			at("sdk/vendorhttp", "DefaultTimeout") + ", or the `timeout` argument of its provider block", "`vendorhttp.DefaultTimeout`",
		},
	})
}
