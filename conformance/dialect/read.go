// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// reader converts decoded blocks into a Dialect and collects diagnostics.
type reader struct {
	// read reads a file by its path with "/".
	read   func(name string) ([]byte, error)
	digest hash.Hash
	diags  hcl.Diagnostics
	// errors are the names of the error rows, configKeys those of the configuration.
	errors, configKeys []string
	// routes are the names of the routes. refuses is set if the reply of one has the refusals of single recipients.
	routes  []string
	refuses bool
	// tokens are the names of the tokens that the replies of routes issue.
	tokens []string
}

func (r *reader) dialect(b dialectBlock) *Dialect {
	d := &Dialect{Name: b.Name, Version: r.text(b.Version), Docs: r.text(b.Docs)}
	for _, e := range b.Errors {
		r.unique("error", e.Name, &r.errors, e.Range)
	}
	d.Config = r.config(b.Config)
	d.ChannelConfig = r.config(b.ChannelConfig)
	if b.Options != nil {
		d.Options = r.strings(b.Options)
	}
	if b.Arguments != nil {
		d.Arguments = r.arguments(b)
	}
	d.CallbackURL = r.text(b.CallbackURL)
	for _, route := range b.Routes {
		r.unique("route", route.Name, &r.routes, route.Range)
		r.tokens = append(r.tokens, tokensIn(route.Reply)...) // credentials name them
	}
	for _, a := range b.Auth {
		d.Auth = append(d.Auth, r.auth(a))
	}
	for _, route := range b.Routes {
		d.Routes = append(d.Routes, r.route(route, replyVariables(b, route.Name)))
	}
	if len(b.Routes) == 0 {
		r.add(b.Config.NameRange, "Missing route block", "A dialect needs at least one route.")
	}
	for _, e := range b.Errors {
		d.Errors = append(d.Errors, r.errorRow(e))
	}
	for _, l := range b.Limits {
		d.Limits = append(d.Limits, r.limit(l))
	}
	var maps []string
	for _, m := range b.Maps {
		r.unique("map", m.Kind, &maps, m.Range)
		d.Maps = append(d.Maps, r.wireMap(m))
	}
	d.Idempotency = r.idempotency(b.Idempotency)
	if s := b.Schedule; s != nil {
		d.Schedule = &Schedule{At: r.text(s.At), Times: r.times(s.Times), Source: r.text(s.Source)}
		if len(d.Schedule.Times) == 0 && !r.diags.HasErrors() {
			r.add(s.Times.Expr.Range(), "Incorrect value", "The argument times must have at least one form.")
		}
	}
	if b.Webhook != nil {
		d.Webhook = r.webhook(b.Webhook)
	}
	d.Samples = r.samples(b.Samples)
	r.powers(d, b)
	return d
}

func (r *reader) config(a *hcl.Attribute) Expr {
	x, v := r.exprValue(a)
	if a == nil || v.Type() == cty.DynamicPseudoType {
		return x
	}
	if !v.Type().IsObjectType() {
		r.add(a.Expr.Range(), "Incorrect value", "The configuration must be an object.")
		return x
	}
	for name := range v.Type().AttributeTypes() {
		r.configKeys = append(r.configKeys, name)
	}
	return x
}

func (r *reader) auth(b authBlock) Auth {
	a := Auth{Value: r.expr(b.Value), Error: r.errorName(b.Error), Source: r.text(b.Source)}
	for _, name := range r.texts(b.Routes) {
		if !slices.Contains(r.routes, name) {
			r.add(b.Routes.Expr.Range(), "Unknown route", fmt.Sprintf("There is no route %q in this dialect.%s", name, suggest.Sentence(name, r.routes)))
		}
		a.Routes = append(a.Routes, name)
	}
	for _, name := range tokensIn(b.Value) {
		if !slices.Contains(r.tokens, name) {
			r.add(b.Value.Expr.Range(), "Unknown token", fmt.Sprintf(
				"No route issues the token %q.%s The reply of one must have token(%q) in its body.", name, suggest.Sentence(name, r.tokens), name))
		}
		a.Token = name
	}
	switch {
	case b.In == "header" && b.Name != nil && b.At == nil:
		a.Header = r.text(b.Name)
	case b.In == "query" && b.Name != nil && b.At == nil:
		a.Query = r.text(b.Name)
	case b.In == "body" && b.At != nil && b.Name == nil:
		a.Body = r.path(b.At)
	default:
		r.add(b.Range, "Incorrect auth block", `Write auth "header" with name, auth "query" with name, or auth "body" with at.`)
	}
	return a
}

