// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/sdk/outcome"
)

// Callbacks returns the signed calls by which the vendor tells that the messages of an exchange have a status, one for each recipient. They go
// to the URL that the request names for them. The list is empty if it names no URL, if the vendor did not accept the messages, or if the dialect does
// not say how the vendor tells the status or where the ids of messages are.
func (s *Server) Callbacks(x Exchange, status outcome.Status) ([]Webhook, error) {
	d := s.dialect
	event := slices.IndexFunc(d.Webhook.Events, func(e dialect.Event) bool { return e.Status == status })
	if d.CallbackURL == "" || d.Lookup == nil || event < 0 || !x.Delivered {
		return nil, nil
	}
	at, err := dialect.ParsePath(d.CallbackURL)
	if err != nil {
		return nil, err
	}
	to := s.Texts(x, at)
	if len(to) != 1 {
		return nil, nil
	}
	e := d.Webhook.Events[event]
	now := dialect.TimeRFC3339
	for _, forms := range [][]dialect.TimeForm{d.Webhook.Times, e.Times} {
		if len(forms) > 0 {
			now = forms[0]
		}
	}
	ids := d.Lookup.IDAt.Find(DecodeAnswer(x))
	var calls []Webhook
	for i, recipient := range x.Recipients {
		if !x.DeliveredTo(recipient) {
			continue
		}
		w, err := s.Unsigned(e.Name, map[string]cty.Value{
			"id": cty.StringVal(s.newID("XXXXXXXXXXXXXXXX")), "message_id": cty.StringVal(textAt(ids, i)), "recipient": cty.StringVal(recipient),
			"time": cty.StringVal(now.Format(time.Now())),
		})
		if err != nil {
			return nil, err
		}
		w.Address = to[0]
		if w, err = s.Sign(w, SignOptions{}); err != nil {
			return nil, err
		}
		calls = append(calls, w)
	}
	return calls, nil
}
