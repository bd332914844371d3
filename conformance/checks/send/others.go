// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/conformance/trace/sample"
	"github.com/wahost/wahost/sdk/message"
)

// hostRefuses is the note of checks about messages that no host hands to a provider.
const hostRefuses = "the host's own validation refuses such a message first, which this check holds too; a provider that is given one all the same must refuse it or pass it on unchanged for the vendor to judge"

func others() []suite.Check {
	const list, button, product, productList, location, contacts = message.KindList, message.KindButton, message.KindProduct,
		message.KindProductList, message.KindLocation, message.KindContacts
	noted := func(c suite.Check) suite.Check { c.Note = hostRefuses; return c }
	headers := special(button, "header-kinds", "each declared kind of header arrives", []string{"drops-header"}, headerKinds)
	headers.Needs = func(f *suite.Facts) string {
		if k, ok := f.Kind(button); ok && len(k.HeaderKinds) == 0 {
			return "headers of button messages"
		}
		return suite.NeedsKind(button)(f)
	}
	return []suite.Check{
		noted(special(location, "precision", "coordinates keep six decimals and their sign; those out of range are refused", []string{"rounds-coordinates"}, precision)),
		special(location, "labels", "name and address arrive each in its place, and either may be missing", []string{"swaps-location-labels", "joins-location-labels"}, labels),
		special(contacts, "full", "of several contacts everything arrives, and what belongs together stays together", []string{"flattens-contacts", "drops-second-phone"}, grouped(contacts)),
		noted(special(contacts, "required-name", "a contact without a formatted name is refused", []string{"invents-contact-name"}, requiredName)),
		special(list, "rows-grouping", "ids, titles and descriptions stay with their row, rows with their section, in order", []string{"mixes-rows"}, grouped(list)),
		noted(special(list, "dup-ids", "two rows of one id are refused", []string{"drops-duplicate-row"}, duplicateRows)),
		special(list, "limits", "sections, rows, titles, descriptions, button and ids are carried at their limits", []string{"truncates"}, func(ctx context.Context, e *suite.Env) { boundary(ctx, e, list) }),
		special(button, "count", "one button, the greatest number and one more: carried in order, then refused", []string{"drops-last-button"}, buttonCount),
		headers,
		special(product, "ids", "catalogue id and product id arrive each in its place", []string{"swaps-product-ids"}, productIDs),
		special(productList, "sections", "sections, titles and items keep their order and belonging", []string{"mixes-products", "reverses-products"}, grouped(productList)),
	}
}

func precision(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, c := range [][2]string{{"52.520008", "13.404954"}, {"-0.000001", "-179.999999"}, {"90", "180"}, {"-90", "-180"}, {"1.234567", "0.100001"}} {
		m := e.Minimal(message.KindLocation)
		m.Location.Latitude, m.Location.Longitude = c[0], c[1]
		s := e.Send(ctx, m, suite.SendOptions{})
		accepted(e, s, fmt.Sprintf("a location at %v", c))
		for _, want := range c {
			if !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == want }) {
				e.Failf("location", want+" on the wire", "it is not there")
			}
		}
	}
	m := e.Minimal(message.KindLocation)
	m.Location.Latitude = "91"
	refusedOrWhole(ctx, e, m, "location.latitude", "91")
}

// refusedOrWhole sends what the host would refuse.
func refusedOrWhole(ctx context.Context, e *suite.Env, m *message.Message, path string, texts ...string) {
	if legal(m) {
		e.Failf(path, "the host's validation refuses it", "it does not")
	}
	s := e.Send(ctx, m, suite.SendOptions{})
	if s.Rejected() != nil {
		return
	}
	if !s.Accepted() {
		e.Failf(path, "refused, or carried unchanged", "%s", s)
	}
	for _, text := range texts {
		if !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == text }) {
			e.Failf(path, "refused, or carried unchanged", "%q is not on the wire", text)
		}
	}
}

func labels(ctx context.Context, e *suite.Env) {
	m := sample.Full(message.KindLocation, "", wire.Options(e.Facts()))
	t := wire.Trace(ctx, e, m, wire.Marks(e, "labels"))
	t.Lost(e, nil)
	places := trace.WireMap(t.Leaves, t.Pairs)
	for _, path := range []string{"location.name", "location.address"} {
		one := wire.Trace(ctx, e, trace.Clear(m, path), wire.Marks(e, path))
		accepted(e, one.Sent, "a location without "+path)
		for other, at := range trace.WireMap(one.Leaves, one.Pairs) {
			if places[other] != "" && places[other] != at {
				e.Failf(other, "in the same place whether or not "+path+" is set", "%s and %s", places[other], at)
			}
		}
	}
	samePlaces(e, message.KindLocation, t)
}

