// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"testing"

	"github.com/wahost/wahost/sdk/message"
)

// parsed is a template message as clients of the Cloud API write it.
const parsed = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4915112345678","type":"template",
"template":{"name":"order_update","language":{"code":"en_US"},"components":[
{"type":"header","parameters":[{"type":"image","image":{"link":"https://example.com/parcel.jpg"}}]},
{"type":"body","parameters":[{"type":"text","text":"Ann"},{"type":"text","text":"4711"},{"type":"text","text":"Friday"}]},
{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"4711"}]}]}}`

// parseRuns is how often the message is read in a round.
const parseRuns = 1000

// parse measures how a message in JSON is read.
func (b *bench) parse(ctx context.Context) error {
	data := []byte(parsed)
	if _, err := message.Parse(data); err != nil {
		return err
	}
	once := func() { _, _ = message.Parse(data) }
	many := func(context.Context) (int, error) {
		for range parseRuns {
			once()
		}
		return parseRuns, nil
	}
	samples, err := b.alternate(ctx, family{vendor: b.vendor.pid()}, side{"parse", many}, side{"parse again", many})
	if err != nil {
		return err
	}
	b.out.add(
		newRow("reading a template message, allocations", "", []float64{testing.AllocsPerRun(200, once)}, nil, atMost(60)),
		newRow("reading a template message, processor time", "µs", values(samples[0], sample.host), ratios(samples[1], sample.host, samples[0], sample.host), nil),
	)
	return nil
}
