// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import "slices"

// The capabilities in profiles that are not kinds of message.
const (
	CapWebhooks   = "webhooks"
	CapRecipients = "recipients"
)

// Profile is a named set of capabilities and features. A provider has the profile if it declares all of them and conforms in
// them.
type Profile struct {
	Name string
	// Doc is one sentence on what the profile is for.
	Doc string
	// Capabilities are kinds of message, CapWebhooks and CapRecipients. Features are as in Features.
	Capabilities, Features []string
	// Extended are features that the profile does not need, and that its users may want: a policy demands them one by one.
	Extended []string
}

// Profiles returns the profiles, in the order in which reports show them.
func Profiles() []Profile {
	return []Profile{
		{Name: "notify", Doc: "Texts and templates.", Capabilities: []string{"text", "template"}, Extended: []string{"category/marketing", "category/utility", "template/header/text", "template/button/url"}},
		{Name: "otp", Doc: "One-time codes: templates of the category authentication.", Capabilities: []string{"template"},
			Features: []string{"category/authentication"}, Extended: []string{"template/button/url", "template/button/copy_code"}},
		{Name: "media", Doc: "Images, videos, audio, documents and stickers.", Capabilities: []string{"image", "video", "audio", "document", "sticker"}, Extended: []string{"media/link", "media/id"}},
		{Name: "place", Doc: "Locations and contacts.", Capabilities: []string{"location", "contacts"}},
		{Name: "interactive", Doc: "Lists and reply buttons.", Capabilities: []string{"list", "button"}, Extended: []string{"list/header/text", "button/header/text"}},
		{Name: "commerce", Doc: "Products and lists of products.", Capabilities: []string{"product", "product_list"}},
		{Name: "inbound", Doc: "Statuses and inbound messages through webhooks.", Capabilities: []string{CapWebhooks}},
		{Name: "bulk", Doc: "Several recipients in one vendor request.", Capabilities: []string{CapRecipients}},
	}
}

// ProfileNames returns the names of the profiles.
func ProfileNames() []string {
	var out []string
	for _, p := range Profiles() {
		out = append(out, p.Name)
	}
	return out
}

// unknownProfiles returns the names among the given ones that are not profiles.
func unknownProfiles(names []string) []string { return without(names, ProfileNames()) }

// lacks returns the capabilities and features of the profile that are not among the given ones.
func (p Profile) lacks(capabilities, features []string) []string {
	return slices.Concat(without(p.Capabilities, capabilities), without(p.Features, features))
}
