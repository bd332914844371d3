// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/sdk/message"
)

// CanSend reports whether the host can send although a Diagnosis has errors: all errors are about providers that cannot be used
// or about arguments that a provider refuses, and other channels are left. If the message, which may be nil, names a channel
// or a route, that channel or one of the route's is among them.
func (h *Host) CanSend(d Diagnosis, m *message.Message) bool {
	if !d.HasErrors() {
		return true
	}
	cfg := h.Config()
	if cfg == nil || !load.OnlyUnusable(d.Diagnostics) {
		return false
	}
	usable := func(a addr.Channel) bool {
		ch, ok := cfg.Channel(a)
		return ok && ch.Unusable == "" && !h.refused[a]
	}
	switch ext := m.GetWahost(); {
	case ext.GetChannel() != "":
		a, err := addr.ParseChannel(ext.GetChannel())
		return err == nil && usable(a)
	case ext.GetRoute() != "":
		i := slices.IndexFunc(cfg.Routes, func(r config.Route) bool { return r.Name == ext.GetRoute() })
		return i >= 0 && slices.ContainsFunc(cfg.Routes[i].Channels, usable)
	}
	return slices.ContainsFunc(cfg.Channels, func(ch config.Channel) bool { return usable(ch.Addr) })
}

// Warnings returns the Diagnosis with warnings in place of errors, for a host that can send all the same. It leaves out the
// providers whose start was not waited for.
func (d Diagnosis) Warnings() Diagnosis {
	out := Diagnosis{Files: d.Files}
	for _, one := range d.Diagnostics {
		if load.IsNotAwaited(one) {
			continue
		}
		copied := *one
		copied.Severity = hcl.DiagWarning
		out.Diagnostics = append(out.Diagnostics, &copied)
	}
	return out
}

// refuse records the channels that cannot be used because of what a provider refused when it was configured. The subject is that
// of a supervise.Refusal.
func (h *Host) refuse(cfg *config.Config, subject string) {
	for _, ch := range cfg.Channels {
		if ch.ProviderID == subject || ch.Addr.String() == subject {
			h.refused[ch.Addr] = true
		}
	}
}
