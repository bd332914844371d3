// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package compose

import (
	"slices"

	"github.com/wahost/wahost/sdk/message"
)

// HeaderKinds returns the kinds of header that SetHeader knows.
func HeaderKinds() []string { return []string{"text", "image", "video", "document"} }

// SetHeader sets the header of a template to one of the HeaderKinds. The value is a text or a URL. A header of another
// kind stays, which makes the template invalid.
func SetHeader(t *message.Template, kind, value string) {
	p := &message.Parameter{Type: kind}
	switch kind {
	case "text":
		p.Text = value
	case "image":
		p.Image = &message.Media{Link: value}
	case "video":
		p.Video = &message.Media{Link: value}
	case "document":
		p.Document = &message.Media{Link: value}
	}
	old := Component(t, "header")
	if old != nil && len(old.GetParameters()) == 1 && old.GetParameters()[0].GetType() == kind {
		old.Parameters = []*message.Parameter{p}
		return
	}
	t.Components = append(t.Components, &message.Component{Type: "header", Parameters: []*message.Parameter{p}})
}

// SetButton sets the suffix of the link of a button, and replaces one with the same index.
func SetButton(t *message.Template, index, value string) {
	button := &message.Component{Type: "button", SubType: "url", Index: index, Parameters: []*message.Parameter{{Type: "text", Text: value}}}
	i := slices.IndexFunc(t.Components, func(c *message.Component) bool {
		return c.GetType() == "button" && c.GetSubType() == "url" && c.GetIndex() == index
	})
	if i >= 0 {
		t.Components[i] = button
		return
	}
	t.Components = append(t.Components, button)
}

// Component returns the first component of a type, or nil.
func Component(t *message.Template, kind string) *message.Component {
	for _, c := range t.GetComponents() {
		if c.GetType() == kind {
			return c
		}
	}
	return nil
}
