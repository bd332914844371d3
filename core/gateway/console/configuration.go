// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// configurationPage is what the page about the configuration shows.
type configurationPage struct {
	layout
	// Reloaded is set after a reload, and Changes are the blocks that differ.
	Reloaded bool
	Changes  []adminapi.Change
	// Refused is why the configuration was not used. It is nil unless it was refused.
	Refused *problem
}

func (v *visit) configuration() error {
	return v.render("configuration", &configurationPage{layout: v.layout("Configuration", "configuration")})
}

// reload lets the gateway read its configuration again.
func (v *visit) reload() error {
	p := &configurationPage{layout: v.layout("Configuration", "configuration")}
	r, err := ask[adminapi.Reloaded](v, http.MethodPost, "reload", nil, nil)
	switch {
	case err == nil:
		p.Reloaded, p.Changes = true, r.Changes
	case errors.As(err, &p.Refused) && (p.Refused.Status == http.StatusUnprocessableEntity || p.Refused.Status == http.StatusServiceUnavailable):
	default:
		return err
	}
	return v.render("configuration", p)
}
