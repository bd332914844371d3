// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// CheckTarget returns an error if there is no channel or route of the name that a message asks for. A caller that sends
// one message to many recipients calls it once, before the first.
func (c *Config) CheckTarget(m *message.Message) error {
	if given := m.GetWahost().GetChannel(); given != "" {
		var known []string
		for _, ch := range c.Channels {
			known = append(known, ch.Addr.String())
		}
		if a, err := addr.ParseChannel(given); err == nil {
			given = a.String()
		}
		if err := check("channel", given, known); err != nil {
			return err
		}
	}
	if given := m.GetWahost().GetRoute(); given != "" {
		var known []string
		for _, r := range c.Routes {
			known = append(known, r.Name)
		}
		return check("route", given, known)
	}
	return nil
}

// CheckTemplate returns an error if the configuration allows only its own templates and the message names another one. A
// caller that sends one message to many recipients calls it once, before the first, so that not each of them is rejected.
func (c *Config) CheckTemplate(m *message.Message) error {
	set := c.TemplateSet()
	if why := set.Unknown(set.Raw(m)); why != "" {
		return errors.New(why)
	}
	return nil
}

func check(what, given string, known []string) error {
	for _, k := range known {
		if k == given {
			return nil
		}
	}
	return fmt.Errorf("there is no %s %q.%s", what, given, suggest.SentenceOr(given, known, " There are: "+suggest.List(known)+"."))
}
