// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/wahost/wahost/core/template"
)

// Change is one difference between two configurations.
type Change struct {
	// Action is "added", "removed" or "changed".
	Action string
	// Block is the type of the block, such as "channel", and Name its label, such as "innopaas.main". For an argument of a block that
	// exists once, Name is that of the argument.
	Block, Name string
}

// String returns the change in words, such as "added channel innopaas.main".
func (c Change) String() string { return c.Action + " " + c.Block + " " + c.Name }

// Diff returns the differences between two configurations with gateway blocks, in the order of the kinds of blocks and then of names. Where
// a block is, and how it is written, makes no difference. No value is part of a change.
func Diff(was, is *Config) []Change {
	var all []Change
	all = diff(all, "provider", was.Providers, is.Providers, func(p Provider) string { return p.ID }, func(p Provider) (Provider, any) {
		value := p.Value.held()
		p.Value, p.DeclRange = Value{}, Range{}
		return p, value
	})
	all = diff(all, "channel", was.Channels, is.Channels, func(c Channel) string { return c.Addr.String() }, func(c Channel) (Channel, any) {
		value := c.Value.held()
		c.Value, c.DeclRange = Value{}, Range{}
		if c.RateLimit != nil {
			c.RateLimit = &RateLimit{PerSecond: c.RateLimit.PerSecond, Burst: c.RateLimit.Burst}
		}
		return c, value
	})
	all = diff(all, "template", was.Templates, is.Templates, func(t template.Template) string { return t.Name }, as[template.Template])
	all = diff(all, "route", was.Routes, is.Routes, func(r Route) string { return r.Name }, func(r Route) (Route, any) {
		r.When, r.DeclRange = nil, Range{} // functions cannot be compared, and Condition is the source of this one
		return r, nil
	})
	if order := inBoth(was.Routes, is.Routes); !slices.Equal(order, inBoth(is.Routes, was.Routes)) {
		all = append(all, Change{"changed", "route", "order"})
	}
	all = diff(all, "sender", was.Gateway.Senders, is.Gateway.Senders, func(s GatewaySender) string { return s.ID }, as[GatewaySender])
	all = diff(all, "api_key", was.Gateway.Keys, is.Gateway.Keys, func(k GatewayKey) string { return k.Name }, func(k GatewayKey) (GatewayKey, any) {
		k.DeclRange = Range{}
		return k, nil
	})
	all = diff(all, "webhook", was.Gateway.Webhooks, is.Gateway.Webhooks, func(w GatewayWebhook) string { return w.Name }, func(w GatewayWebhook) (GatewayWebhook, any) {
		w.DeclRange = Range{}
		return w, nil
	})
	all = diff(all, "login", was.Gateway.Console.Logins, is.Gateway.Console.Logins, func(l GatewayLogin) string { return l.Name }, func(l GatewayLogin) (GatewayLogin, any) {
		l.DeclRange = Range{}
		return l, nil
	})
	for _, setting := range []struct {
		block, name string
		changed     bool
	}{
		{"gateway", "public_url", was.Gateway.PublicURL != is.Gateway.PublicURL},
		{"gateway", "keep_messages", was.Gateway.KeepMessages != is.Gateway.KeepMessages},
		{"gateway", "watch", was.Gateway.Watch != is.Gateway.Watch},
		{"console", "url", was.Gateway.Console.URL != is.Gateway.Console.URL},
		{"wahost", "strict_templates", was.StrictTemplates != is.StrictTemplates},
		{"wahost", "max_send_ahead", was.MaxSendAhead != is.MaxSendAhead},
	} {
		if setting.changed {
			all = append(all, Change{"changed", setting.block, setting.name})
		}
	}
	return all
}

// as is for blocks that have nothing that makes no difference.
func as[T any](v T) (T, any) { return v, nil }

// diff appends the differences between blocks of a kind. plain returns what makes a difference of a block, and the value that is hidden
// in it.
func diff[T any](all []Change, block string, was, is []T, name func(T) string, plain func(T) (T, any)) []Change {
	begin := len(all)
	for _, b := range is {
		i := slices.IndexFunc(was, func(o T) bool { return name(o) == name(b) })
		if i < 0 {
			all = append(all, Change{"added", block, name(b)})
			continue
		}
		oldBlock, oldValue := plain(was[i])
		newBlock, newValue := plain(b)
		if !reflect.DeepEqual(oldBlock, newBlock) || !reflect.DeepEqual(oldValue, newValue) {
			all = append(all, Change{"changed", block, name(b)})
		}
	}
	for _, b := range was {
		if !slices.ContainsFunc(is, func(o T) bool { return name(o) == name(b) }) {
			all = append(all, Change{"removed", block, name(b)})
		}
	}
	slices.SortFunc(all[begin:], func(a, b Change) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Action, b.Action)) })
	return all
}

// inBoth returns the names of the routes in a that are in b as well, in their order.
func inBoth(a, b []Route) (names []string) {
	for _, r := range a {
		if slices.ContainsFunc(b, func(o Route) bool { return o.Name == r.Name }) {
			names = append(names, r.Name)
		}
	}
	return names
}
