// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/outcome"
)

func (r *reader) webhook(b *webhookBlock) Webhook {
	w := Webhook{Method: r.method(b.Method), Form: r.format(b), Headers: r.expr(b.Headers, VarEvent), Batch: r.expr(b.Batch, VarEvents)}
	for _, name := range r.texts(b.Secrets) {
		if !slices.Contains(r.configKeys, name) {
			r.add(b.Secrets.Expr.Range(), "Unknown configuration value",
				fmt.Sprintf("There is no configuration value %q.%s", name, suggest.Sentence(name, r.configKeys)))
		}
		w.Secrets = append(w.Secrets, name)
	}
	w.Times = r.times(b.Times)
	for _, s := range b.Signatures {
		signature := r.signature(s)
		if signature.Covers(PartForm) && !w.Form {
			r.add(s.Over.Expr.Range(), "Unknown part", `A call has the part "form" if its format is form. Use "body", or set format = "form" in the webhook block.`)
		}
		w.Signatures = append(w.Signatures, signature)
	}
	if c := b.Challenge; c != nil {
		w.Challenge = &Challenge{Query: r.expr(c.Query, VarEvent), Reply: r.text(c.Reply), Token: r.text(c.Token), Source: r.text(c.Source)}
	}
	var events []string
	for _, e := range b.Events {
		r.unique("event", e.Name, &events, e.Range)
		w.Events = append(w.Events, Event{
			Name:    e.Name,
			Status:  outcome.Status(r.oneOf(e.Status, statuses)),
			Inbound: r.text(e.Inbound),
			Times:   r.times(e.Times),
			Body:    r.expr(e.Body, VarEvent),
			Source:  r.text(e.Source),
		})
	}
	return w
}

var (
	schemes     = words([]Scheme{HMACHex, HMACBase64, HMACSHA1Hex, HMACSHA1Base64})
	placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)
)

// format returns whether the calls are forms, which is the argument format. A form has one event.
func (r *reader) format(b *webhookBlock) bool {
	if r.oneOf(b.Format, words([]Format{FormatJSON, FormatForm})) == string(FormatForm) {
		if b.Batch != nil {
			r.add(b.Batch.NameRange, "Batch of forms", "A call has batch if its format is json. A form reports one event.")
		}
		return true
	}
	return false
}

// times returns an argument that is a list of forms of times.
func (r *reader) times(a *hcl.Attribute) []TimeForm {
	var forms []TimeForm
	for _, text := range r.texts(a) {
		form, err := ParseTimeForm(text)
		if err != nil {
			r.add(a.Expr.Range(), "Incorrect value", sentence(err))
			continue
		}
		forms = append(forms, form)
	}
	return forms
}

func (r *reader) signature(b signatureBlock) Signature {
	s := Signature{
		Scheme: Scheme(b.Scheme), Key: r.expr(b.Key), Over: r.texts(b.Over), Separator: b.Separator,
		Headers: r.strings(b.Headers), Exact: b.Exact, Window: time.Duration(b.Window) * time.Second,
	}
	fields, v := r.exprValue(b.Fields)
	s.Fields = fields
	known := []string{PartBody, PartForm, PartTimestamp, PartNonce, PartURL}
	if v.Type().IsObjectType() {
		for name := range v.Type().AttributeTypes() {
			known = append(known, name)
		}
	}
	if !slices.Contains(schemes, b.Scheme) {
		r.add(b.Range, "Unknown scheme", fmt.Sprintf("There is no signature scheme %q.%s The schemes are: %s.",
			b.Scheme, suggest.Sentence(b.Scheme, schemes), strings.Join(schemes, ", ")))
	}
	for _, part := range s.Over {
		if !slices.Contains(known, part) {
			r.add(b.Over.Expr.Range(), "Unknown part", fmt.Sprintf("A call has no part %q.%s The parts are: %s.",
				part, suggest.Sentence(part, known), strings.Join(known, ", ")))
		}
	}
	signed := false
	for _, text := range s.Headers {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			signed = signed || found[1] == "signature"
			if found[1] != "signature" && (!slices.Contains(known, found[1]) || found[1] == PartBody || found[1] == PartForm) {
				r.add(b.Headers.Expr.Range(), "Unknown placeholder", fmt.Sprintf("A header cannot contain {%s}.", found[1]))
			}
		}
	}
	if !signed {
		r.add(b.Headers.Expr.Range(), "Missing signature", "One header must contain {signature}.")
	}
	return s
}

func (r *reader) wireMap(b mapBlock) Map {
	m := Map{Kind: b.Kind, Paths: r.strings(b.Paths), Fold: b.Fold, Duplicate: b.Duplicate, Required: r.texts(b.Required), Source: r.text(b.Source)}
	for _, path := range m.Required {
		switch {
		case m.Paths[path] == "" || strings.Contains(path, "["):
			r.add(b.Required.Expr.Range(), "Unknown field", fmt.Sprintf("The argument paths has no field %q without an index.%s",
				path, suggest.Sentence(path, slices.Sorted(maps.Keys(m.Paths)))))
		case !trace.IsText(path):
			r.add(b.Required.Expr.Range(), "Incorrect value", fmt.Sprintf("The field %q is not a text. Only texts can be required.", path))
		}
	}
	if _, err := trace.NewMap(m.Paths); err != nil {
		r.add(b.Paths.Expr.Range(), "Incorrect map", err.Error()+".")
	}
	return m
}

func (r *reader) idempotency(b *idemBlock) Idempotency {
	if b == nil {
		return Idempotency{}
	}
	i := Idempotency{Supported: b.Supported, Header: b.Header, At: r.path(b.At)}
	if one := (b.Header != "") != (b.At != nil); one != b.Supported {
		r.add(b.Range, "Incorrect idempotency block", "Set header or at if supported is true, and neither of them if supported is false.")
	}
	return i
}

// texts returns an argument that is a list of strings. It returns nil if the argument is absent.
func (r *reader) texts(a *hcl.Attribute) []string {
	if a == nil {
		return nil
	}
	v, diags := a.Expr.Value(nil)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return nil
	}
	var list []string
	ok := v.IsWhollyKnown() && !v.IsNull() && v.Type().IsTupleType()
	if ok {
		for _, item := range v.AsValueSlice() {
			if item.IsNull() || item.Type() != cty.String {
				ok = false
				break
			}
			list = append(list, item.AsString())
		}
	}
	if !ok {
		r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("The argument %s must be a list of strings.", a.Name))
	}
	return list
}

// strings returns an argument that is an object of strings.
func (r *reader) strings(a *hcl.Attribute) map[string]string {
	out := map[string]string{}
	if a == nil {
		return out
	}
	v, diags := a.Expr.Value(nil)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return out
	}
	ok := v.IsWhollyKnown() && !v.IsNull() && v.Type().IsObjectType()
	if ok {
		for name, item := range v.AsValueMap() {
			if item.IsNull() || item.Type() != cty.String {
				ok = false
				break
			}
			out[name] = item.AsString()
		}
	}
	if !ok {
		r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("The argument %s must be an object of strings.", a.Name))
	}
	return out
}