// samePlaces compares where things are with the map of the dialect, where it has one.
func samePlaces(e *suite.Env, kind string, t wire.Traced) {
	declared := e.Dialect().Map(kind)
	if declared == nil {
		e.Note("the dialect has no map for %s: a swap of two fields is not seen", kind)
		return
	}
	wire.Compare(e, declared, t)
}

func requiredName(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	m := e.Minimal(message.KindContacts)
	m.Contacts[0].Name.FormattedName = ""
	refusedOrWhole(ctx, e, m, "contacts[0].name.formatted_name", m.GetContacts()[0].GetName().GetFirstName())
}

func duplicateRows(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	m := sample.Full(message.KindList, "", wire.Options(e.Facts()))
	rows := m.GetInteractive().GetAction().GetSections()[0].GetRows()
	rows[1].Id = rows[0].GetId()
	refusedOrWhole(ctx, e, m, "interactive.action.sections[0].rows[1].id", rows[0].GetTitle(), rows[1].GetTitle())
}

func buttonCount(ctx context.Context, e *suite.Env) {
	for _, l := range e.Facts().Limits().For(message.KindButton) {
		if l.Path != "interactive.action.buttons[*]" {
			continue
		}
		base := sample.Minimal(message.KindButton, wire.Options(e.Facts()))
		for _, n := range []int{1, l.Maximum} {
			t := wire.Trace(ctx, e, sample.Sized(base, l, n, ""), wire.Marks(e, fmt.Sprint(n)))
			accepted(e, t.Sent, fmt.Sprintf("a message with %d buttons", n))
			t.Lost(e, e.Dialect().Map(message.KindButton))
			together(e, t)
		}
		limit(ctx, e, message.KindButton, l)
	}
}

func headerKinds(ctx context.Context, e *suite.Env) {
	for _, m := range wire.Full(e.Facts(), message.KindButton) {
		t := wire.Trace(ctx, e, m, wire.Marks(e, "header"))
		accepted(e, t.Sent, "a header of type "+m.GetInteractive().GetHeader().GetType())
		t.Lost(e, e.Dialect().Map(message.KindButton))
	}
}

func productIDs(ctx context.Context, e *suite.Env) {
	t := wire.Trace(ctx, e, e.Minimal(message.KindProduct), wire.Marks(e, "ids"))
	accepted(e, t.Sent, "a product")
	t.Lost(e, nil)
	places := trace.WireMap(t.Leaves, t.Pairs)
	catalog, product := places["interactive.action.catalog_id"], places["interactive.action.product_retailer_id"]
	if catalog == "" || catalog == product {
		e.Failf("interactive.action", "two ids in two places", "%q and %q", catalog, product)
	}
	samePlaces(e, message.KindProduct, t)
}

func grouped(kind string) func(ctx context.Context, e *suite.Env) {
	return func(ctx context.Context, e *suite.Env) {
		for _, m := range wire.Full(e.Facts(), kind) {
			t := wire.Trace(ctx, e, m, wire.Marks(e, "group"))
			accepted(e, t.Sent, "a full message")
			t.Lost(e, e.Dialect().Map(kind))
			together(e, t)
		}
	}
}

var lastItem = regexp.MustCompile(`^(.*\[\d+\])\.[^\[]+$`)

// together wants the fields of one item below one item of the wire, and items in the order of the message.
func together(e *suite.Env, t wire.Traced) {
	homes := map[string]string{} // item of the message to item of the wire
	var items []string
	for _, leaf := range t.Leaves {
		item := lastItem.FindStringSubmatch(leaf.Path)
		if item == nil || leaf.Marker.Text == "" {
			continue
		}
		f := trace.Classify(leaf, t.Pairs)
		if f.Class != trace.Carried {
			continue
		}
		home := lastItem.FindStringSubmatch(f.At[0])
		if home == nil {
			continue // the vendor has no list there
		}
		if old, ok := homes[item[1]]; !ok {
			homes[item[1]], items = home[1], append(items, item[1])
		} else if old != home[1] {
			e.Failf(leaf.Path, "with the other fields of "+item[1]+", at "+old, "at %s", f.At[0])
		}
	}
	byList := map[string][]string{}
	taken := map[string]string{}
	for _, item := range items {
		home := homes[item]
		if other, ok := taken[home]; ok && other != item {
			e.Failf(item, "an item of its own on the wire", "at %s, as %s is", home, other)
		}
		taken[home] = item
		list := item[:strings.LastIndex(item, "[")]
		byList[list] = append(byList[list], home)
	}
	for item, home := range homes {
		around := lastItem.FindStringSubmatch(item[:strings.LastIndex(item, "[")])
		if around == nil {
			continue
		}
		if outer, ok := homes[around[1]]; ok && !strings.HasPrefix(home, outer+".") {
			e.Failf(item, "inside of "+around[1]+", at "+outer, "at %s", home)
		}
	}
	for list, places := range byList {
		inOrder(e, list, places)
	}
}
