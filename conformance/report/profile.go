// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"
	"strings"
)

// ProfileVerdict is the verdict for a profile, a named set of capabilities.
type ProfileVerdict struct {
	Name string `json:"name"`
	// Word is the word of a verdict, or "not_declared" if the provider lacks one of the capabilities.
	Word string `json:"word"`
	// Missing are the capabilities that are not declared.
	Missing []string `json:"missing,omitempty"`
}

// NotDeclared is the word of a profile that the provider does not declare.
const NotDeclared = "not_declared"

// The capabilities in profiles that are not kinds of message.
const (
	CapWebhooks   = "webhooks"
	CapRecipients = "recipients"
)

// profiles are the named sets of capabilities, in the order in which reports show them.
var profiles = []struct {
	name string
	caps []string
}{
	{"notify", []string{"text", "template"}},
	{"media", []string{"image", "video", "audio", "document", "sticker"}},
	{"place", []string{"location", "contacts"}},
	{"interactive", []string{"list", "button"}},
	{"commerce", []string{"product", "product_list"}},
	{"inbound", []string{CapWebhooks}},
	{"bulk", []string{CapRecipients}},
}

// ProfilesOf returns the profiles that contain a capability.
func ProfilesOf(capability string) []string {
	var out []string
	for _, p := range profiles {
		if slices.Contains(p.caps, capability) {
			out = append(out, p.name)
		}
	}
	return out
}

func (r *Report) judgeProfiles() []ProfileVerdict {
	var out []ProfileVerdict
	for _, p := range profiles {
		v := ProfileVerdict{Name: p.name}
		for _, c := range p.caps {
			if !r.declares(c) {
				v.Missing = append(v.Missing, c)
			}
		}
		if len(v.Missing) > 0 {
			v.Word = NotDeclared
		} else {
			v.Word = r.judge(func(res Result) bool { return concerns(res, p.caps) }).Word
		}
		out = append(out, v)
	}
	return out
}

func (r *Report) declares(capability string) bool {
	switch capability {
	case CapWebhooks:
		return r.Provider.Capabilities.Webhooks
	case CapRecipients:
		return r.Provider.Capabilities.MaxRecipients > 1
	default:
		return slices.Contains(r.Provider.Kinds, capability)
	}
}

// concerns reports whether a result counts for a profile. All results do, except those about a capability that is only
// in other profiles.
func concerns(res Result, caps []string) bool {
	about := subject(res)
	return about == "" || slices.Contains(caps, about) || len(ProfilesOf(about)) == 0
}

// subject returns the capability in a profile that a result is about, or "" if it is about the provider as a whole.
func subject(res Result) string {
	switch parts := strings.Split(res.ID, "/"); {
	case res.Capability != "":
		return res.Capability
	case parts[0] == "send" && len(parts) > 2:
		return parts[1]
	case parts[0] == "webhook":
		return CapWebhooks
	case parts[0] == "batch":
		return CapRecipients
	}
	return ""
}
