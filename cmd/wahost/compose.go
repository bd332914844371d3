// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
)

// messageFlags describe one message on a command line.
type messageFlags struct {
	to       []string
	file     string
	text     string
	template string
	language string
	params   []string
	header   headerFlags
	buttons  []string
	channel  string
	route    string
	category string
	sendAt   string
}

type headerFlags struct {
	text, image, video, document string
}

func (f *messageFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.to, "to", nil, "recipient, a phone number in international form; may be repeated")
	flags.StringVar(&f.file, "message", "", "file with a Cloud API message as JSON or YAML; - reads standard input")
	flags.StringVar(&f.text, "text", "", "text to send; may hold placeholders such as {{1}}")
	flags.StringVar(&f.template, "template", "", "template to send: a logical one of the configuration, or a vendor's own name")
	flags.StringVar(&f.language, "language", "", "language of the template, such as en or pt_BR")
	flags.StringArrayVar(&f.params, "param", nil, "value of the next placeholder, or NAME=VALUE; may be repeated")
	flags.StringVar(&f.header.text, "header-text", "", "text of the template's header variable")
	flags.StringVar(&f.header.image, "header-image", "", "URL of the image in the template's header")
	flags.StringVar(&f.header.video, "header-video", "", "URL of the video in the template's header")
	flags.StringVar(&f.header.document, "header-document", "", "URL of the document in the template's header")
	flags.StringArrayVar(&f.buttons, "button", nil, "INDEX=VALUE: suffix of the link of a template's button, counted from 0; may be repeated")
	flags.StringVar(&f.channel, "channel", "", "send through this channel, such as innopaas.in_otp, instead of routing")
	flags.StringVar(&f.route, "route", "", "use this route instead of matching")
	flags.StringVar(&f.category, "category", "", "category of a template that is not in the configuration: marketing, utility or authentication")
	flags.StringVar(&f.sendAt, "send-at", "", "when to send, as RFC 3339, where the vendor schedules by itself")
	cmd.MarkFlagsMutuallyExclusive("message", "text", "template")
	cmd.MarkFlagsOneRequired("message", "text", "template")
}

var namedParam = regexp.MustCompile(`^([a-z_][a-z0-9_]*)=`)

// build makes the message without its recipients.
func (f *messageFlags) build(stdin io.Reader) (*message.Message, error) {
	m := &message.Message{MessagingProduct: "whatsapp"}
	switch {
	case f.file != "":
		var err error
		if m, err = readMessage(f.file, stdin); err != nil {
			return nil, err
		}
		if f.template+f.text+f.language != "" || len(f.params)+len(f.buttons) > 0 || f.header != (headerFlags{}) {
			return nil, usageError("--message holds the whole content: leave out --language, --param, --header-* and --button")
		}
	case f.template != "":
		if err := f.buildTemplate(m); err != nil {
			return nil, err
		}
	default:
		if f.header != (headerFlags{}) || len(f.buttons) > 0 || f.language != "" {
			return nil, usageError("--language, --header-* and --button go with --template")
		}
		m.Type, m.Text = message.KindText, &message.Text{Body: f.text}
		if len(f.params) > 0 {
			m.Wahost = &message.Extension{Variables: map[string]string{}}
		}
		for i, p := range f.params {
			name, value := strconv.Itoa(i+1), p
			if named := namedParam.FindStringSubmatch(p); named != nil {
				name, value = named[1], p[len(named[0]):]
			}
			m.Wahost.Variables[name] = value
		}
	}
	if err := f.extend(m); err != nil {
		return nil, err
	}
	// Limits are the channels': a vendor may have others than Meta. Routing checks them.
	if err := message.Validate(m, &message.Limits{}); err != nil {
		return nil, messageError(err)
	}
	return m, nil
}

func (f *messageFlags) buildTemplate(m *message.Message) error {
	t := &message.Template{Name: f.template}
	if f.language != "" {
		t.Language = &message.Language{Code: f.language}
	}
	header, err := f.header.component()
	if err != nil {
		return err
	}
	if header != nil {
		t.Components = append(t.Components, header)
	}
	if len(f.params) > 0 {
		body := &message.Component{Type: "body"}
		for _, p := range f.params {
			param := &message.Parameter{Type: "text", Text: p}
			if named := namedParam.FindStringSubmatch(p); named != nil {
				param.ParameterName, param.Text = named[1], p[len(named[0]):]
			}
			body.Parameters = append(body.Parameters, param)
		}
		t.Components = append(t.Components, body)
	}
	for _, b := range f.buttons {
		index, value, ok := strings.Cut(b, "=")
		if _, err := strconv.ParseUint(index, 10, 8); !ok || err != nil {
			return usageError("--button %s: expected INDEX=VALUE, such as 0=A-1001", b)
		}
		t.Components = append(t.Components, urlButton(index, value))
	}
	m.Type, m.Template = message.KindTemplate, t
	return nil
}

func urlButton(index, value string) *message.Component {
	return &message.Component{Type: "button", SubType: "url", Index: index, Parameters: []*message.Parameter{{Type: "text", Text: value}}}
}

func (h headerFlags) component() (*message.Component, error) {
	var params []*message.Parameter
	if h.text != "" {
		params = append(params, &message.Parameter{Type: "text", Text: h.text})
	}
	if h.image != "" {
		params = append(params, &message.Parameter{Type: "image", Image: &message.Media{Link: h.image}})
	}
	if h.video != "" {
		params = append(params, &message.Parameter{Type: "video", Video: &message.Media{Link: h.video}})
	}
	if h.document != "" {
		params = append(params, &message.Parameter{Type: "document", Document: &message.Media{Link: h.document}})
	}
	switch len(params) {
	case 0:
		return nil, nil
	case 1:
		return &message.Component{Type: "header", Parameters: params}, nil
	}
	return nil, usageError("a template has one header: give one of --header-text, --header-image, --header-video, --header-document")
}

// extend adds what is for the host.
func (f *messageFlags) extend(m *message.Message) error {
	if f.channel == "" && f.route == "" && f.category == "" && f.sendAt == "" {
		return nil
	}
	if f.channel != "" && f.route != "" {
		return usageError("--channel bypasses routes: leave out --route")
	}
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	m.Wahost.Channel, m.Wahost.Route = f.channel, f.route
	if f.category != "" {
		m.Wahost.Category = f.category
	}
	if f.sendAt != "" {
		at, err := time.Parse(time.RFC3339, f.sendAt)
		if err != nil {
			return usageError("--send-at %s: expected RFC 3339, such as 2026-12-24T18:00:00+01:00", f.sendAt)
		}
		m.Wahost.SendAt = timestamppb.New(at)
	}
	return nil
}

// recipients gives those of --to, else the one in the message.
func (f *messageFlags) recipients(m *message.Message) ([]message.Recipient, error) {
	if len(f.to) == 0 {
		to, err := message.RecipientOf(m)
		if err != nil {
			if m.GetTo() == "" && m.GetRecipient() == "" {
				return nil, usageError("no recipient: give --to, or `to` in the message")
			}
			return nil, messageError(err)
		}
		return []message.Recipient{to}, nil
	}
	var all []message.Recipient
	for _, text := range f.to {
		to, err := message.ParseRecipient(text)
		if err != nil {
			return nil, usageError("--to %s: %v", text, err)
		}
		if !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all, nil
}

// forRow gives a copy with the values of a row: see rowValues.
func forRow(m *message.Message, row rowValues) *message.Message {
	out := proto.CloneOf(m)
	row.apply(out)
	return out
}
