// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/message"
)

// headerKinds are what the header of a template can be, in --header-* and in the columns header.*.
var headerKinds = []string{"text", "image", "video", "document"}

// headerFlags are --header-*; at most one of them is set.
type headerFlags struct {
	text, image, video, document string
}

func urlButton(index, value string) *message.Component {
	return &message.Component{Type: "button", SubType: "url", Index: index, Parameters: []*message.Parameter{{Type: "text", Text: value}}}
}

func (h headerFlags) component() (*message.Component, error) {
	var header *message.Component
	for _, flag := range []struct{ kind, value string }{{"text", h.text}, {"image", h.image}, {"video", h.video}, {"document", h.document}} {
		switch {
		case flag.value == "":
		case header != nil:
			return nil, cli.UsageError("a template has one header: give one of --header-text, --header-image, --header-video, --header-document")
		default:
			header = headerOf(flag.kind, flag.value)
		}
	}
	return header, nil
}

// headerOf makes a header of one of the headerKinds. The value is a text or a URL.
func headerOf(kind, value string) *message.Component {
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
	return &message.Component{Type: "header", Parameters: []*message.Parameter{p}}
}

// componentOf gives the first component of a type, or nil.
func componentOf(t *message.Template, kind string) *message.Component {
	for _, c := range t.GetComponents() {
		if c.GetType() == kind {
			return c
		}
	}
	return nil
}
