// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// vendorTime is how long the vendors may take to list templates.
const vendorTime = 20 * time.Second

type templatesInput struct {
	Vendors bool `query:"vendors" doc:"Compare with the templates that the vendors list, of the channels whose vendor does. That asks the vendors."`
}

// TemplateState is a logical template and its forms at vendors.
type TemplateState struct {
	Name       string            `json:"name"`
	Category   string            `json:"category" enum:"marketing,utility,authentication"`
	Parameters []string          `json:"parameters" nullable:"false"`
	Channels   []TemplateChannel `json:"channels" nullable:"false" doc:"All channels, in the order of the configuration."`
}

// TemplateChannel is the form of a template on a channel.
type TemplateChannel struct {
	Channel   string   `json:"channel"`
	Name      string   `json:"name,omitempty" doc:"The name at the vendor. It is absent if the configuration binds nothing."`
	Languages []string `json:"languages" nullable:"false"`
	// Vendor is what the vendor lists.
	Vendor     []VendorTemplate `json:"vendor,omitempty" doc:"What the vendor lists by this name."`
	Mismatches []string         `json:"mismatches" nullable:"false" doc:"What does not fit, in words."`
}

// VendorTemplate is a language of a template as the vendor lists it.
type VendorTemplate struct {
	Language string `json:"language"`
	Status   string `json:"status"`
	Category string `json:"category,omitempty"`
}

func (s *Server) registerTemplates() {
	register(s, operation("operation", "list-templates", http.MethodGet, "/templates", operating, "Show the templates",
		"The templates of the configuration, what they are on each channel, and what does not fit: a channel of a route without a binding, a language that only other channels have, and "+
			"what a vendor lists differently."), s.templates)
}

func (s *Server) templates(ctx context.Context, _ *caller, in *templatesInput) (*list[TemplateState], error) {
	ctx, cancel := context.WithTimeout(ctx, vendorTime)
	defer cancel()
	listed := map[string]vendorList{}
	out := &list[TemplateState]{listBody[TemplateState]{Items: []TemplateState{}}}
	for _, t := range s.Templates {
		v := TemplateState{Name: t.Name, Category: t.Category, Parameters: append([]string{}, t.Parameters...), Channels: []TemplateChannel{}}
		for _, c := range s.Channels {
			a, err := addr.ParseChannel(c.Address)
			if err != nil {
				return nil, err
			}
			x := TemplateChannel{Channel: c.Address, Languages: []string{}, Mismatches: []string{}}
			if b := bindingOf(&t, a); b != nil {
				x.Name, x.Languages = b.Name, append(x.Languages, b.Languages...)
				x.Mismatches = append(x.Mismatches, lacks(&t, b)...)
				if in.Vendors {
					if _, asked := listed[c.Address]; !asked {
						listed[c.Address] = s.askVendor(ctx, a)
					}
					x.compare(listed[c.Address], t.Category)
				}
			} else if r := s.leads(&t, a); r != "" {
				x.Mismatches = append(x.Mismatches, fmt.Sprintf("the route %s leads here, and the template has no binding for the channel", r))
			}
			v.Channels = append(v.Channels, x)
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

func bindingOf(t *template.Template, ch addr.Channel) *template.Binding {
	for i := range t.Bindings {
		if slices.Contains(t.Bindings[i].Channels, ch) {
			return &t.Bindings[i]
		}
	}
	return nil
}

// lacks says which languages other bindings of the template have.
func lacks(t *template.Template, b *template.Binding) []string {
	missing := slices.DeleteFunc(t.Languages(), func(language string) bool { return template.HasLanguage(b.Languages, language) })
	if len(missing) == 0 {
		return nil
	}
	return []string{"other channels have the template in " + strings.Join(missing, ", ")}
}

// leads returns the first route that may lead a template to a channel that carries templates, or "".
func (s *Server) leads(t *template.Template, ch addr.Channel) string {
	known, ok := s.Engine.Snapshot().Channel(ch)
	if !ok || known.Checker == nil || !slices.ContainsFunc(known.Checker.Capabilities().Kinds, func(k capability.Kind) bool { return k.Kind == message.KindTemplate }) {
		return ""
	}
	for _, r := range s.Routes {
		if slices.Contains(r.Channels, ch) && r.Takes(t.Name, t.Category) {
			return r.Name
		}
	}
	return ""
}

// vendorList is what a vendor lists, or why it is not known. Neither is set if the vendor lists no templates.
type vendorList struct {
	templates []provider.TemplateInfo
	problem   error
	known     bool
}

func (s *Server) askVendor(ctx context.Context, ch addr.Channel) vendorList {
	known, ok := s.Engine.Snapshot().Channel(ch)
	if s.VendorTemplates == nil || !ok || known.Checker == nil || !known.Checker.Capabilities().TemplateList {
		return vendorList{}
	}
	found, err := s.VendorTemplates(ctx, ch)
	if err != nil {
		s.Log.Warn("the templates of a channel cannot be listed", "channel", ch.String(), "error", err)
	}
	return vendorList{found, err, err == nil}
}

// compare says what a vendor lists differently.
func (x *TemplateChannel) compare(l vendorList, category string) {
	mismatch := func(format string, args ...any) { x.Mismatches = append(x.Mismatches, fmt.Sprintf(format, args...)) }
	if l.problem != nil {
		mismatch("the vendor could not be asked, and the log has the cause")
	}
	if !l.known {
		return
	}
	for _, language := range x.Languages {
		i := slices.IndexFunc(l.templates, func(t provider.TemplateInfo) bool { return t.Name == x.Name && t.Language == language })
		if i < 0 {
			mismatch("the vendor has no %s in %s", x.Name, language)
			continue
		}
		t := l.templates[i]
		x.Vendor = append(x.Vendor, VendorTemplate{language, cmp.Or(t.Status, "unknown"), t.Category})
		if t.Status != "" && t.Status != "APPROVED" {
			mismatch("the vendor says that %s is %s", language, strings.ToLower(t.Status))
		}
		if t.Category != "" && !strings.EqualFold(t.Category, category) {
			mismatch("the vendor has the category %s in %s", strings.ToLower(t.Category), language)
		}
	}
}
