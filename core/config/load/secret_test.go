// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/sdk/diag"
)

const canary = "CANARY-7f3a"

// TestSecretsAreInNoOutput puts a secret wherever one can be and looks for it in everything that can be shown.
func TestSecretsAreInNoOutput(t *testing.T) {
	t.Parallel()
	const head = `
wahost {
  required_providers {
    tags = { source = "example/tags" }
    gone = { source = "example/gone" }
  }
}
variable "secret" {
  sensitive = true
}
`
	// "gone" is not installed, so nothing is known of what its arguments are for.
	installed := strings.Replace(head, "    gone = { source = \"example/gone\" }\n", "", 1)

	tests := map[string]struct {
		config string
		vars   string
		opts   Options
		valid  bool
	}{
		"variable-in-place":       {config: installed + `channel "tags" "x" { token = var.secret }`, valid: true},
		"literal":                 {config: installed + `channel "tags" "x" { token = "CANARY-7f3a" }`, valid: true},
		"literal-by-local":        {config: installed + "locals { a = \"CANARY-7f3a\" }\nchannel \"tags\" \"x\" { token = local.a }\nroute \"r\" { channels = local.a }", valid: false},
		"literal-in-function":     {config: installed + `channel "tags" "x" { token = jsondecode("CANARY-7f3a") }`},
		"literal-in-quoting-func": {config: installed + `channel "tags" "x" { token = parseint("CANARY-7f3a", 10) }`},
		"literal-heredoc":         {config: installed + "channel \"tags\" \"x\" {\n  token = <<EOT\nCANARY-7f3a\nEOT\n}\n", valid: true},
		"literal-interpolated":    {config: installed + `channel "tags" "x" { token = "CANARY-7f3a ${var.nothing}" }`},
		"default-of-variable":     {config: installed + "variable \"d\" {\n  sensitive = true\n  type = number\n  default = \"CANARY-7f3a\"\n}\n"},
		"default-on-shown-line":   {config: installed + "variable \"secret\" {\n  sensitive = true\n  default = \"CANARY-7f3a\"\n}\n"},
		"unknown-argument":        {config: installed + `channel "tags" "x" { tokn = "CANARY-7f3a" }`},
		"unknown-nested-block":    {config: installed + "channel \"tags\" \"x\" {\n  auth {\n    token = \"CANARY-7f3a\"\n  }\n}"},
		"reserved-argument":       {config: installed + `channel "tags" "x" { count = "CANARY-7f3a" }`},
		"duplicate-on-one-line":   {config: installed + "channel \"tags\" \"x\" { token = var.secret }\nchannel \"tags\" \"x\" { token = \"CANARY-7f3a\" }"},
		"not-installed-one-line":  {config: head + `channel "gone" "x" { token = "CANARY-7f3a" }`},
		"undeclared-provider":     {config: head + `channel "other" "x" { token = "CANARY-7f3a" }`},
		"syntax-error-same-line":  {config: installed + "channel \"tags\" \"x\" {\n  token = \"CANARY-7f3a\" oops\n}"},
		"syntax-error-unfinished": {config: installed + "channel \"tags\" \"x\" {\n  token = \"CANARY-7f3a\n}"},
		"syntax-error-heredoc":    {config: installed + "channel \"tags\" \"x\" {\n  token = <<EOT\nCANARY-7f3a\n"},
		"syntax-error-single":     {config: installed + "channel \"tags\" \"x\" {\n  token = 'CANARY-7f3a'\n}"},
		"syntax-error-bare":       {config: installed + "channel \"tags\" \"x\" {\n  token = $CANARY-7f3a\n}"},
		"syntax-error-directive":  {config: installed + "channel \"tags\" \"x\" {\n  token = \"a%{CANARY-7f3a\"\n}"},
		"syntax-error-directives": {config: installed + "channel \"tags\" \"x\" {\n  token = \"a%{ CANARY-7f3a }b\"\n}"},
		"syntax-error-template":   {config: installed + "channel \"tags\" \"x\" {\n  token = \"a${CANARY-7f3a\"\n}"},
		"unknown-name-template":   {config: installed + "channel \"tags\" \"x\" {\n  token = \"a${CANARY-7f3a}\"\n}"},
		"unquoted":                {config: installed + `channel "tags" "x" { token = CANARY-7f3a.CANARY-7f3a }`},
		"unquoted-words":          {config: installed + "channel \"tags\" \"x\" {\n  token = Basic CANARY-7f3a\n}"},
		"unquoted-unknown":        {config: installed + `channel "tags" "x" { tokn = CANARY-7f3a }`},
		"unquoted-values-file":    {config: installed + "variable \"n\" {}", vars: `n = CANARY-7f3a`},
		"wrong-type":              {config: installed + `channel "tags" "x" { tags = var.secret }`},
		"index-by-secret":         {config: installed + `channel "tags" "x" { tags = [{ a = 1 }[var.secret]] }`},
		"function-with-secret":    {config: installed + `channel "tags" "x" { tags = [format("%d", var.secret), tonumber(var.secret), jsondecode(var.secret), regex(var.secret, "x"), parseint(var.secret, 10)] }`},
		"for-over-secret":         {config: installed + `channel "tags" "x" { tags = { for k in [var.secret, var.secret] : k => 1 } }`},
		"secret-as-allowed-word":  {config: installed + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  channels = [channel.tags.x]\n  strategy = var.secret\n  match {\n    category = [var.secret]\n    country  = var.secret == \"x\" ? [\"DE\"] : [var.secret]\n  }\n}"},
		"secret-as-channel":       {config: installed + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  channels = [var.secret]\n}"},
		"secret-as-weight":        {config: installed + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  channels = [channel.tags.x]\n  strategy = \"weighted\"\n  weights = { (var.secret) = var.secret }\n}"},
		"secret-in-condition":     {config: installed + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  channels = [channel.tags.x]\n  when = tonumber(var.secret) > 1\n}"},
		"secret-in-error-message": {config: installed + "variable \"v\" {\n  default = 1\n  validation {\n    condition = false\n    error_message = \"It is ${var.secret}\"\n  }\n}"},
		"secret-through-local":    {config: installed + "locals { a = { b = [var.secret] } }\nchannel \"tags\" \"x\" { tags = local.a.b[7] }"},
		"each-value":              {config: installed + "channel \"tags\" \"x\" {\n  for_each = { a = { t = var.secret } }\n  token = each.value.t\n}", valid: true},
		"each-value-wrong-type":   {config: installed + "channel \"tags\" \"x\" {\n  for_each = { a = { t = var.secret } }\n  tags = [tonumber(each.value.t), each.value.t.x]\n}"},
		"each-value-in-route":     {config: installed + "channel \"tags\" \"x\" {}\nroute \"r\" {\n  for_each = { a = { t = var.secret } }\n  channels = [each.value.t]\n  strategy = each.value.t\n}"},
		"each-value-as-key":       {config: installed + "channel \"tags\" \"x\" {\n  for_each = toset([\"a\"])\n}\nroute \"r\" {\n  for_each = { a = { t = var.secret } }\n  channels = [channel.tags.x[each.value.t]]\n}"},
		"each-literal":            {config: installed + "channel \"tags\" \"x\" {\n  for_each = { a = { t = \"CANARY-7f3a\" } }\n  token = each.value.t\n}", valid: true},
		"each-literal-unknown":    {config: installed + "channel \"tags\" \"x\" { for_each = [{ t = \"CANARY-7f3a\" }] }"},
		"each-literal-for":        {config: installed + "channel \"tags\" \"x\" { for_each = [for k in [\"a\"] : { t = \"CANARY-7f3a\" }] }"},
		"each-literal-in-for":     {config: installed + "channel \"tags\" \"x\" {\n  for_each = { for k in [\"a\"] : k => \"CANARY-7f3a\" }\n  token = each.value\n  tags = each.value.x\n}"},
		"each-literal-in-local":   {config: installed + "locals { n = { a = { t = \"CANARY-7f3a\", x = nothing } } }\nchannel \"tags\" \"x\" {\n  for_each = local.n\n  token = each.value.t\n}"},
		"each-secret-keys":        {config: installed + "channel \"tags\" \"x\" { for_each = toset([var.secret]) }"},
		"each-secret-map":         {config: installed + "channel \"tags\" \"x\" { for_each = { (var.secret) = 1 } }"},
		"each-sometimes-secret":   {config: installed + "channel \"tags\" \"x\" {\n  for_each = { a = var.secret, b = 1 }\n  tags = [each.value == 1 ? \"CANARY-7f3a\" : each.value]\n  tagz = 1\n}"},
		"values-file-wrong-type":  {config: installed + "variable \"n\" {\n  type = number\n  sensitive = true\n}", vars: `n = "CANARY-7f3a"`},
		"values-file-undeclared":  {config: installed, vars: `m = "CANARY-7f3a"`},
		"values-file-syntax":      {config: installed, vars: `m = "CANARY-7f3a" "`},
		"values-file-block":       {config: installed, vars: "m {\n  a = \"CANARY-7f3a\"\n}"},
		"flag-without-name":       {config: installed, opts: Options{Vars: []string{canary}}},
		"flag-wrong-type":         {config: installed + "variable \"n\" {\n  type = list(number)\n  sensitive = true\n}", opts: Options{Vars: []string{"n=[" + canary}}},
		"flag-map-keys":           {config: installed + "variable \"n\" {\n  type = map(number)\n  sensitive = true\n}", opts: Options{Vars: []string{"n={ \"" + canary + "\" = true }"}}},
		"non-sensitive-used":      {config: installed + "variable \"open\" {\n  default = \"CANARY-7f3a\"\n}\nchannel \"tags\" \"x\" { token = var.open }", valid: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{"main.wahost.hcl": {Data: []byte(tt.config)}}
			if tt.vars != "" {
				fsys["wahost.auto.wahostvars.hcl"] = &fstest.MapFile{Data: []byte(tt.vars)}
			}
			f := OpenFS(fsys, ".")
			providers := newFake()
			// A careless provider repeats its whole configuration.
			providers.channel = func(_ string, v cty.Value) (diag.Diagnostics, error) {
				return diag.Diagnostics{diag.AttributeWarning("token", "Echo", fmt.Sprintf("%#v", v))}, nil
			}
			opts := tt.opts
			opts.Env = append(opts.Env, "WAHOST_VAR_secret="+canary)
			opts.Providers, opts.Validator = providers, providers
			r, diags := f.Load(context.Background(), opts)
			require.Equal(t, tt.valid, !diags.HasErrors(), "%v", diags)

			var out bytes.Buffer
			require.NoError(t, diagview.Write(&out, f.Files(), diags, diagview.Options{Color: true}))
			require.NoError(t, diagview.WriteJSON(&out, f.Files(), diags))
			fmt.Fprintf(&out, "%v %+v %s", diags, diags, diags)
			for _, d := range diags {
				fmt.Fprintf(&out, "%#v", *d)
			}
			if r != nil {
				fmt.Fprintf(&out, "%v %+v %#v", *r, *r, *r)
				fmt.Fprintf(&out, "%v %+v %#v", *r.Config, *r.Config, *r.Config)
				for _, ch := range r.Config.Channels {
					fmt.Fprintf(&out, "%v %+v %#v %s %d %q", ch, ch, ch.Value, ch.Value, ch.Value, ch.Value)
					encoded, err := json.Marshal(ch)
					require.NoError(t, err)
					out.Write(encoded)
				}
			}
			require.NotContains(t, out.String(), canary)
			require.NotContains(t, out.String(), "7f3a")
		})
	}
}

// The test above proves nothing if the canary never gets in.
func TestSecretsReachTheProvider(t *testing.T) {
	t.Parallel()
	providers := newFake()
	var got cty.Value
	providers.channel = func(_ string, v cty.Value) (diag.Diagnostics, error) {
		got = v
		return nil, nil
	}
	f := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte(
		"wahost {\n  required_providers {\n    tags = { source = \"example/tags\" }\n  }\n}\n" +
			"variable \"s\" {\n  sensitive = true\n}\nchannel \"tags\" \"x\" {\n  token = upper(\"x${var.s}\")\n}\n")}}, ".")
	r, diags := f.Load(context.Background(), Options{Vars: []string{"s=" + canary}, Providers: providers, Validator: providers})
	require.Empty(t, diags)
	require.False(t, got.ContainsMarked())
	require.Equal(t, "X"+strings.ToUpper(canary), got.GetAttr("token").AsString())
	require.Equal(t, got, config.Reveal[cty.Value](r.Config.Channels[0].Value))
}