func (r *reader) route(b routeBlock, variables []string) Route {
	accept := Format(r.oneOf(b.Accept, words([]Format{FormatJSON, FormatForm, FormatMultipart, FormatQuery})))
	route := Route{
		Name: b.Name, Tokens: tokensIn(b.Reply), Method: r.method(b.Method), Path: r.urlPath(b.Path, accept == FormatQuery),
		Accept:             accept,
		RecipientAt:        r.path(b.RecipientAt),
		RecipientSeparator: b.RecipientSeparator,
		RecipientPrefix:    b.RecipientPrefix,
		MaxRecipients:      b.MaxRecipients,
		Kind:               r.text(b.Kind),
		Public:             b.Public,
		Source:             r.text(b.Source),
		TypeAt:             r.typeRules(b.TypeAt),
		Violation:          r.errorName(b.Violation),
		Reply:              r.reply(b.Reply, variables...),
	}
	r.refuses = r.refuses || route.Reply.Uses(VarRefusals)
	if b.Schema != nil {
		route.Schema = r.schema(b.Schema)
	}
	if b.Kind != nil && b.TypeAt != nil {
		r.add(b.Kind.Range, "Two kinds", "A route has kind if it takes one kind of message, or type_at if the request says the kind, and not both.")
	}
	if b.MaxRecipients < 0 {
		r.add(b.Range, "Incorrect value", "The argument max_recipients must not be negative.")
	}
	if (b.Schema != nil || b.MaxRecipients > 0) && b.Violation == nil {
		r.add(b.Range, "Missing required argument",
			"A route with schema or max_recipients needs violation: the name of the error row that answers a request that breaks them.")
	}
	return route
}

// urlPath returns the path of a route. It checks that each placeholder is a configuration value, or a variable if the route
// may have some.
func (r *reader) urlPath(a *hcl.Attribute, variables bool) string {
	text := r.text(a)
	if !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "{") {
		r.add(a.Expr.Range(), "Incorrect value", `The path must begin with "/" or with a placeholder such as {send_path}.`)
	}
	for part := range strings.SplitSeq(text, "/") {
		if strings.Count(part, "{*") > 1 {
			r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("The part %s of the path has two variables. It may have one, with text before and after it.", part))
		}
	}
	for _, name := range Placeholders(text) {
		if variable, ok := strings.CutPrefix(name, "*"); ok && variable != "" {
			if !variables {
				r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf(`A path may have a variable such as {%s} only with accept = "query".`, name))
			}
			continue
		}
		if !slices.Contains(r.configKeys, name) {
			r.add(a.Expr.Range(), "Unknown placeholder",
				fmt.Sprintf("There is no configuration value %q.%s", name, suggest.Sentence(name, r.configKeys)))
		}
	}
	return text
}

func (r *reader) reply(a *hcl.Attribute, variables ...string) Expr {
	x, v := r.exprValue(a, append([]string{VarRequest, VarRecipients, VarRefusals}, variables...)...)
	if t := v.Type(); t != cty.DynamicPseudoType && (!t.IsObjectType() || !t.HasAttribute("status") || !t.HasAttribute("body")) {
		r.add(a.Expr.Range(), "Incorrect value", "The reply must be an object with status and body.")
	}
	return x
}

func (r *reader) limit(b limitBlock) message.Limit {
	l := message.Limit{Kind: b.Kind, Path: b.Path, Maximum: b.Maximum, Unit: message.Unit(b.Unit), Source: r.text(b.Source)}
	if l.Kind == "*" {
		l.Kind = ""
	}
	if err := l.Valid(); err != nil {
		r.add(b.Range, "Incorrect limit", "The "+err.Error()+".")
	}
	return l
}

func (r *reader) samples(b *samplesBlock) Samples {
	if b == nil {
		return Samples{}
	}
	s := Samples{Recipients: b.Recipients, BadRecipient: b.BadRecipient}
	for i, text := range b.Recipients {
		to, err := message.ParseRecipient(text)
		if err != nil {
			r.add(b.Range, "Incorrect sample", err.Error())
			continue
		}
		s.Recipients[i] = to.Address
	}
	if t := b.Template; t != nil {
		s.Template = TemplateSample{Name: t.Name, Language: t.Language, Category: r.oneOf(t.Category, sample.Categories())}
	}
	return s
}

var (
	retries  = words([]outcome.Retry{outcome.RetryNever, outcome.RetryLater, outcome.RetrySafe})
	scopes   = words([]outcome.Scope{outcome.ScopeMessage, outcome.ScopeRecipient, outcome.ScopeSender, outcome.ScopeAccount})
	statuses = words([]outcome.Status{outcome.StatusAccepted, outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead,
		outcome.StatusPlayed, outcome.StatusFailed})
	methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
)

func words[T ~string](values []T) []string {
	list := make([]string, 0, len(values))
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

// Placeholders returns the names of the placeholders in a route's path. The name of a variable begins with "*".
func Placeholders(path string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(path, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return names
		}
		names, path = append(names, name), after
	}
}

// arguments returns the places of arguments. Each must be an argument of one of the two blocks.
func (r *reader) arguments(b dialectBlock) map[string]string {
	places := r.strings(b.Arguments)
	for name := range places {
		block, argument, ok := strings.Cut(name, ".")
		if !ok || argument == "" || block != "provider" && block != "channel" {
			r.add(b.Arguments.Expr.Range(), "Incorrect value",
				fmt.Sprintf(`%q is not an argument of a block: write "provider." or "channel." and its name, such as "channel.notify_url".`, name))
		}
	}
	return places
}
