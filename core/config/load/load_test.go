// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func rendered(t *testing.T, f *Folder, diags hcl.Diagnostics) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, diagview.Write(&out, f.Files(), diags, diagview.Options{}))
	return out.String()
}

func loadHappy(t *testing.T) *Result {
	t.Helper()
	providers := newFake()
	r, f, diags := Load(context.Background(), "testdata/happy", Options{
		HostVersion: "1.4.2-rc1",
		Env:         []string{"WAHOST_VAR_innopaas_app_key=key-from-env", "WAHOST_VAR_burst=70", "WAHOST_VAR_innopaas_authorization=overridden", "PATH=/bin"},
		Vars:        []string{"burst=90"},
		Providers:   providers, Validator: providers,
	})
	require.Empty(t, rendered(t, f, diags))
	require.NotNil(t, r)
	return r
}

func words(w ...string) config.Set {
	out := config.Set{}
	for _, one := range w {
		out[one] = struct{}{}
	}
	return out
}

func TestLoad(t *testing.T) {
	t.Parallel()
	r := loadHappy(t)
	c := r.Config

	var ids []string
	for _, p := range c.Providers {
		ids = append(ids, p.ID)
	}
	require.Equal(t, []string{"innopaas", "innopaas.eu", "pushwoosh", "tags"}, ids)
	require.Equal(t, "~> 1.0", c.Required["innopaas"].Version)
	require.Equal(t, "wahost/innopaas", c.Required["innopaas"].Source)

	eu := config.Reveal[cty.Value](c.Providers[1].Value)
	require.Equal(t, cty.StringVal("eu-key-from-env"), eu.GetAttr("app_key"))
	require.Equal(t, cty.StringVal("authorization-from-file"), eu.GetAttr("authorization"))
	require.True(t, eu.GetAttr("timeout").IsNull(), "there is no default")
	require.Equal(t, cty.StringVal("https://api.pushwoosh.com"), config.Reveal[cty.Value](c.Providers[2].Value).GetAttr("endpoint"), "the host fills in the defaults")
	require.Equal(t, cty.StringVal("auth-from-file"), config.Reveal[cty.Value](c.Providers[2].Value).GetAttr("auth"))

	otp := addr.Channel{Provider: "innopaas", Name: "in_otp"}
	inno := addr.Channel{Provider: "innopaas", Name: "eu"}
	push := addr.Channel{Provider: "pushwoosh", Name: "eu"}
	got, ok := c.Channel(otp)
	require.True(t, ok)
	requireRate(t, 40, 90, got.RateLimit)
	require.Equal(t, "innopaas", got.ProviderID)
	require.Equal(t, "testdata/happy/main.wahost.hcl:61", got.DeclRange.String())
	got, _ = c.Channel(inno)
	require.Equal(t, "innopaas.eu", got.ProviderID)
	require.Equal(t, cty.StringVal("nested"), config.Reveal[cty.Value](got.Value).GetAttr("interactive_shape"))
	require.Nil(t, got.RateLimit)
	got, _ = c.Channel(push)
	requireRate(t, 2.5, 3, got.RateLimit)
	require.Equal(t, cty.StringVal("AAAAA-BBBBB"), config.Reveal[cty.Value](got.Value).GetAttr("application"))
	_, ok = c.Channel(addr.Channel{Provider: "tags", Name: "other"})
	require.False(t, ok)

	require.Empty(t, cmp.Diff([]template.Template{{
		Name: "order_shipped", Category: "utility", Parameters: []string{"customer", "order_no"},
		Bindings: []template.Binding{
			{Channels: []addr.Channel{otp, push}, Name: "order_shipped_v3", Languages: []string{"en", "hi", "de"}},
			{Channels: []addr.Channel{inno}, Name: "os", Languages: []string{"en_GB"}, Parameters: []string{"order_no", "customer"}},
		},
	}}, c.Templates))

	require.Empty(t, cmp.Diff([]config.Route{
		{
			Name: "otp", Match: config.Match{Categories: words("authentication"), Countries: words("IN", "ID")},
			Channels: []addr.Channel{otp, push}, Strategy: config.StrategyFailover,
			FallbackOn:    []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited, outcome.ReasonQuotaExceeded},
			Condition:     `message.type == "template" && substr(message.template.name, 0, 4) == "otp_"`,
			OnUndecidable: config.UndecidableError,
		},
		{
			Name: "shipping", Match: config.Match{Kinds: words("template"), Recipients: words("+4915112345678"), Templates: words("order_shipped")},
			Channels: []addr.Channel{inno, push}, Strategy: config.StrategyWeighted, Weights: []int{70, 30}, Sticky: true,
			FallbackOn: config.DefaultFallbackOn,
		},
		{Name: "rest", Channels: []addr.Channel{push}, Strategy: config.StrategyFailover, FallbackOn: []outcome.Reason{}},
	}, c.Routes, cmpopts.IgnoreFields(config.Route{}, "When", "DeclRange")))
	require.NotNil(t, c.Routes[0].When)
	require.Nil(t, c.Routes[1].When)
	require.True(t, c.StrictTemplates)
	require.Empty(t, r.CheckCapabilities(capabilitiesOf(c)))

	m := &message.Message{Type: "template", Template: &message.Template{
		Name: "order_shipped", Language: &message.Language{Code: "en_GB"},
		Components: []*message.Component{{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}, {Type: "text", Text: "7"}}}},
	}}
	resolved, err := c.TemplateSet().Resolve(m, inno)
	require.NoError(t, err)
	require.Equal(t, "os", resolved.GetTemplate().GetName())
	require.Equal(t, "7", resolved.GetTemplate().GetComponents()[0].GetParameters()[0].GetText())
}

