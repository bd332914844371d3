// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

type emulatorExchange = emulator.Exchange

// firstAmount is an amount by which its place in a request is found, in thousandths of the currency.
const firstAmount = 1_234_567_890

// amounts sends currencies with amounts of every size and sign. It does nothing for a message without a currency.
func amounts(ctx context.Context, e *suite.Env, m *message.Message) {
	m = proto.CloneOf(m)
	var currency *message.Currency
	for _, c := range m.GetTemplate().GetComponents() {
		for _, p := range c.GetParameters() {
			if p.GetCurrency() != nil {
				currency = p.GetCurrency()
			}
		}
	}
	if currency == nil {
		return
	}
	currency.Amount_1000 = proto.Int64(firstAmount)
	volatile, shape, first := wire.Volatile(ctx, e, m)
	place := ""
	for _, p := range wire.Pairs(first) {
		if p.Value == strconv.Itoa(firstAmount) {
			place = p.At
		}
	}
	r := e.Rand()
	for _, amount := range []int64{
		0, 1 + r.Int64N(998), -(1 + r.Int64N(1_000_000)), math.MaxInt32 + 1 + r.Int64N(1000), math.MinInt32 - 1 - r.Int64N(1000),
		1<<32 + r.Int64N(1000), 1<<53 + 1 + 2*r.Int64N(1000), 100_000 * (1 + r.Int64N(99)),
	} {
		currency.Amount_1000 = proto.Int64(amount)
		if !legalFor(e, m) {
			continue
		}
		s := e.Send(ctx, m, suite.SendOptions{})
		at := fmt.Sprintf("the amount %d", amount)
		switch found := wire.At(s, place); {
		case s.Rejected() != nil && strings.Contains(s.Rejected().Path, "template") && len(s.Exchanges) == 0:
		case !s.Accepted():
			e.Failf(at, "accepted, or refused before a request", "%s", s)
		case place != "" && !slices.Equal(found, []string{strconv.FormatInt(amount, 10)}):
			e.Failf(at, "the same number at "+place, "%q", found)
		case place == "" && maps.Equal(shape, wire.Shape(s, volatile)) && !ignoresCurrency(s):
			e.Failf(at, "another request than for another amount", "the same")
		}
	}
}

func ignoresCurrency(s suite.Sent) bool {
	return slices.ContainsFunc(s.Outcome.IgnoredFields, func(path string) bool {
		return strings.Contains(path, "amount_1000") || trace.Covers(path, "template.components[0].parameters[0].currency.amount_1000")
	})
}
