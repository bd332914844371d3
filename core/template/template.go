// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package template turns a logical template, which an application names, into the template that a vendor approved: the
// vendor's name, a language that exists there, and the parameters in the vendor's order.
//
// A template that was not declared in configuration is the vendor's own and passes through unchanged.
package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// Template is one logical template.
type Template struct {
	Name string
	// Category is marketing, utility or authentication.
	Category string
	// Parameters are the names of the body's parameters, in the order in which applications give them.
	Parameters []string
	Bindings   []Binding
}

// Binding is the form of a template at the vendors of some channels.
type Binding struct {
	Channels []addr.Channel
	// Name is the vendor's name of the template.
	Name string
	// Languages are the languages that the vendor approved, as the vendor spells them. There is at least one.
	Languages []string
	// Parameters is the order in which the vendor's text uses the parameters: a permutation of the template's.
	// Empty for the same order.
	Parameters []string
}

// Set holds all logical templates of a configuration. The nil Set is empty. It is safe for concurrent use.
type Set struct {
	// Strict is whether a message may name only templates of the set: see Unknown. It is set before the first use.
	Strict bool

	byName map[string]Template
}

// NewSet returns a set of the templates. If several have the same name, the last one counts.
func NewSet(templates []Template) *Set {
	byName := make(map[string]Template, len(templates))
	for _, t := range templates {
		byName[t.Name] = t
	}
	return &Set{byName: byName}
}

// Lookup returns the logical template that the message names. It returns false if the message is not a template or the
// template is not declared.
func (s *Set) Lookup(m *message.Message) (Template, bool) {
	if s == nil || m.GetType() != message.KindTemplate {
		return Template{}, false
	}
	t, ok := s.byName[m.GetTemplate().GetName()]
	return t, ok
}

// Raw returns the name of the template that the message names if the template is not declared, and "" otherwise. Such a
// template goes to the vendor as it is.
func (s *Set) Raw(m *message.Message) string {
	if m.GetType() != message.KindTemplate {
		return ""
	}
	if _, declared := s.Lookup(m); declared {
		return ""
	}
	return m.GetTemplate().GetName()
}

// Unknown returns the sentence that refuses a message whose template has that name, which Raw returned, in a strict set. It
// returns "" if the set is not strict.
func (s *Set) Unknown(raw string) string {
	if s == nil || !s.Strict || raw == "" {
		return ""
	}
	known := slices.Sorted(maps.Keys(s.byName))
	return fmt.Sprintf("there is no template %q in the configuration, and templates = \"strict\" allows no other.%s",
		raw, suggest.SentenceOr(raw, known, declared(known)))
}

func declared(known []string) string {
	if len(known) == 0 {
		return " It declares no template."
	}
	return " There are: " + suggest.List(known) + "."
}

// Complete returns the message with the category that its logical template declares, and checks its parameters. It
// is called before routing, since routes match on the category. Messages that need nothing are returned as they
// are; a message is never changed in place. The error is a *message.InvalidError.
func (s *Set) Complete(m *message.Message) (*message.Message, error) {
	t, ok := s.Lookup(m)
	if !ok {
		return m, nil
	}
	if given := m.GetWahost().GetCategory(); given != "" && given != t.Category {
		return nil, invalid("wahost.category",
			"the template %s has the category %s, not %q: leave the category out", t.Name, t.Category, given)
	}
	if _, err := t.parameters(m); err != nil {
		return nil, err
	}
	if m.GetWahost().GetCategory() == t.Category {
		return m, nil
	}
	out := proto.CloneOf(m)
	if out.Wahost == nil {
		out.Wahost = &message.Extension{}
	}
	out.Wahost.Category = t.Category
	return out, nil
}

// Resolve returns the message as the vendor behind the channel needs it. The error is a *NoBindingError or a
// *LanguageError, in which case another channel may do, or a *message.InvalidError, in which case no channel will.
func (s *Set) Resolve(m *message.Message, channel addr.Channel) (*message.Message, error) {
	t, ok := s.Lookup(m)
	if !ok {
		return m, nil
	}
	completed, err := s.Complete(m)
	if err != nil {
		return nil, err
	}
	binding, language, err := t.binding(channel, m.GetTemplate().GetLanguage().GetCode())
	if err != nil {
		return nil, err
	}
	values, err := t.parameters(m)
	if err != nil {
		return nil, err
	}

	out := proto.CloneOf(completed)
	out.Template.Name = binding.Name
	if out.Template.Language == nil {
		out.Template.Language = &message.Language{}
	}
	out.Template.Language.Code = language
	order := binding.Parameters
	if len(order) == 0 {
		order = t.Parameters
	}
	if body := bodyOf(out); body != nil {
		body.Parameters = nil
		for _, name := range order {
			p := proto.CloneOf(values[name])
			p.ParameterName = ""
			body.Parameters = append(body.Parameters, p)
		}
	}
	return out, nil
}

// Languages returns the languages of all bindings in order, as a vendor spells them. One that vendors spell in several ways is there once.
func (t Template) Languages() []string {
	var all []string
	for _, b := range t.Bindings {
		for _, language := range b.Languages {
			if !HasLanguage(all, language) {
				all = append(all, language)
			}
		}
	}
	slices.Sort(all)
	return all
}

// HasLanguage reports whether a language is one of some, however it is spelled.
func HasLanguage(languages []string, language string) bool {
	return slices.ContainsFunc(languages, func(l string) bool { return CanonicalLanguage(l) == CanonicalLanguage(language) })
}

// binding finds the binding for a channel and the language there: the one asked for, else its base language.
func (t Template) binding(channel addr.Channel, asked string) (Binding, string, error) {
	var available []string
	for _, want := range []string{CanonicalLanguage(asked), base(CanonicalLanguage(asked))} {
		available = nil
		for _, b := range t.Bindings {
			if !slices.Contains(b.Channels, channel) {
				continue
			}
			for _, language := range b.Languages {
				if CanonicalLanguage(language) == want {
					return b, language, nil
				}
			}
			available = append(available, b.Languages...)
		}
	}
	if len(available) == 0 {
		return Binding{}, "", &NoBindingError{Template: t.Name, Channel: channel}
	}
	return Binding{}, "", &LanguageError{Template: t.Name, Channel: channel, Language: asked, Available: available}
}

// CanonicalLanguage makes language codes comparable: vendors write en_US as well as en-US.
func CanonicalLanguage(language string) string {
	return strings.ToLower(strings.ReplaceAll(language, "-", "_"))
}

func base(language string) string {
	first, _, _ := strings.Cut(language, "_")
	return first
}
