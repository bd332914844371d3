// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"hash"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// reader converts decoded blocks into a Dialect and collects diagnostics.
type reader struct {
	dir    fs.FS
	digest hash.Hash
	diags  hcl.Diagnostics
	// errors are the names of the error rows, configKeys those of the configuration.
	errors, configKeys []string
	// routes are the names of the routes.
	routes []string
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
	d.CallbackURL = r.text(b.CallbackURL)
	for _, a := range b.Auth {
		d.Auth = append(d.Auth, r.auth(a))
	}
	for _, route := range b.Routes {
		r.unique("route", route.Name, &r.routes, route.Range)
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
	a := Auth{Value: r.expr(b.Value), Error: r.errorName(b.Error)}
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
		Name: b.Name, Method: r.method(b.Method), Path: r.urlPath(b.Path, accept == FormatQuery),
		Accept:             accept,
		RecipientAt:        r.path(b.RecipientAt),
		RecipientSeparator: b.RecipientSeparator,
		RecipientPrefix:    b.RecipientPrefix,
		MaxRecipients:      b.MaxRecipients,
		TypeAt:             r.typeRules(b.TypeAt),
		Violation:          r.errorName(b.Violation),
		Reply:              r.reply(b.Reply, variables...),
		Source:             b.Source,
	}
	if b.Schema != nil {
		route.Schema = r.schema(b.Schema)
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
	x, v := r.exprValue(a, append([]string{VarRequest, VarRecipients}, variables...)...)
	if t := v.Type(); t != cty.DynamicPseudoType && (!t.IsObjectType() || !t.HasAttribute("status") || !t.HasAttribute("body")) {
		r.add(a.Expr.Range(), "Incorrect value", "The reply must be an object with status and body.")
	}
	return x
}

func (r *reader) errorRow(b errorBlock) Error {
	return Error{
		Name: b.Name, Status: r.status(b.Status), Code: b.Code,
		Body:    r.expr(b.Body, VarRequest, VarRecipients, VarViolation),
		Headers: r.expr(b.Headers),
		Reason:  outcome.Reason(r.oneOf(b.Reason, words(outcome.Reasons()))),
		Retry:   outcome.Retry(r.oneOf(b.Retry, retries)),
		Scope:   outcome.Scope(r.oneOf(b.Scope, scopes)),
		Source:  r.text(b.Source),

		RetryAfter: time.Duration(b.RetryAfter) * time.Second, Asynchronous: b.Asynchronous,
	}
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
		s.Template = TemplateSample{Name: t.Name, Language: t.Language, Category: r.oneOf(t.Category, []string{
			message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication})}
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
