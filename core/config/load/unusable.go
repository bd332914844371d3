// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
)

// unusable is the Extra of a diagnostic about something that cannot be used, while the rest of the configuration can.
type unusable struct{ notAwaited bool }

// IsUnusable reports whether an error is about a provider that cannot be used, or about arguments that a provider refuses. The
// channels that do not depend on them can be used.
func IsUnusable(d *hcl.Diagnostic) bool {
	_, ok := hcl.DiagnosticExtra[unusable](d)
	return ok
}

// IsNotAwaited reports whether an error is about a provider of the kind NotAwaited.
func IsNotAwaited(d *hcl.Diagnostic) bool {
	extra, _ := hcl.DiagnosticExtra[unusable](d)
	return extra.notAwaited
}

// OnlyUnusable reports whether none of the errors concerns the whole configuration.
func OnlyUnusable(diags hcl.Diagnostics) bool {
	for _, d := range diags {
		if d.Severity == hcl.DiagError && !IsUnusable(d) {
			return false
		}
	}
	return true
}

// Refused returns diagnostics as what a provider says against some of its arguments: the rest of the configuration can be used.
func Refused(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			d.Extra = unusable{}
		}
	}
	return diags
}

// broken holds what cannot be used, with the reasons.
type broken struct {
	providers map[string]string
	configs   map[addr.ProviderConfig]string
	channels  map[addr.Channel]string
}

func newBroken() broken {
	return broken{providers: map[string]string{}, configs: map[addr.ProviderConfig]string{}, channels: map[addr.Channel]string{}}
}

// addUnusable adds an error about a provider that cannot be used.
func (l *loader) addUnusable(name string, d *hcl.Diagnostic) {
	l.broken.providers[name] = reasonOf(d)
	l.add(Refused(hcl.Diagnostics{d})...)
}

// addFailure adds an error of a provider that could not be asked.
func (l *loader) addFailure(name string, err error, at hcl.Range) {
	failure := asProviderError(name, err)
	l.addUnusable(name, failure.diagnostic(at))
	if failure.Kind == NotAwaited {
		l.diags[len(l.diags)-1].Extra = unusable{notAwaited: true}
	}
}

// reasonOf returns an error as the reason why a channel is skipped: one line. A provider's error may have no summary and no
// detail.
func reasonOf(d *hcl.Diagnostic) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(d.Detail), "\n\n")
	// The first paragraph names the provider, and the second says what happened.
	second, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	detail := strings.Join(strings.Fields(first+" "+second), " ")
	if d.Summary == "" {
		return cmp.Or(detail, "no reason was given")
	}
	letter, size := utf8.DecodeRuneInString(d.Summary)
	summary := string(unicode.ToLower(letter)) + d.Summary[size:]
	if detail == "" {
		return summary
	}
	return summary + ": " + detail
}

// mark sets the reasons of the providers and channels that cannot be used.
func (b broken) mark(cfg *config.Config) {
	for i, pc := range cfg.Providers {
		a := addr.ProviderConfig{Name: pc.Name, Alias: pc.Alias}
		if reason := b.providers[pc.Name]; reason != "" {
			cfg.Providers[i].Unusable = reason
		} else {
			cfg.Providers[i].Unusable = b.configs[a]
		}
	}
	byID := map[string]string{}
	for _, pc := range cfg.Providers {
		byID[pc.ID] = pc.Unusable
	}
	for i, ch := range cfg.Channels {
		for _, reason := range []string{b.providers[ch.Addr.Provider], byID[ch.ProviderID], b.channels[ch.Addr]} {
			if reason != "" {
				cfg.Channels[i].Unusable = reason
				break
			}
		}
	}
}
