// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// Fidelity checks that no field of a message is lost. It sets each field of the message model in turn, on top of a
// message that the channel accepts, and sends the result. The test fails unless the value is in the vendor request,
// or the outcome lists the field as ignored, or the outcome is a rejection that names the field and nothing was sent.
// The channel is called directly. What the SDK refuses for it counts only for the type and the send time of a message.
//
// It returns the number of fields that were tried, so that a test can guard against trying none.
func Fidelity(t testing.TB, v *Vendor, c provider.Channel, base *message.Message) int {
	t.Helper()
	count := 0
	for _, f := range fieldsOf(base) {
		if !hostOnly(f.path) {
			count++
			checkField(t, v, c, base, f)
		}
	}
	return count
}

// hostOnly reports the fields that a provider neither carries nor reports nor refuses.
func hostOnly(path string) bool {
	return slices.ContainsFunc(message.HostFields(), func(f message.HostField) bool { return f.Path == path && !f.Refusable })
}

// refusedBySDK reports whether the SDK refuses the message before it calls the channel, because of the field at the
// path.
func refusedBySDK(c provider.Channel, m *message.Message, path string) bool {
	refusable := slices.ContainsFunc(message.HostFields(), func(f message.HostField) bool { return f.Path == path && f.Refusable })
	rejected := capability.NewChecker(c.Capabilities()).Check(m, Recipient, time.Now())
	return refusable && rejected != nil && message.PathCovers(rejected.Path, path)
}

func checkField(t testing.TB, v *Vendor, c provider.Channel, base *message.Message, f field) {
	t.Helper()
	m := proto.CloneOf(base)
	marks := f.set(m.ProtoReflect())
	v.Take()
	o := c.Send(t.Context(), provider.SendRequest{DeliveryID: "delivery-1", Message: m, To: Recipient})
	requests := v.Take()
	ignored := slices.ContainsFunc(o.IgnoredFields, func(path string) bool { return message.PathCovers(path, f.path) })
	switch {
	case o.Rejected != nil:
		if len(requests) > 0 || o.Attempts > 0 {
			t.Errorf("%s: the message was refused, but a request was sent", f.path)
		}
		if !message.PathCovers(o.Rejected.Path, f.path) {
			t.Errorf("%s: the rejection names %q: %s", f.path, o.Rejected.Path, o.Rejected.Detail)
		}
	case o.Accepted == nil || len(requests) != 1:
		t.Errorf("%s: got %d requests and the outcome %s, want 1 and accepted", f.path, len(requests), o.Word())
	case slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(requests[0].text(), mark) }):
		if ignored {
			t.Errorf("%s: the field is listed as ignored, but it is in the request", f.path)
		}
	case !ignored && !refusedBySDK(c, m, f.path):
		t.Errorf("%s: the field is lost: it is neither in the request nor ignored nor refused", f.path)
	}
}
