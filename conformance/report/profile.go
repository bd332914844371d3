// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"

	"github.com/wahost/wahost/core/registry/verify"
)

// ProfileVerdict is the verdict for a profile of verify.Profiles.
type ProfileVerdict struct {
	Name string `json:"name"`
	// Word is the word of a verdict, or "not_declared" if the provider lacks one of the capabilities or features.
	Word string `json:"word"`
	// Missing are the capabilities and features that are not declared.
	Missing []string `json:"missing,omitempty"`
}

// NotDeclared is the word of a profile that the provider does not declare.
const NotDeclared = "not_declared"

// ProfilesOf returns the profiles that contain a capability.
func ProfilesOf(capability string) []string {
	var out []string
	for _, p := range verify.Profiles() {
		if slices.Contains(p.Capabilities, capability) {
			out = append(out, p.Name)
		}
	}
	return out
}

func (r *Report) judgeProfiles() []ProfileVerdict {
	var out []ProfileVerdict
	features := verify.Features(r.Provider.Capabilities, r.Provider.Kinds)
	for _, p := range verify.Profiles() {
		v := ProfileVerdict{Name: p.Name}
		for _, c := range p.Capabilities {
			if !r.declares(c) {
				v.Missing = append(v.Missing, c)
			}
		}
		for _, f := range p.Features {
			if !slices.Contains(features, f) {
				v.Missing = append(v.Missing, f)
			}
		}
		if len(v.Missing) > 0 {
			v.Word = NotDeclared
		} else {
			v.Word = r.judge(func(res Result) bool { return concerns(res, p.Capabilities) }).Word
		}
		out = append(out, v)
	}
	return out
}

func (r *Report) declares(capability string) bool {
	switch capability {
	case verify.CapWebhooks:
		return r.Provider.Capabilities.Webhooks
	case verify.CapRecipients:
		return r.Provider.Capabilities.MaxRecipients > 1
	default:
		return slices.Contains(r.Provider.Kinds, capability)
	}
}

// concerns reports whether a result counts for a profile. Results about a capability count for the profiles that contain it, and
// for no profile if none contains it. All other results count for every profile.
func concerns(res Result, caps []string) bool {
	about := subject(res)
	return about == "" || slices.Contains(caps, about)
}

// subject returns the capability that a result is about, or "" if it is about the provider as a whole.
func subject(res Result) string {
	return verify.Check{ID: res.ID, Capability: res.Capability}.Subject()
}
