// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Checker checks whether a channel can carry a message, from its capabilities alone. It is safe for concurrent use.
type Checker struct {
	caps   Capabilities
	kinds  map[string]Kind
	limits *message.Limits
}

// NewChecker returns a checker for a channel with the given capabilities.
func NewChecker(caps Capabilities) *Checker {
	c := &Checker{caps: caps, kinds: make(map[string]Kind, len(caps.Kinds)), limits: message.DefaultLimits().With(caps.Limits...)}
	for _, k := range caps.Kinds {
		c.kinds[k.Kind] = k
	}
	return c
}

// Capabilities returns the capabilities that the checker was made with.
func (c *Checker) Capabilities() Capabilities { return c.caps }

// Carries reports whether the channel declares the kind.
func (c *Checker) Carries(kind string) bool {
	_, ok := c.kinds[kind]
	return ok
}

// Check returns nil if the channel can carry the message to the recipient. Otherwise it returns a rejection that names the
// field at fault. now is the current time, with which the send time of the message is compared.
func (c *Checker) Check(m *message.Message, to message.Recipient, now time.Time) *outcome.Rejected {
	if r := c.CheckContent(m); r != nil {
		return r
	}
	return c.CheckDelivery(m, to.Kind, now)
}

// CheckContent is the part of Check that depends neither on the recipient nor on the time.
func (c *Checker) CheckContent(m *message.Message) *outcome.Rejected {
	kind := m.Kind()
	capability, ok := c.kinds[kind]
	if !ok {
		path := "type"
		if m.GetType() == message.TypeInteractive {
			path = "interactive.type"
		}
		return refuse(path, "messages of kind %q are not carried", kind)
	}
	if r := c.checkExtension(m); r != nil {
		return r
	}
	if r := c.checkContent(m, capability); r != nil {
		return r
	}
	if p := c.limits.First(m); p != nil {
		r := refuse(p.Path, "%s", p.Detail)
		r.Reason = outcome.ReasonInvalidMessage
		return r
	}
	return nil
}

// CheckDelivery is the rest of Check: it checks the kind of recipient and the send time.
func (c *Checker) CheckDelivery(m *message.Message, to message.RecipientKind, now time.Time) *outcome.Rejected {
	if !c.carriesRecipient(to) {
		path := "to"
		if to == message.RecipientUser {
			path = "recipient"
		}
		return refuse(path, "a recipient that is a %s is not served", to)
	}
	if at := m.GetWahost().GetSendAt(); at != nil && !c.caps.Scheduling && at.AsTime().After(now) {
		return refuse("wahost.send_at", "the vendor does not hold messages until a send time")
	}
	return nil
}

func refuse(path, format string, args ...any) *outcome.Rejected {
	return outcome.Reject(outcome.ReasonUnsupported, path, format, args...).Rejected
}

func (c *Checker) carriesRecipient(kind message.RecipientKind) bool {
	if len(c.caps.RecipientKinds) == 0 {
		return kind == message.RecipientPhone
	}
	return slices.Contains(c.caps.RecipientKinds, kind)
}

func (c *Checker) checkExtension(m *message.Message) *outcome.Rejected {
	if len(m.GetWahost().GetVariables()) > 0 && !c.caps.TextVariables {
		return refuse("wahost.variables", "the vendor does not fill placeholders")
	}
	if m.GetType() != message.KindTemplate || len(c.caps.TemplateCategories) == 0 {
		return nil
	}
	switch category := m.Category(); {
	case category == "":
		return refuse("wahost.category", "only templates of category %s are carried and the category of this one is not known: set wahost.category",
			strings.Join(c.caps.TemplateCategories, ", "))
	case !slices.Contains(c.caps.TemplateCategories, category):
		return refuse("wahost.category", "templates of category %s are not carried, only %s", category, strings.Join(c.caps.TemplateCategories, ", "))
	}
	return nil
}

func (c *Checker) checkContent(m *message.Message, capability Kind) *outcome.Rejected {
	switch m.GetType() {
	case message.KindTemplate:
		return c.checkTemplate(m.GetTemplate(), capability)
	case message.TypeInteractive:
		header := m.GetInteractive().GetHeader()
		if header == nil {
			return nil
		}
		if !slices.Contains(capability.HeaderKinds, header.GetType()) {
			return refuse("interactive.header.type", "a header of type %q is not carried on %s messages", header.GetType(), m.Kind())
		}
		return c.checkHeaderMedia(header, func() string { return "interactive.header" })
	}
	return c.checkMedia(m.MediaOf(), m.GetType)
}

func (c *Checker) checkMedia(media *message.Media, path func() string) *outcome.Rejected {
	if media == nil {
		return nil
	}
	source, field := MediaByLink, ".link"
	if media.GetId() != "" {
		source, field = MediaByID, ".id"
	}
	if len(c.caps.MediaSources) == 0 && source == MediaByLink || slices.Contains(c.caps.MediaSources, source) {
		return nil
	}
	return refuse(path()+field, "media by %s is not carried", source)
}

// checkHeaderMedia checks the media of a header.
func (c *Checker) checkHeaderMedia(header interface {
	GetImage() *message.Media
	GetVideo() *message.Media
	GetDocument() *message.Media
	GetGif() *message.Media
}, path func() string) *outcome.Rejected {
	if r := c.checkMedia(header.GetImage(), func() string { return path() + ".image" }); r != nil {
		return r
	}
	if r := c.checkMedia(header.GetVideo(), func() string { return path() + ".video" }); r != nil {
		return r
	}
	if r := c.checkMedia(header.GetDocument(), func() string { return path() + ".document" }); r != nil {
		return r
	}
	return c.checkMedia(header.GetGif(), func() string { return path() + ".gif" })
}

func (c *Checker) checkTemplate(t *message.Template, capability Kind) *outcome.Rejected {
	for i, component := range t.GetComponents() {
		switch component.GetType() {
		case "header", "body":
		case "button":
			if !slices.Contains(capability.ButtonKinds, component.GetSubType()) {
				return refuse(fmt.Sprintf("template.components[%d].sub_type", i), "a parameter of a %q button is not carried", component.GetSubType())
			}
		default:
			if !slices.Contains(capability.Components, component.GetType()) {
				return refuse(fmt.Sprintf("template.components[%d].type", i), "a %q component is not carried", component.GetType())
			}
			continue
		}
		for j, p := range component.GetParameters() {
			if r := c.checkParameter(component.GetType(), p, capability, func() string {
				return fmt.Sprintf("template.components[%d].parameters[%d]", i, j)
			}); r != nil {
				return r
			}
		}
	}
	return nil
}

func (c *Checker) checkParameter(component string, p *message.Parameter, capability Kind, path func() string) *outcome.Rejected {
	if p.GetParameterName() != "" && !capability.NamedParameters {
		return refuse(path()+".parameter_name", "named parameters are not carried: set them in order, without names")
	}
	switch component {
	case "header":
		if !slices.Contains(capability.HeaderKinds, p.GetType()) {
			return refuse(path()+".type", "a template header of type %q is not carried", p.GetType())
		}
		return c.checkHeaderMedia(p, path)
	case "body":
		if p.GetType() != "text" && !slices.Contains(capability.ParameterTypes, p.GetType()) {
			return refuse(path()+".type", "a body parameter of type %q is not carried", p.GetType())
		}
	}
	return nil
}
