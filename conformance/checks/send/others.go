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
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// hostRefuses is the note of checks about messages that no host hands to a provider.
const hostRefuses = "the host's own validation refuses such a message first, which this check holds too; a provider that is given one all the same must refuse it or pass it on unchanged for the vendor to judge"

func others() []suite.Check {
	return []suite.Check{
		delivering(message.KindLocation, suite.Check{
			ID: "send/location/precision", Run: precision, Note: hostRefuses,
			Requirement: "Coordinates keep six decimals and their sign, and coordinates out of range are refused.",
			Kills:       []string{"rounds-coordinates"},
		}),
		delivering(message.KindLocation, suite.Check{
			ID: "send/location/labels", Run: labels,
			Requirement: "Name and address each arrive in their own place, and either may be missing.",
			Kills:       []string{"swaps-location-labels", "joins-location-labels"},
		}),
		delivering(message.KindReaction, suite.Check{
			ID: "send/reaction/emoji", Run: emoji,
			Requirement: "An emoji of several characters arrives with all of them.",
			Kills:       []string{"reacts-without-colour", "reacts-without-selector"},
		}),
		delivering(message.KindContacts, suite.Check{
			ID: "send/contacts/full", Run: grouped(message.KindContacts),
			Requirement: "Everything in several contacts arrives, and what belongs together stays together.",
			Kills:       []string{"flattens-contacts", "drops-second-phone"},
		}),
		delivering(message.KindContacts, suite.Check{
			ID: "send/contacts/required-name", Run: requiredName, Note: hostRefuses,
			Requirement: "A contact without a formatted name is refused.",
			Kills:       []string{"invents-contact-name"},
		}),
		delivering(message.KindList, suite.Check{
			ID: "send/list/rows-grouping", Run: grouped(message.KindList),
			Requirement: "Ids, titles and descriptions stay with their row, and rows with their section, in order.",
			Kills:       []string{"mixes-rows"},
		}),
		delivering(message.KindList, suite.Check{
			ID: "send/list/dup-ids", Run: duplicateRows, Note: hostRefuses,
			Requirement: "Two rows with the same id are refused.",
			Kills:       []string{"drops-duplicate-row"},
		}),
		delivering(message.KindList, suite.Check{
			ID: "send/list/limits", Run: func(ctx context.Context, e *suite.Env) { boundary(ctx, e, message.KindList) },
			Requirement: "Sections, rows, titles, descriptions, button and ids are carried at their limits.",
			Kills:       []string{"truncates"},
		}),
		delivering(message.KindButton, suite.Check{
			ID: "send/button/count", Run: buttonCount,
			Requirement: "One button and the maximum number of buttons are carried in order, and one more is refused.",
			Kills:       []string{"drops-last-button"},
		}),
		delivering(message.KindButton, suite.Check{
			ID: "send/button/header-kinds", Needs: needsHeaders, Run: headerKinds,
			Requirement: "Each declared kind of header arrives.",
			Kills:       []string{"drops-header"},
		}),
		delivering(message.KindProduct, suite.Check{
			ID: "send/product/ids", Run: productIDs,
			Requirement: "Catalogue id and product id each arrive in their own place.",
			Kills:       []string{"swaps-product-ids"},
		}),
		delivering(message.KindProductList, suite.Check{
			ID: "send/product_list/sections", Run: grouped(message.KindProductList),
			Requirement: "Sections, titles and items keep their order and stay together.",
			Kills:       []string{"mixes-products", "reverses-products"},
		}),
	}
}

// needsHeaders is a Check.Needs: button messages must be able to have a header.
func needsHeaders(f *suite.Facts) string {
	if k, ok := f.Kind(message.KindButton); ok && len(k.HeaderKinds) == 0 {
		return "headers of button messages"
	}
	return suite.NeedsKind(message.KindButton)(f)
}

func precision(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, c := range [][2]string{{"52.520008", "13.404954"}, {"-0.000001", "-179.999999"}, {"90", "180"}, {"-90", "-180"}, {"1.234567", "0.100001"}} {
		m := e.Minimal(message.KindLocation)
		m.Location.Latitude, m.Location.Longitude = c[0], c[1]
		s := e.Send(ctx, m, suite.SendOptions{})
		accepted(e, s, fmt.Sprintf("a location at %v", c))
		declared, pairs := e.Dialect().Map(message.KindLocation), wire.Pairs(s)
		for i, want := range c {
			if !arrives(declared, pairs, coordinates[i], want) {
				e.Failf("location", want+" on the wire", "it is not there")
			}
		}
		if exchanged(declared, pairs, c) {
			e.Failf("location", "the coordinates in the order of the dialect's fold", "the latitude is in the place of the longitude")
		}
	}
	m := e.Minimal(message.KindLocation)
	m.Location.Latitude = "91"
	refusedOrWhole(ctx, e, m, "location.latitude", "91")
}

// refusedOrWhole sends a message that the host would refuse.
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
		if !arrives(e.Dialect().Map(message.KindLocation), wire.Pairs(s), path, text) {
			e.Failf(path, "refused, or carried unchanged", "%q is not on the wire", text)
		}
	}
}

func labels(ctx context.Context, e *suite.Env) {
	m := sample.Full(message.KindLocation, "", e.Facts().SampleOptions())
	t := wire.Trace(ctx, e, m, wire.Marks(e, "labels"))
	t.Lost(e, e.Dialect().Map(message.KindLocation))
	places := trace.WireMap(t.Leaves, t.Pairs)
	for _, path := range []string{"location.name", "location.address"} {
		if slices.Contains(e.Facts().Required(message.KindLocation), path) {
			continue
		}
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

// samePlaces compares the places of fields with the dialect's map, if there is one.
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
	m := sample.Full(message.KindList, "", e.Facts().SampleOptions())
	rows := m.GetInteractive().GetAction().GetSections()[0].GetRows()
	rows[1].Id = rows[0].GetId()
	refusedOrWhole(ctx, e, m, "interactive.action.sections[0].rows[1].id", rows[0].GetTitle(), rows[1].GetTitle())
}

func buttonCount(ctx context.Context, e *suite.Env) {
	for _, l := range e.Facts().Limits().For(message.KindButton) {
		if l.Path != "interactive.action.buttons[*]" {
			continue
		}
		base := sample.Minimal(message.KindButton, e.Facts().SampleOptions())
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

// together checks that the fields of an item are in one item of the request, and that the items have the order of the
// message.
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
