// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// wired sends a protocol message over the wire and back, as gRPC does.
func wired[M proto.Message](t *testing.T, in M, out M) M {
	t.Helper()
	raw, err := proto.Marshal(in)
	require.NoError(t, err)
	require.NoError(t, proto.Unmarshal(raw, out))
	return out
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	tests := map[string]outcome.Outcome{
		"accepted": {DeliveryID: "d", Accepted: &outcome.Accepted{ProviderMessageID: "m", GroupID: "g", Aliases: []string{"a"}},
			IgnoredFields: []string{"context.message_id"}, Degraded: "as text", Attempts: 2},
		"unknown":          {DeliveryID: "d", Unknown: &outcome.Unknown{Cause: "reset"}, Attempts: 1},
		"unknown with ids": {DeliveryID: "d", Unknown: &outcome.Unknown{Cause: "reset", GroupID: "g", Aliases: []string{"a", "b"}}, Attempts: 1},
	}
	for _, reason := range outcome.Reasons() {
		tests["rejected "+string(reason)] = outcome.Outcome{DeliveryID: "d", Rejected: &outcome.Rejected{
			Reason: reason, Path: "text.body", Detail: "d", Retry: outcome.RetryLater, RetryAfter: 3 * time.Second, Scope: outcome.ScopeAccount,
			VendorCode: "131047", VendorMessage: "m", MetaCode: 131047,
		}}
	}
	for _, retry := range []outcome.Retry{outcome.RetryNever, outcome.RetrySafe} {
		for _, scope := range []outcome.Scope{outcome.ScopeMessage, outcome.ScopeRecipient, outcome.ScopeSender} {
			tests[string(retry)+" "+string(scope)] = outcome.Outcome{Rejected: &outcome.Rejected{Reason: outcome.ReasonForbidden, Retry: retry, Scope: scope}}
		}
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := OutcomeFromProto(wired(t, OutcomeToProto(want), &providerpb.Outcome{}))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What another implementation leaves out gets the careful reading.
func TestUnspecifiedIsReadCarefully(t *testing.T) {
	t.Parallel()
	require.NotNil(t, OutcomeFromProto(&providerpb.Outcome{DeliveryId: "d"}).Unknown)
	r := OutcomeFromProto(&providerpb.Outcome{Result: &providerpb.Outcome_Rejected{Rejected: &providerpb.Rejected{Reason: 99}}}).Rejected
	require.Equal(t, outcome.ReasonVendorRejected, r.Reason)
	require.Equal(t, outcome.RetryNever, r.Retry)
	require.Equal(t, outcome.ScopeMessage, r.Scope)
	require.True(t, DiagnosticsFromProto([]*providerpb.Diagnostic{{Summary: "s"}}).HasErrors())
	require.Equal(t, 1, CapabilitiesFromProto(&providerpb.Capabilities{}).MaxRecipients)
}

func TestOutcomesThatSayTheSameTravelOnce(t *testing.T) {
	t.Parallel()
	accepted := func(id, group string) outcome.Outcome {
		return outcome.Outcome{DeliveryID: id, Accepted: &outcome.Accepted{GroupID: group}, Attempts: 1}
	}
	rejected := outcome.Reject(outcome.ReasonOptedOut, "", "no")
	rejected.DeliveryID = "4"
	in := []outcome.Outcome{accepted("1", "g"), accepted("2", "g"), accepted("3", "other"), rejected, accepted("5", "g"), accepted("6", "g")}
	pbs := OutcomesToProto(in)
	require.Len(t, pbs, 4)
	var got []outcome.Outcome
	for _, pb := range pbs {
		EachOutcome(wired(t, pb, &providerpb.Outcome{}), func(o outcome.Outcome) { got = append(got, o) })
	}
	if diff := cmp.Diff(in, got); diff != "" {
		t.Error(diff)
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	want := capability.Capabilities{
		Kinds: []capability.Kind{{Kind: "template", HeaderKinds: []string{"image"}, ButtonKinds: []string{"url"},
			ParameterTypes: []string{"currency"}, NamedParameters: true, Components: []string{"carousel"}}, {Kind: "text"}},
		TemplateCategories: []string{"marketing"}, RecipientKinds: []message.RecipientKind{message.RecipientPhone, message.RecipientGroup},
		MediaSources: []capability.MediaSource{capability.MediaByLink, capability.MediaByID}, Scheduling: true, TextVariables: true, ReplyContext: true,
		Statuses: []outcome.Status{outcome.StatusRead}, InboundTypes: []string{"text"}, ReferenceLength: 32, IDScope: capability.IDPerRequest,
		Limits:         []message.Limit{{Kind: "text", Path: "text.body", Maximum: 3000, Unit: message.UnitUTF16, Source: "s"}},
		MaxConcurrency: 7, MaxRecipients: 1000, Webhooks: true,
	}
	got := CapabilitiesFromProto(wired(t, CapabilitiesToProto(want), &providerpb.Capabilities{}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	low, high := 0.0, 2.5
	want := schema.Schema{Attributes: []schema.Attribute{
		{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "d"},
		{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://x"), Role: schema.RoleEndpoint},
		{Name: "shape", Type: cty.String, Allowed: []string{"a", "b"}, Deprecated: "use other"},
		{Name: "hosts", Type: cty.List(cty.Object(map[string]cty.Type{"port": cty.Number}))},
		{Name: "number", Type: cty.String, Pattern: "[0-9]+", PatternHint: "digits", ConflictsWith: []string{"hosts"}},
		{Name: "share", Type: cty.Number, Minimum: &low, Maximum: &high},
	}, Blocks: []schema.NestedBlock{
		{Name: "proxy", Description: "d", Nesting: schema.NestingSingle, MinItems: 1, Deprecated: "use other"},
		{Name: "key", Nesting: schema.NestingList, MaxItems: 7, Schema: schema.Schema{
			Attributes: []schema.Attribute{{Name: "secret", Type: cty.String, Sensitive: true}}, Blocks: []schema.NestedBlock{{Name: "use", Nesting: schema.NestingList}},
		}},
	}, ExactlyOneOf: [][]string{{"shape", "proxy"}, {"hosts", "key"}}}
	pb, err := SchemaToProto(want)
	require.NoError(t, err)
	got, err := SchemaFromProto(wired(t, pb, &providerpb.Schema{}))
	require.NoError(t, err)
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b cty.Type) bool { return a.Equals(b) }), cmp.Comparer(func(a, b cty.Value) bool {
		return a == cty.NilVal && b == cty.NilVal || a != cty.NilVal && b != cty.NilVal && a.RawEquals(b)
	})); diff != "" {
		t.Error(diff)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	typ := cty.Object(map[string]cty.Type{"a": cty.String, "n": cty.Number, "l": cty.List(cty.String)})
	for name, v := range map[string]cty.Value{
		"full":           cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("\u00e4\U0001F600"), "n": cty.NumberIntVal(1 << 60), "l": cty.ListValEmpty(cty.String)}),
		"null and empty": cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal(""), "n": cty.NullVal(cty.Number), "l": cty.NullVal(cty.List(cty.String))}),
		"unknown":        cty.ObjectVal(map[string]cty.Value{"a": cty.UnknownVal(cty.String), "n": cty.Zero, "l": cty.UnknownVal(cty.List(cty.String))}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := ConfigToProto(v, typ)
			require.NoError(t, err)
			got, err := ConfigFromProto(raw, typ)
			require.NoError(t, err)
			require.True(t, v.RawEquals(got), "%#v", got)
		})
	}
	_, err := ConfigFromProto([]byte{0xff, 0x00}, typ)
	require.Error(t, err)
	none, err := ConfigFromProto(nil, typ)
	require.NoError(t, err)
	require.True(t, none.IsNull())
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	want := diag.Diagnostics{
		diag.AttributeError("token", "s", "d"), diag.AttributeWarning("old", "s", ""), diag.BlockError("b", "d"),
		{Severity: diag.Error, Summary: "deep", Path: cty.GetAttrPath("hosts").IndexInt(2).GetAttr("port")},
	}
	got := DiagnosticsFromProto(DiagnosticsToProto(want))
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i].String(), got[i].String())
		require.Equal(t, want[i].Severity, got[i].Severity)
	}
	require.Equal(t, "hosts[2].port: deep", got[3].String())
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000000, time.UTC)
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}
	correlation := provider.Correlation{ProviderMessageID: "p", WAMID: "w", Reference: "r", Recipient: to}
	want := provider.WebhookResponse{
		Authenticated: true, Reply: provider.WebhookReply{Status: 202, ContentType: "text/plain", Body: []byte("ok")}, Problem: "half understood",
		Events: []provider.Event{
			{ID: "1", Time: at, ChannelID: "p.c", Correlation: correlation, Raw: []byte("raw"), DeliveryStatus: &provider.DeliveryStatus{
				Status: outcome.StatusFailed, VendorStatus: "SMECL:FAILED", Error: &outcome.Rejected{Reason: outcome.ReasonOptedOut, Retry: outcome.RetryNever, Scope: outcome.ScopeRecipient}}},
			{ID: "2", Time: at, InboundMessage: &provider.InboundMessage{From: to, To: "1", ProfileName: "n", Type: "text", Message: []byte("{}"), ContextMessageID: "c"}},
			{ID: "3", Time: at, TemplateStatus: &provider.TemplateStatus{TemplateID: "1", TemplateName: "n", Language: "en", Category: "MARKETING", Status: "APPROVED", Reason: "r"}},
			{ID: "4", ChannelNotice: &provider.ChannelNotice{Kind: "k", Detail: "d"}},
		},
	}
	got := WebhookResponseFromProto(wired(t, WebhookResponseToProto(want), &providerpb.WebhookResponse{}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	want.Authenticated = false
	require.Empty(t, WebhookResponseFromProto(WebhookResponseToProto(want)).Events, "who is not proven to be the vendor tells nothing")

	request := provider.WebhookRequest{ChannelIDs: []string{"a"}, Method: "POST", URL: "https://x/y?z", Header: map[string][]string{"A": {"1", "2"}}, Body: []byte("b")}
	if diff := cmp.Diff(request, WebhookRequestFromProto(wired(t, WebhookRequestToProto(request), &providerpb.WebhookRequest{}))); diff != "" {
		t.Error(diff)
	}
}

// TestStatuses checks that every status of the SDK has its value in the protocol.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, status := range []outcome.Status{
		outcome.StatusAccepted, outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed,
	} {
		event := provider.Event{ID: "1", DeliveryStatus: &provider.DeliveryStatus{Status: status}}
		pb := WebhookResponseToProto(provider.WebhookResponse{Authenticated: true, Events: []provider.Event{event}})
		got := WebhookResponseFromProto(pb)
		require.Len(t, got.Events, 1)
		require.Equal(t, status, got.Events[0].DeliveryStatus.Status)
	}
}

