// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// able is a provider whose channel has every optional power, and options.
type able struct {
	*fake
	account *fakeAccount
}

func (a able) Schema() provider.Schema {
	s := a.fake.Schema()
	s.Options = schema.Schema{Attributes: []schema.Attribute{
		{Name: "priority", Type: cty.String, Default: cty.StringVal("normal"), Allowed: []string{"normal", "high"}},
		{Name: "pieces", Type: cty.Number},
	}}
	return s
}

func (a able) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	made, diags := a.fake.Configure(ctx, req)
	a.account, _ = made.(*fakeAccount)
	return a, diags
}

func (a able) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return ableChannel{&fakeChannel{a.account, req.ID}}, nil
}

type ableChannel struct{ *fakeChannel }

func (ableChannel) Signals() []capability.Signal { return []capability.Signal{capability.SignalRead} }

func (ableChannel) SendSignal(_ context.Context, req provider.SignalRequest) outcome.Outcome {
	if req.To.Address == "+15550109999" {
		panic("signal")
	}
	return outcome.Accept("signal:" + req.Signal.GetMessageId() + req.To.Address)
}

func (ableChannel) FindMessage(_ context.Context, req provider.FindRequest) provider.FindResult {
	switch req.DeliveryID {
	case "found":
		return provider.FindResult{Event: &provider.Event{
			ID: "e1", Time: req.SentAt, Correlation: provider.Correlation{ProviderMessageID: req.ProviderMessageID},
			DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusSent},
		}}
	case "absent":
		return provider.FindResult{NotFound: true}
	case "both":
		return provider.FindResult{NotFound: true, Event: &provider.Event{DeliveryStatus: &provider.DeliveryStatus{}}}
	case "nothing":
		return provider.FindResult{}
	}
	panic("find")
}

func (ableChannel) UploadMedia(_ context.Context, m provider.Media) (provider.UploadedMedia, *outcome.Rejected) {
	if m.MIMEType == "image/gif" {
		return provider.UploadedMedia{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "no GIFs").Rejected
	}
	content, err := io.ReadAll(m.Content)
	if err != nil {
		return provider.UploadedMedia{}, outcome.Reject(outcome.ReasonVendorUnavailable, "", "%v", err).Rejected
	}
	return provider.UploadedMedia{ID: m.Filename + ":" + string(content[:1]) + string(content[len(content)-1:]), Expires: time.Unix(1<<31, 0)}, nil
}

func (ableChannel) FetchMedia(_ context.Context, media string) (provider.Media, *outcome.Rejected) {
	if media == "gone" {
		return provider.Media{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "expired").Rejected
	}
	return provider.Media{MIMEType: "image/jpeg", Size: 600_000, Content: io.NopCloser(strings.NewReader(strings.Repeat("m", 600_000)))}, nil
}

func (ableChannel) ListTemplates(_ context.Context, page string) (provider.TemplatePage, *outcome.Rejected) {
	switch page {
	case "":
		return provider.TemplatePage{Templates: []provider.TemplateInfo{{Name: "hello", Language: "en", Components: []byte(`[]`)}}, Next: "2"}, nil
	case "2":
		return provider.TemplatePage{Templates: []provider.TemplateInfo{{Name: "bad", Components: []byte(`{`)}}}, nil
	case "4":
		return provider.TemplatePage{Next: "\xff"}, nil
	}
	return provider.TemplatePage{}, outcome.Reject(outcome.ReasonForbidden, "", "not yours").Rejected
}

func openAble(t *testing.T, f *fake) *client.Client {
	t.Helper()
	c, _ := serve(t, able{fake: f})
	caps := open(t, c)
	require.Equal(t, []capability.Signal{capability.SignalRead}, caps.Signals)
	require.True(t, caps.Lookup && caps.MediaUpload && caps.MediaFetch && caps.TemplateList)
	return c
}

func TestSignals(t *testing.T) {
	t.Parallel()
	c := openAble(t, &fake{})
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}
	for name, test := range map[string]struct {
		signal *message.Signal
		to     message.Recipient
		path   string
		word   string
	}{
		"read":   {&message.Signal{Status: "read", MessageId: "wamid.1"}, to, "", "accepted"},
		"typing": {&message.Signal{Status: "read", MessageId: "wamid.1", TypingIndicator: &message.TypingIndicator{Type: "text"}}, to, "typing_indicator", "rejected"},
		"no id":  {&message.Signal{Status: "read"}, to, "message_id", "rejected"},
		"panic":  {&message.Signal{Status: "read", MessageId: "w"}, message.Recipient{Kind: message.RecipientPhone, Address: "+15550109999"}, "", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := c.SendSignal(t.Context(), "fake.main", test.signal, test.to)
			require.NoError(t, err)
			require.Equal(t, test.word, o.Word())
			if o.Rejected != nil {
				require.Equal(t, test.path, o.Rejected.Path)
			}
		})
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	c := openAble(t, &fake{})
	find := func(id string) provider.FindResult {
		r, err := c.LookupMessage(t.Context(), "fake.main", provider.FindRequest{DeliveryID: id, ProviderMessageID: "v1", SentAt: time.Unix(5, 0)})
		require.NoError(t, err)
		return r
	}
	found := find("found")
	require.Equal(t, outcome.StatusSent, found.Event.DeliveryStatus.Status)
	require.Equal(t, "v1", found.Event.Correlation.ProviderMessageID)
	require.Equal(t, int64(5), found.Event.Time.Unix())
	require.True(t, find("absent").NotFound)
	for _, id := range []string{"both", "nothing", "panic"} {
		r := find(id)
		require.Nil(t, r.Event, id)
		require.False(t, r.NotFound, id)
		require.NotEmpty(t, r.Cause, id)
	}
}

