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
	require.Equal(t, "testdata/happy/main.wahost.hcl:60", got.DeclRange.String())
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
			FallbackOn: []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited, outcome.ReasonQuotaExceeded},
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
	require.Equal(t, 52, diags[0].Subject.Start.Line)
	require.Equal(t, "The vendor refused (sensitive value).", diags[0].Detail)

	diags = r.ChannelDiagnostics(addr.Channel{Provider: "innopaas", Name: "in_otp"}, diag.Diagnostics{diag.BlockError("Closed", "")})
	require.Equal(t, 60, diags[0].Subject.Start.Line)
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
