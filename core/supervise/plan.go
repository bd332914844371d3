// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"strings"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
)

// plan sets what each provider is to configure and to open, and returns the providers that have channels to open. The channels
// that cannot be used are recorded with the reason.
func (p *Pool) plan(cfg *config.Config) (map[string]*member, error) {
	unusable := map[addr.Channel]catalog.Channel{}
	planned := map[string]*member{}
	failed := map[string]string{}
	reasons := map[string]string{} // of the provider configurations
	for _, pc := range cfg.Providers {
		reasons[pc.ID] = pc.Unusable
	}
	for _, ch := range cfg.Channels {
		name := ch.Addr.Provider
		reason := ch.Unusable
		if reason == "" {
			reason = reasons[ch.ProviderID]
		}
		if reason == "" && planned[name] == nil && failed[name] == "" {
			switch m, err := p.member(name); {
			case err == ErrClosed: //nolint:errorlint // it is returned as it is
				return nil, err
			case err != nil:
				failed[name] = firstLine(err)
			default:
				planned[name] = m
			}
		}
		if reason == "" {
			reason = failed[name]
		}
		if reason != "" {
			unusable[ch.Addr] = catalog.Channel{Sender: ch.Sender, Unhealthy: reason}
		}
	}
	for _, m := range planned {
		m.setPlan(cfg)
	}
	p.mu.Lock()
	p.unusable = unusable
	p.mu.Unlock()
	return planned, nil
}

// firstLine returns the first line of the text of an error.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