func TestMediaAndTemplates(t *testing.T) {
	t.Parallel()
	c := openAble(t, &fake{})
	content := append(append([]byte("a"), bytes.Repeat([]byte("."), 1<<20)...), 'z')
	up, rejected, err := c.UploadMedia(t.Context(), "fake.main", provider.Media{MIMEType: "image/png", Filename: "f", Content: io.NopCloser(bytes.NewReader(content))})
	require.NoError(t, err)
	require.Nil(t, rejected)
	require.Equal(t, "f:az", up.ID)
	_, rejected, err = c.UploadMedia(t.Context(), "fake.main", provider.Media{MIMEType: "image/gif", Content: io.NopCloser(bytes.NewReader(content))})
	require.NoError(t, err)
	require.Equal(t, "no GIFs", rejected.Detail)

	var header provider.Media
	size := 0
	fetch := func(media string) (*outcome.Rejected, error) {
		return c.FetchMedia(t.Context(), "fake.main", media, func(m provider.Media) error { header = m; return nil }, func(b []byte) error { size += len(b); return nil })
	}
	rejected, err = fetch("m1")
	require.NoError(t, err)
	require.Nil(t, rejected)
	require.Equal(t, "image/jpeg", header.MIMEType)
	require.Equal(t, 600_000, size)
	rejected, err = fetch("gone")
	require.NoError(t, err)
	require.Equal(t, "expired", rejected.Detail)

	page, rejected, err := c.ListTemplates(t.Context(), "fake.main", "")
	require.NoError(t, err)
	require.Nil(t, rejected)
	require.Equal(t, "2", page.Next)
	require.Equal(t, "hello", page.Templates[0].Name)
	_, _, err = c.ListTemplates(t.Context(), "fake.main", "2")
	var unusable *client.UnusableError
	require.ErrorAs(t, err, &unusable)
	_, rejected, err = c.ListTemplates(t.Context(), "fake.main", "3")
	require.NoError(t, err)
	require.Equal(t, "not yours", rejected.Detail)
}

// An id that is repaired would be another id.
func TestIDsThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	c := openAble(t, &fake{})
	_, _, err := c.UploadMedia(t.Context(), "fake.main", provider.Media{Content: io.NopCloser(strings.NewReader("\xff"))})
	require.Equal(t, codes.Internal, status.Code(err))
	require.ErrorContains(t, err, "the id of media")
	_, _, err = c.ListTemplates(t.Context(), "fake.main", "4")
	require.Equal(t, codes.Internal, status.Code(err))
	require.ErrorContains(t, err, "the name of the next page")
}

func TestPowersThatAChannelLacks(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	open(t, c)
	_, err := c.SendSignal(t.Context(), "fake.main", &message.Signal{Status: "read", MessageId: "w"}, message.Recipient{})
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = c.LookupMessage(t.Context(), "fake.main", provider.FindRequest{})
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, _, err = c.ListTemplates(t.Context(), "fake.main", "")
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, _, err = c.UploadMedia(t.Context(), "fake.main", provider.Media{Content: io.NopCloser(strings.NewReader("x"))})
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = c.FetchMedia(t.Context(), "fake.main", "m", nil, nil)
	require.Equal(t, codes.Unimplemented, status.Code(err))
	_, err = c.SendSignal(t.Context(), "fake.other", nil, message.Recipient{})
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
}

func TestOptions(t *testing.T) {
	t.Parallel()
	var got []string
	c := openAble(t, &fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
		pieces := "none"
		if v := req.Options.Value.GetAttr("pieces"); !v.IsNull() {
			pieces = v.AsBigFloat().String()
		}
		got = append(got, req.Options.String("priority")+" "+pieces)
		return outcome.Accept("1")
	}})
	for _, test := range []struct{ name, vendor, path, got string }{
		{"none", `{}`, "", "normal none"},
		{"of another vendor", `{"other":{"x":1}}`, "", "normal none"},
		{"set", `{"fake":{"priority":"high","pieces":3}}`, "", "high 3"},
		{"unknown", `{"fake":{"prio":"high"}}`, "wahost.vendor.fake.prio", ""},
		{"wrong type", `{"fake":{"pieces":"many"}}`, "wahost.vendor.fake.pieces", ""},
		{"not allowed", `{"fake":{"priority":"urgent"}}`, "wahost.vendor.fake.priority", ""},
		{"not an object", `{"fake":3}`, "wahost.vendor.fake", ""},
	} {
		got = nil
		m, err := message.Parse([]byte(`{"to":"+15550100001","type":"text","text":{"body":"x"},"wahost":{"vendor":` + test.vendor + `}}`))
		require.NoError(t, err, test.name)
		o := send(t, c, message.Batch{Message: m, Deliveries: deliveries("1")})["1"]
		if test.path != "" {
			require.Equal(t, test.path, o.Rejected.Path, test.name)
			require.Equal(t, outcome.ReasonInvalidMessage, o.Rejected.Reason, test.name)
			require.Empty(t, got, test.name)
			continue
		}
		require.Equal(t, []string{test.got}, got, test.name)
	}
}