// TestEventsThatCannotBeSent checks that one bad text or time of an event loses neither the event nor the one beside it, and
// that different events keep different ids.
func TestEventsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	status := &provider.DeliveryStatus{Status: outcome.StatusRead, VendorStatus: "gelesen \xe4"}
	phone := message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}
	response := provider.WebhookResponse{Authenticated: true, Problem: "half understood", Events: []provider.Event{
		{ID: "e-\xff", DeliveryStatus: status},
		{ID: "e-\xfe", DeliveryStatus: status},
		{ID: "e-\xff", DeliveryStatus: status},
		{ID: "good", DeliveryStatus: status, Correlation: provider.Correlation{
			ProviderMessageID: "p\xff", WAMID: "w\xff", Reference: "r", Recipient: message.Recipient{Kind: message.RecipientUser, Address: "u\xff"}}},
		{ID: "late", DeliveryStatus: status, Time: time.Unix(1767600000000, 0)},
		{ID: "in", InboundMessage: &provider.InboundMessage{From: phone, ProfileName: "J\xf6rg", ContextMessageID: "c\xff", Type: "text", Message: []byte("{}")}},
	}}
	pb := WebhookResponseToProto(response)
	RepairUTF8(pb.ProtoReflect())
	require.NoError(t, CheckWebhookResponse(pb))
	got := WebhookResponseFromProto(wired(t, pb, &providerpb.WebhookResponse{}))
	require.Len(t, got.Events, len(response.Events))
	assert.NotEqual(t, got.Events[0].ID, got.Events[1].ID)
	assert.Equal(t, got.Events[0].ID, got.Events[2].ID)
	assert.Equal(t, "gelesen \uFFFD", got.Events[0].DeliveryStatus.VendorStatus)
	assert.Equal(t, provider.Correlation{Reference: "r"}, got.Events[3].Correlation)
	assert.True(t, got.Events[4].Time.IsZero())
	assert.Equal(t, phone, got.Events[5].InboundMessage.From)
	assert.Equal(t, "J\uFFFDrg", got.Events[5].InboundMessage.ProfileName)
	assert.Empty(t, got.Events[5].InboundMessage.ContextMessageID)
	for _, part := range []string{"half understood; ", "the id of an event", "the wamid of an event", "the recipient of an event", "the time of an event"} {
		assert.Contains(t, got.Problem, part)
	}
	assert.Equal(t, "e-\xff", response.Events[0].ID, "the author's values are not changed")
}
