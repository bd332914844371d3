// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestComputationIsBounded evaluates short configurations that would compute for hours, or need more memory than there is.
func TestComputationIsBounded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("computes for long, without goroutines that the race detector could look at")
	}
	local := func(expr string) string { return "locals {\n  a = " + expr + "\n}\n" }
	chain := func(first, next string, n int) string {
		var b strings.Builder
		b.WriteString("locals {\n  v0 = " + first + "\n")
		for i := range n {
			fmt.Fprintf(&b, "  v%d = %s\n", i+1, strings.ReplaceAll(next, "PREV", fmt.Sprintf("local.v%d", i)))
		}
		return b.String() + "}\n"
	}
	nested := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	const digits = `split("", "0123456789")`
	const big = `join("", [for a in split("", "0123456789") : join("", [for b in split("", "0123456789") : format("%9999s", "x")])])` // 1 MB
	const some = `join("", [for b in split("", "0123456789") : format("%9999s", "x")])`                                               // 100 KB
	loops := nested("[for x in ["+strings.Repeat("1,", 10)+"] : ", "1", "]", 12)
	route := func(when string) string {
		return tagsHead + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  channels = [channel.tags.x]\n  when = " + when + "\n}\n"
	}
	const (
		number  = "between 1e-1200 and 1e1200"
		large   = "at most 4 MiB"
		tooMuch = "Too much to compute"
	)
	tests := map[string]struct {
		config, vars string
		options      Options
		want         string // part of the error, or empty if there is no error
	}{
		"a product":                  {config: local(`"1e333333339" * 1`), want: number},
		"a product in a text":        {config: local(`"${"1e333333339" * 1}"`), want: number},
		"a sum":                      {config: local(`"x${1 + "-1e333333339"}"`), want: number},
		"a small number":             {config: local(`"${"1e-333333339" / 1}"`), want: number},
		"a remainder":                {config: local(`"1e333333339" % 7`), want: number},
		"a negative number":          {config: local(`"${-"1e333333339"}"`), want: number},
		"many products":              {config: local(`"${` + strings.Repeat("1e900 * ", 500) + `1}"`), want: number},
		"a comparison":               {config: local(`"1e333333339" > 1`)},
		"equality":                   {config: local(`"1e333333339" == 1`)},
		"an index":                   {config: local(`[1, 2]["1e333333339"]`), want: "Invalid index"},
		"a key":                      {config: local(`{ ("1e333333339" * 1) = 1 }`), want: number},
		"an argument":                {config: local(`abs("1e333333339")`), want: number},
		"an argument within a list":  {config: local(`max(["1e333333339", 1]...)`), want: number},
		"an argument of format":      {config: local(`format("%d", "1e333333339")`), want: number},
		"an argument of formatlist":  {config: local(`formatlist("%d", ["1e333333339"])`), want: number},
		"a conversion of a list":     {config: local(`tolist([1, tonumber("1e333333339")])`), want: number},
		"JSON":                       {config: local(`jsondecode("[1e333333339]")`), want: number},
		"digits":                     {config: local(`parseint(` + big + `, 10)`), want: "too many digits"},
		"a condition":                {config: route(`message.text.body * "1e333333339" == 1`), want: number},
		"an argument of a provider":  {config: tagsHead + "channel \"tags\" \"x\" {\n  tags = [\"${\"1e333333339\" * 1}\"]\n}\n", want: number},
		"a flag":                     {config: "variable \"v\" {\n  type = list(string)\n}\n", options: Options{Vars: []string{`v=["${"1e333333339" * 1}"]`}}, want: "does not fit"},
		"a flag that is a number":    {config: "variable \"v\" {\n  type = number\n}\n", options: Options{Vars: []string{`v=1e333333339`}}, want: number},
		"the environment":            {config: "variable \"v\" {\n  type = list(number)\n}\n", options: Options{Env: []string{`WAHOST_VAR_v=["1e333333339"]`}}, want: number},
		"a variables file":           {config: "variable \"v\" {}\n", vars: "v = \"${\"1e333333339\" * 1}\"\n", want: "must be a constant"},
		"a default":                  {config: "variable \"v\" {\n  default = \"${\"1e333333339\" * 1}\"\n}\n", want: number},
		"a text that doubles":        {config: chain(`"xxxxxxxxxxxxxxxx"`, `"${PREV}${PREV}"`, 60), want: large},
		"a list that doubles":        {config: chain(`["x", "x"]`, `[PREV, PREV]`, 60), want: large},
		"an object that doubles":     {config: chain(`{ a = 1 }`, `{ a = PREV, b = PREV }`, 60), want: large},
		"a list that doubles twice":  {config: chain(`["x", "x"]`, `concat(PREV, PREV)`, 60), want: large},
		"escaped JSON":               {config: chain(`"\""`, `jsonencode(PREV)`, 60), want: large},
		"loops":                      {config: local(loops), want: tooMuch},
		"loops in a default":         {config: "variable \"v\" {\n  default = " + loops + "\n}\n", want: "A for expression is not allowed here"},
		"loops in a file":            {config: "variable \"v\" {}\n", vars: "v = " + loops + "\n", want: "must be a constant"},
		"loops in a flag":            {config: "variable \"v\" {\n  type = any\n}\nvariable \"w\" {\n  type = list(any)\n}\n", options: Options{Vars: []string{"v=1", "w=" + loops}}, want: "does not fit"},
		"loops in a requirement":     {config: "wahost {\n  required_providers {\n    a = { (" + loops + ") = 1, source = \"x/a\" }\n  }\n}\n", want: "Unsupported argument"},
		"loops in a condition":       {config: route(loops + ` == 1`), want: tooMuch},
		"loops in a text":            {config: local(`"` + nested("%{for x in "+`split("", "0123456789")`+"}", "x", "%{endfor}", 12) + `"`), want: tooMuch},
		"loops over keys":            {config: local("{ for a in " + digits + " : a => " + nested("[for x in "+digits+" : ", "1", "]", 10) + " }"), want: tooMuch},
		"conditions of loops":        {config: local("[for a in " + digits + " : a if length(" + nested("[for x in "+digits+" : ", "1", "]", 10) + ") > 0]"), want: tooMuch},
		"nested try":                 {config: local(nested("try(", "1", ", 2)", 60)), want: tooMuch},
		"nested can":                 {config: local(nested("can(", "1", ")", 60))},
		"a wide format":              {config: local(`format("%1000000000d", 1)`), want: large},
		"a precise format":           {config: local(`format("%.1000000000f", 1)`), want: large},
		"formats in a list":          {config: local(`formatlist("%9999s%9999s", split("", ` + big + `))`), want: large},
		"an indent":                  {config: local(`indent(1000000000, "a\nb")`), want: large},
		"indents":                    {config: local(`indent(100000, replace(` + big + `, "x", "\n"))`), want: large},
		"a join":                     {config: local(`join(` + big + `, split("", "0123456789"))`), want: large},
		"a replacement":              {config: local(`replace(` + big + `, " ", ` + big + `)`), want: large},
		"a replacement of nothing":   {config: local(`replace(` + big + `, "", ` + big + `)`), want: large},
		"a trim":                     {config: local(`trim(` + big + `, ` + big + `)`), want: large},
		"distinct":                   {config: local(`distinct([for x in split("", format("%9999s", "x")) : {x = x}])`), want: large},
		"distinct numbers":           {config: local(`distinct(["+491", "+492", "+491"])`)},
		"an expression":              {config: local(`regex(` + big + `, "x")`), want: "too long"},
		"an expression that repeats": {config: local(`regex("((((x{1,99}){1,99}){1,99}){1,99})", "x")`), want: "invalid repeat count"},
		"a list of many":             {config: local(`length(tolist([for x in split("", ` + some + `) : x == " "]))`), want: ""},
		"a list of many objects":     {config: local(`length(tolist([for x in split("", ` + some + `) : { x = x }]))`), want: tooMuch},
		"a choice of many":           {config: local(`length(true ? [for x in split("", format("%9999s", "")) : x] : [])`), want: ""},
		"deep JSON":                  {config: local(`jsondecode(replace(format("%9000s", ""), " ", "["))`), want: "Error in function call"},
		"one value many times": {
			config: "locals {\n  big = [for x in " + digits + " : [for y in " + digits + " : [for z in " + digits + " : z]]]\n  all = [" +
				strings.Repeat("local.big, ", 50_000) + "]\n}\n", want: large,
		},
		"one value in many functions": {
			config: "locals {\n  big = [for x in " + digits + " : [for y in " + digits + " : [for z in " + digits + " : z]]]\n  all = [" +
				strings.Repeat("flatten(local.big)[0], ", 30_000) + "]\n}\n", want: tooMuch,
		},
		"one value in many texts": {
			config: "locals {\n  big = " + big + "\n  all = length(" + strings.Repeat("[\"${local.big}x\", ", 150) + strings.Repeat("]", 150) + ")\n}\n", want: tooMuch,
		},
		"splats": {
			config: "locals {\n  big = [for x in " + digits + " : [for y in " + digits + " : [for z in " + digits + " : { a = z }]]]\n  all = [" +
				strings.Repeat("local.big[*][*][*], ", 30_000) + "]\n}\n", want: tooMuch,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{"main.wahost.hcl": {Data: []byte(tt.config)}}
			if tt.vars != "" {
				fsys["wahost.auto.wahostvars.hcl"] = &fstest.MapFile{Data: []byte(tt.vars)}
			}
			providers := newFake()
			tt.options.Providers, tt.options.Validator = providers, providers
			begun := time.Now()
			f := OpenFS(fsys, ".")
			r, diags := f.Load(t.Context(), tt.options)
			t.Logf("%v", time.Since(begun))
			if tt.want == "" {
				require.NotNil(t, r, "%v", diags)
				return
			}
			require.Nil(t, r)
			require.Contains(t, strings.Join(strings.Fields(rendered(t, f, diags)), " "), tt.want)
			require.LessOrEqual(t, len(diags), 12)
		})
	}
}
