// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks/errorclass"
	"github.com/wahost/wahost/conformance/checks/fidelity"
	"github.com/wahost/wahost/conformance/checks/retry"
	"github.com/wahost/wahost/conformance/checks/secret"
	"github.com/wahost/wahost/conformance/checks/send"
	"github.com/wahost/wahost/conformance/checks/vendor"
	"github.com/wahost/wahost/conformance/checks/webhook"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
)

// specified are the ids that the suite's design names for these groups.
const specified = `
send/text/preview-flag send/text/long send/template/language send/template/params-order send/template/components
send/template/param-count send/template/typed-params send/media/by-link send/media/by-id send/media/by-bytes
send/media/upload-fail send/media/mime send/media/size send/image/caption send/video/caption send/document/caption
send/document/filename send/audio/no-caption send/sticker/kinds send/location/precision send/location/labels
send/contacts/full send/contacts/required-name send/list/rows-grouping send/list/dup-ids send/list/limits
send/button/count send/button/header-kinds send/product/ids send/product_list/sections
fidelity/leaf-coverage fidelity/wire-map-stable fidelity/no-swap fidelity/no-fold fidelity/no-duplicate
fidelity/ignored-is-true fidelity/bytes-exact
error/dialect-table/* error/unlisted-4xx error/unlisted-5xx error/200-with-error error/4xx-without-body error/html-page
error/429-forms error/scope error/auth-expired error/window-closed error/vendor-code-kept error/async-same-class
error/message-quality error/per-item
retry/at-most-once retry/refused-connection retry/reset-after-request retry/timeout-after-request retry/5xx-accepted
retry/idempotency-key retry/idempotency-off retry/no-retry-on-never retry/bounded retry/attempts-truthful
retry/respect-retry-after retry/redirect-post
webhook/challenge webhook/signature-valid webhook/signature-raw-bytes webhook/signature-wrong webhook/signature-replay
webhook/unconfigured-secret webhook/parse-pure webhook/batched webhook/inbound-types webhook/reply-ids webhook/unknown-kept
webhook/status-ladder webhook/dedup-key webhook/status-error webhook/other-tenant webhook/malformed webhook/timestamps
secret/logs secret/errors secret/panic secret/url secret/redirect secret/disk secret/child-env secret/egress secret/tls
pii/default-level secret/configure-echo
vendor/garbage/* vendor/huge-answer vendor/deep-json vendor/wrong-types vendor/two-ids vendor/content-encoding
vendor/http1-http2 vendor/slow-headers vendor/redirect-loop vendor/early-answer`

const (
	matrixSlugs = `minimal maximal fidelity fidelity-values no-extra boundary unicode escaping whitespace empty-optional
recipient-format reply-context client-reference vendor-id repeat`
	matrixKinds = "text template image video audio document sticker location contacts list button product product_list reaction pin cta_url flow catalog_message"
)

// TestCatalogue wants every id that is specified, once, with a requirement, for a provider that declares nothing.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	d, diags := dialect.Load("../../../../plugins/innopaas/dialect.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	facts := &suite.Facts{Dialect: d}
	seen := map[string]bool{}
	// A check that runs the same code for every kind of message finds a mutant of one kind at least.
	family := func(id string) string {
		if parts := strings.Split(id, "/"); len(parts) == 3 && parts[0] == "send" && slices.Contains(suite.Kinds(), parts[1]) {
			return "send/*/" + parts[2]
		}
		return id
	}
	proven, unproven := map[string]bool{}, map[string]bool{}
	for _, group := range []suite.Group{send.Checks, fidelity.Checks, errorclass.Checks, retry.Checks, webhook.Checks, secret.Checks, vendor.Checks} {
		for _, c := range group(facts) {
			assert.False(t, seen[c.ID], "%s twice", c.ID)
			seen[c.ID] = true
			assert.NotEmpty(t, c.Requirement, c.ID)
			assert.True(t, c.Run != nil || c.Needs(facts) != "", "%s applies and has nothing to run", c.ID)
			if len(c.Kills) > 0 || c.Provisional {
				proven[family(c.ID)] = true
			} else {
				unproven[family(c.ID)] = true
			}
		}
	}
	for id := range unproven {
		assert.True(t, proven[id], "%s finds no mutant and is not provisional", id)
	}
	want := strings.Fields(specified)
	for _, kind := range strings.Fields(matrixKinds) {
		for _, slug := range strings.Fields(matrixSlugs) {
			want = append(want, "send/"+kind+"/"+slug)
		}
	}
	for _, id := range want {
		prefix, data := strings.CutSuffix(id, "*")
		found := seen[id]
		for have := range seen {
			found = found || data && strings.HasPrefix(have, prefix)
		}
		assert.True(t, found, "no check %s", id)
	}
}

func TestRefusalsMustNameTheField(t *testing.T) {
	t.Parallel()
	assert.True(t, trace.Covers("contacts", "contacts[0].name.first_name"))
	assert.True(t, trace.Covers("contacts.name", "contacts[0].name.first_name"))
	assert.False(t, trace.Covers("contact", "contacts[0].name.first_name"))
	assert.False(t, trace.Covers("", "text.body"))
}