func TestRequirementsNeedNoProviders(t *testing.T) {
	t.Parallel()
	got, diags := Open(Place{Dir: "testdata/happy"}).Requirements("1.0.0")
	require.Empty(t, diags)
	require.Len(t, got, 4)

	_, diags = Open(Place{Dir: "testdata/happy"}).Requirements("3.0.0")
	require.True(t, diags.HasErrors())
	_, diags = Open(Place{Dir: "testdata/missing"}).Requirements("1.0.0")
	require.ErrorContains(t, diags, "No such configuration folder")
}

func TestInterruptedLoadGivesNoConfiguration(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, diags := Open(Place{Dir: "../../../configs/weighted"}).Load(ctx, Options{Vars: []string{"innopaas_app_key=k", "innopaas_authorization=a", "pushwoosh_auth=p"}})
	require.Nil(t, r)
	require.ErrorContains(t, diags, "Interrupted")
}

func TestRuntimeDiagnosticsFindTheirPlace(t *testing.T) {
	t.Parallel()
	r := loadHappy(t)
	found := diag.Diagnostics{diag.AttributeError("authorization", "Refused", "The vendor refused authorization-from-file.")}
	diags := r.ProviderDiagnostics("innopaas.eu", found)
	require.Len(t, diags, 1)
	require.Equal(t, 53, diags[0].Subject.Start.Line)
	require.Equal(t, "The vendor refused (sensitive value).", diags[0].Detail)

	diags = r.ChannelDiagnostics(addr.Channel{Provider: "innopaas", Name: "in_otp"}, diag.Diagnostics{diag.BlockError("Closed", "")})
	require.Equal(t, 61, diags[0].Subject.Start.Line)
	require.ErrorContains(t, r.ProviderDiagnostics("nobody", found), "Unknown configuration")
}

func TestWithoutProvidersOnlyTheHostsPartIsChecked(t *testing.T) {
	t.Parallel()
	f := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte("wahost {\n  required_providers {\n    a = { source = \"x/a\" }\n  }\n}\nchannel \"a\" \"b\" {\n  anything = 1\n}\nroute \"r\" {\n  channels = [channel.a.c]\n}\n")}}, ".")
	_, diags := f.Load(context.Background(), Options{})
	require.Len(t, diags, 1)
	require.Equal(t, "Unknown channel", diags[0].Summary)

	r, f, diags := Load(context.Background(), "testdata/happy", Options{
		Vars: []string{"innopaas_app_key=k", "innopaas_authorization=a", "pushwoosh={ auth = \"p\" }"},
	})
	require.Empty(t, rendered(t, f, diags))
	c := r.Config
	require.Len(t, c.Channels, 4)
	require.Equal(t, cty.NilVal, config.Reveal[cty.Value](c.Channels[0].Value))
	require.Equal(t, "(configuration)", c.Channels[0].Value.String())
	require.Len(t, c.Routes, 3)
}

// A configuration of 1,000 channels and 100 routes is more than anybody has.
func BenchmarkLoad(b *testing.B) {
	var src strings.Builder
	src.WriteString("wahost {\n  required_providers {\n    tags = { source = \"example/tags\" }\n  }\n}\nlocals {\n")
	for i := range 200 {
		fmt.Fprintf(&src, "  l%d = upper(\"x\")\n", i)
	}
	src.WriteString("}\n")
	for i := range 1000 {
		fmt.Fprintf(&src, "channel \"tags\" \"c%d\" {\n  tags = [\"a\", local.l%d]\n}\n", i, i%200)
	}
	for i := range 100 {
		fmt.Fprintf(&src, "route \"r%d\" {\n  match {\n    recipient = [\"+4915112345%03d\"]\n  }\n  channels = [channel.tags.c%d]\n}\n", i, i, i)
	}
	fsys := fstest.MapFS{"main.wahost.hcl": {Data: []byte(src.String())}}
	providers := newFake()
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := OpenFS(fsys, ".").Load(context.Background(), Options{Providers: providers, Validator: providers}); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}

