// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// textChannel sends texts. The field at lost, if any, is neither sent nor listed as ignored.
type textChannel struct {
	client *vendorhttp.Client
	lost   string
}

func (textChannel) Sender() string { return "test" }

func (textChannel) Capabilities() capability.Capabilities {
	return capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}}
}

var (
	honest    = carry.MessageRules([]string{"text.body"}, "text.preview_url")
	forgetful = carry.MessageRules([]string{"text.body", "text.preview_url"})
)

func (c textChannel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	rules := honest
	if c.lost == "text.preview_url" {
		rules = forgetful
	}
	fields := carry.Fields{Vendor: "Acme"}
	if err := fields.Message(rules, req.Message); err != nil {
		return carry.OutcomeOf(err)
	}
	response, failure := c.client.PostJSON(ctx, "/messages", map[string]string{"text": req.Message.GetText().GetBody()})
	if failure != nil {
		return failure.Outcome()
	}
	o := outcome.Accept("m-1")
	o.Attempts, o.IgnoredFields = response.Attempts, fields.Ignored
	return o
}

// recorder is a test that records failures instead of failing.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestFidelity(t *testing.T) {
	t.Parallel()
	base := &message.Message{Type: "text", Text: &message.Text{Body: "Hello"}}
	for lost, want := range map[string]string{"": "", "text.preview_url": "text.preview_url: the field is lost"} {
		t.Run("lost "+lost, func(t *testing.T) {
			t.Parallel()
			vendor := providertest.NewVendor(t, `{}`)
			client, err := vendorhttp.New(vendorhttp.Options{Endpoint: vendor.URL})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = client.Close() })
			r := &recorder{TB: t}
			assert.Greater(t, providertest.Fidelity(r, vendor, textChannel{client, lost}, base), 100)
			if want == "" {
				assert.Empty(t, r.failures)
				return
			}
			if assert.Len(t, r.failures, 1) {
				assert.True(t, strings.HasPrefix(r.failures[0], want), r.failures[0])
			}
		})
	}
}

func TestVendorRecordsAndAnswers(t *testing.T) {
	t.Parallel()
	vendor := providertest.NewVendor(t, "first")
	client, err := vendorhttp.New(vendorhttp.Options{Endpoint: vendor.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	response, failure := client.Do(t.Context(), vendorhttp.Request{Method: http.MethodGet, Path: "/a?b=c"})
	assert.Nil(t, failure)
	assert.Equal(t, "first", string(response.Body))
	vendor.Answer(http.StatusTeapot, http.Header{"X-Kind": {"pot"}}, "second")
	response, failure = client.Do(t.Context(), vendorhttp.Request{Method: http.MethodGet, Path: "/"})
	assert.Nil(t, failure)
	assert.Equal(t, http.StatusTeapot, response.Status)
	assert.Equal(t, "pot", response.Header.Get("X-Kind"))
	requests := vendor.Take()
	if assert.Len(t, requests, 2) {
		assert.Equal(t, "/a?b=c", requests[0].Path)
	}
	assert.Empty(t, vendor.Take())
}

// formChannel sends texts as forms.
type formChannel struct{ textChannel }

func (c formChannel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	form := url.Values{"Body": {req.Message.GetText().GetBody()}, "Tag": {"b&c", "a"}}
	_, failure := c.client.Do(ctx, vendorhttp.Request{
		Method: http.MethodPost, Path: "/messages", Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded",
	})
	if failure != nil {
		return failure.Outcome()
	}
	return outcome.Accept("m-1")
}

// TestGoldenForms compares a form value by value, and checks it against a schema.
func TestGoldenForms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const recorded = `-- message.json --
{"type":"text","text":{"body":"50% off & more"}}
-- outcome --
accepted attempts=0
id=m-1 group= aliases=[]
-- request --
POST /messages

Body=50% off & more
Tag=b&c
Tag=a
`
	const schema = `{"type":"object","required":["Body"],"additionalProperties":false,"properties":{"Body":{"pattern":"^50% off & more$"},"Tag":{"const":"b&c"}}}`
	for name, text := range map[string]string{"form.txtar": recorded, "schema.json": schema} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	vendor := providertest.NewVendor(t, `{}`)
	client, err := vendorhttp.New(vendorhttp.Options{Endpoint: vendor.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	providertest.Golden(t, dir, filepath.Join(dir, "schema.json"), vendor, formChannel{textChannel{client: client}})
}
