// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/outcome"
)

// The blocks of the optional powers of a provider.
type signalBlock struct {
	Route     *hcl.Attribute `hcl:"route"`
	MessageAt *hcl.Attribute `hcl:"message_at"`
	TypingAt  *hcl.Attribute `hcl:"typing_at,optional"`
	ToAt      *hcl.Attribute `hcl:"to_at,optional"`
	Reply     *hcl.Attribute `hcl:"reply,optional"`
	Source    *hcl.Attribute `hcl:"source"`
	Range     hcl.Range      `hcl:",def_range"`
}

type lookupBlock struct {
	Route       *hcl.Attribute `hcl:"route"`
	KeysAt      *hcl.Attribute `hcl:"keys_at"`
	IDAt        *hcl.Attribute `hcl:"id_at"`
	ReferenceAt *hcl.Attribute `hcl:"reference_at,optional"`
	Statuses    *hcl.Attribute `hcl:"statuses,optional"`
	Missing     *hcl.Attribute `hcl:"missing"`
	Proves      bool           `hcl:"missing_proves,optional"`
	Source      *hcl.Attribute `hcl:"source"`
	Range       hcl.Range      `hcl:",def_range"`
}

type uploadBlock struct {
	Route      *hcl.Attribute `hcl:"route"`
	ContentAt  *hcl.Attribute `hcl:"content_at"`
	TypeAt     *hcl.Attribute `hcl:"type_at,optional"`
	FilenameAt *hcl.Attribute `hcl:"filename_at,optional"`
	IDAt       *hcl.Attribute `hcl:"id_at"`
	Source     *hcl.Attribute `hcl:"source"`
	Range      hcl.Range      `hcl:",def_range"`
}

type fetchBlock struct {
	Route   *hcl.Attribute `hcl:"route"`
	IDAt    *hcl.Attribute `hcl:"id_at"`
	Expired *hcl.Attribute `hcl:"expired"`
	Source  *hcl.Attribute `hcl:"source"`
	Range   hcl.Range      `hcl:",def_range"`
}

type templateListBlock struct {
	Route  *hcl.Attribute `hcl:"route"`
	PageAt *hcl.Attribute `hcl:"page_at"`
	Words  *hcl.Attribute `hcl:"words,optional"`
	Source *hcl.Attribute `hcl:"source"`
	Range  hcl.Range      `hcl:",def_range"`
}

// powers reads the blocks of the optional powers.
func (r *reader) powers(d *Dialect, b dialectBlock) {
	if s := b.Signal; s != nil {
		d.Signal = &Signal{Route: r.routeName(s.Route), MessageAt: r.path(s.MessageAt), TypingAt: r.path(s.TypingAt),
			ToAt: r.path(s.ToAt), Source: r.text(s.Source)}
		if s.Reply != nil {
			d.Signal.Reply = r.reply(s.Reply)
		}
	}
	if l := b.Lookup; l != nil {
		d.Lookup = r.lookup(l)
	}
	if u := b.MediaUpload; u != nil {
		d.MediaUpload = &MediaUpload{Route: r.routeName(u.Route), ContentAt: r.path(u.ContentAt), TypeAt: r.path(u.TypeAt),
			FilenameAt: r.path(u.FilenameAt), IDAt: r.path(u.IDAt), Source: r.text(u.Source)}
	}
	if f := b.MediaFetch; f != nil {
		d.MediaFetch = &MediaFetch{Route: r.routeName(f.Route), IDAt: r.path(f.IDAt), Expired: r.reply(f.Expired), Source: r.text(f.Source)}
	}
	if t := b.TemplateList; t != nil {
		d.TemplateList = &TemplateList{Route: r.routeName(t.Route), PageAt: r.path(t.PageAt), Words: r.words(t.Words), Source: r.text(t.Source)}
	}
}

func (r *reader) lookup(b *lookupBlock) *Lookup {
	l := &Lookup{Route: r.routeName(b.Route), IDAt: r.path(b.IDAt), ReferenceAt: r.path(b.ReferenceAt),
		Missing: r.reply(b.Missing), Proves: b.Proves, Source: r.text(b.Source)}
	for _, text := range r.texts(b.KeysAt) {
		l.KeysAt = append(l.KeysAt, r.parsePath(b.KeysAt, text))
	}
	if len(l.KeysAt) == 0 {
		r.add(b.KeysAt.Expr.Range(), "Incorrect value", "The argument keys_at must have at least one path.")
	}
	for status, word := range r.words(b.Statuses) {
		if !slices.Contains(statuses, status) {
			r.add(b.Statuses.Expr.Range(), "Unknown status", fmt.Sprintf("There is no status %q.%s", status, suggest.Sentence(status, statuses)))
		}
		if l.Statuses == nil {
			l.Statuses = map[outcome.Status]string{}
		}
		l.Statuses[outcome.Status(status)] = word
	}
	return l
}

// words returns the vendor's words by what they stand for. An empty word would be taken for a missing one.
func (r *reader) words(a *hcl.Attribute) map[string]string {
	words := r.strings(a)
	for of, word := range words {
		switch {
		case of == "":
			r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("In %s, what %q stands for has no name.", a.Name, word))
		case word == "":
			r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("In %s, the word for %q is empty.", a.Name, of))
		}
	}
	return words
}

// routeName returns the name of a route that the dialect has.
func (r *reader) routeName(a *hcl.Attribute) string {
	name := r.text(a)
	if name != "" && !slices.Contains(r.routes, name) {
		r.add(a.Expr.Range(), "Unknown route", fmt.Sprintf("There is no route %q in this dialect.%s", name, suggest.Sentence(name, r.routes)))
	}
	return name
}

// replyVariables returns the variables that the reply of a route may use because of its power.
func replyVariables(b dialectBlock, route string) []string {
	var vars []string
	names := func(a *hcl.Attribute) bool {
		v, diags := a.Expr.Value(nil)
		return !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() && v.AsString() == route
	}
	if b.Lookup != nil && names(b.Lookup.Route) {
		vars = append(vars, VarMessage)
	}
	if b.TemplateList != nil && names(b.TemplateList.Route) {
		vars = append(vars, VarTemplates, VarNext)
	}
	return vars
}

// Word returns the vendor's word for a status.
func (l *Lookup) Word(s outcome.Status) string {
	if word := l.Statuses[s]; word != "" {
		return word
	}
	return string(s)
}

// Word returns the vendor's word for a status or a category of a template, such as one of the message.Category constants.
func (t *TemplateList) Word(of string) string {
	if word := t.Words[of]; word != "" {
		return word
	}
	return of
}