func requireRate(t *testing.T, perSecond float64, burst int, got *config.RateLimit) {
	t.Helper()
	require.NotNil(t, got)
	require.InDelta(t, perSecond, got.PerSecond, 0)
	require.Equal(t, burst, got.Burst)
	require.Contains(t, got.DeclRange.String(), "main.wahost.hcl:")
}

func TestForEach(t *testing.T) {
	t.Parallel()
	providers := newFake()
	asked := map[string]bool{}
	providers.channel = func(_ string, v cty.Value) (diag.Diagnostics, error) {
		if v.Type().HasAttribute("send_number") {
			asked[v.GetAttr("send_number").AsString()] = true
		}
		return nil, nil
	}
	f := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte(`
wahost {
  required_providers {
    innopaas = { source = "wahost/innopaas" }
  }
}
provider "innopaas" {
  app_key       = "k"
  authorization = "a"
}
locals {
  numbers = { en = { number = "+1", rate = 10 }, de = { number = "+2", rate = 20 } }
  all     = values(channel.innopaas.numbers)
}
channel "innopaas" "numbers" {
  for_each    = local.numbers
  waba_id     = "w-${each.key}"
  send_number = each.value.number
  rate_limit {
    per_second = each.value.rate
  }
}
channel "innopaas" "none" {
  for_each    = toset([])
  waba_id     = each.value
  send_number = each.value
}
channel "innopaas" "one" {
  waba_id     = "one"
  send_number = "+3"

  max_concurrency = 2 * 50
}
route "numbers" {
  for_each = local.numbers
  channels = [channel.innopaas.numbers[each.key], channel.innopaas.one]
  match {
    country = [each.key == "de" ? "DE" : "GB"]
  }
  when     = message.text.body == each.value.number
  strategy = "weighted"
  weights = {
    channel.innopaas.numbers[each.key] = each.value.rate
    channel.innopaas.one               = 1
  }
}
route "nothing" {
  for_each = {}
  channels = [channel.innopaas.one]
}
route "all" {
  channels = concat(local.all, values(channel.innopaas.none), [for c in channel.innopaas.none : c])
}
`)}}, ".")
	r, diags := f.Load(t.Context(), Options{Providers: providers, Validator: providers})
	require.False(t, diags.HasErrors(), rendered(t, f, diags))
	de, en := addr.Channel{Provider: "innopaas", Name: "numbers", Key: "de"}, addr.Channel{Provider: "innopaas", Name: "numbers", Key: "en"}
	one := addr.Channel{Provider: "innopaas", Name: "one"}
	var channels []addr.Channel
	for _, ch := range r.Config.Channels {
		channels = append(channels, ch.Addr)
	}
	require.Equal(t, []addr.Channel{de, en, one}, channels)
	require.Equal(t, map[string]bool{"+1": true, "+2": true, "+3": true}, asked, "the provider validates each instance")
	bounded, ok := r.Config.Channel(one)
	require.True(t, ok)
	require.Equal(t, 100, bounded.MaxConcurrency)
	got, ok := r.Config.Channel(de)
	require.True(t, ok)
	requireRate(t, 20, 20, &config.RateLimit{PerSecond: got.RateLimit.PerSecond, Burst: got.RateLimit.Burst, DeclRange: config.Range{File: "main.wahost.hcl"}})
	require.Equal(t, "w-de", config.Reveal[cty.Value](got.Value).GetAttr("waba_id").AsString())

	var names []string
	for _, route := range r.Config.Routes {
		names = append(names, route.Name)
	}
	require.Equal(t, []string{`numbers["de"]`, `numbers["en"]`, "all"}, names)
	require.Equal(t, []addr.Channel{de, one}, r.Config.Routes[0].Channels)
	require.Equal(t, []int{20, 1}, r.Config.Routes[0].Weights)
	require.Equal(t, words("GB"), r.Config.Routes[1].Match.Countries)
	require.Equal(t, []addr.Channel{de, en}, r.Config.Routes[2].Channels)
	require.Empty(t, r.CheckCapabilities(capabilitiesOf(r.Config)))

	found := r.ChannelDiagnostics(en, diag.Diagnostics{diag.AttributeError("send_number", "Refused", "Not ours.")})
	require.Equal(t, `Not ours. This is about channel.innopaas.numbers["en"].`, found[0].Detail)
	require.Equal(t, 18, found[0].Subject.Start.Line)
}
