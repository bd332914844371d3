// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/diag"
)

// Result is a loaded configuration, and what is needed to say where in its files something is. It never changes and is
// safe for concurrent use.
type Result struct {
	Config *config.Config

	bodies   map[string]*decodedBody // by provider ID or reference of the channel
	bindings []binding
	routes   []route
	scope    *lang.Scope
}

func (l *loader) result() *Result {
	r := &Result{
		Config:   &config.Config{Required: map[string]config.Requirement{}, Channels: l.decoded, Templates: l.templates, StrictTemplates: l.strictTemplates, MaxSendAhead: l.sendAhead, Gateway: l.gateway},
		bodies:   map[string]*decodedBody{},
		bindings: l.bindings, routes: l.routes, scope: l.scope,
	}
	for name, required := range l.required {
		r.Config.Required[name] = required.Requirement
	}
	for _, decoded := range l.routes {
		r.Config.Routes = append(r.Config.Routes, decoded.Route)
	}
	for _, a := range l.providerAddresses() {
		body := l.providers[a]
		r.bodies[a.String()] = body
		r.Config.Providers = append(r.Config.Providers, config.Provider{
			Name: a.Name, Alias: a.Alias, ID: a.String(), Value: body.hide(), DeclRange: lang.NewRange(body.at),
		})
	}
	for a, body := range l.channels {
		r.bodies[a.Reference()] = body
	}
	l.broken.mark(r.Config)
	return r
}

// ProviderDiagnostics returns the diagnostics that a provider has about one of its configurations, such as when it is
// configured, with their ranges in the files. The id is Provider.ID.
func (r *Result) ProviderDiagnostics(id string, found diag.Diagnostics) hcl.Diagnostics {
	return r.located(id, fmt.Sprintf("provider %s", id), found)
}

// ChannelDiagnostics is like ProviderDiagnostics for a channel.
func (r *Result) ChannelDiagnostics(a addr.Channel, found diag.Diagnostics) hcl.Diagnostics {
	diags := r.located(a.Reference(), a.Reference(), found)
	if a.Key != "" {
		nameInstance(diags, a.Reference())
	}
	return diags
}

func (r *Result) located(key, name string, found diag.Diagnostics) hcl.Diagnostics {
	body := r.bodies[key]
	if body == nil {
		return hcl.Diagnostics{lang.Error("Unknown configuration", fmt.Sprintf("There is no %s in this configuration.", name))}
	}
	return body.diagnostics(found)
}

// CertificateWarning returns the warning about a provider that runs without a valid certificate.
func (r *Result) CertificateWarning(e *ProviderError) *hcl.Diagnostic {
	d := e.diagnostic(lang.HCLRange(r.Config.Required[e.Name].Range))
	d.Severity = hcl.DiagWarning
	return d
}

// HCLRange returns a range of the model in HCL's form, for diagnostics about it.
func HCLRange(r config.Range) hcl.Range { return lang.HCLRange(r) }
