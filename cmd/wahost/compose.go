// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
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

	cmd *cobra.Command // whose flags these are
}

func (f *messageFlags) register(cmd *cobra.Command) {
	f.cmd = cmd
	flags := cmd.Flags()
	flags.StringSliceVar(&f.to, "to", nil, "recipient, a phone number in international form; may be repeated")
	flags.StringVar(&f.file, "message", "", "file with a Cloud API message as JSON or YAML; - reads standard input")
	flags.StringVar(&f.text, "text", "", "text to send; may hold placeholders such as {{1}}")
	flags.StringVar(&f.template, "template", "", "template to send: a logical one of the configuration, or a vendor's own name")
	flags.StringVar(&f.language, "language", "", "language of the template, such as en or pt_BR")
	flags.StringArrayVar(&f.params, "param", nil, "value of the next placeholder, or NAME=VALUE, or N=VALUE by its number, as in 1=a=b where the value is a=b; may be repeated")
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

// build makes the message without its recipients, and without what the columns of a recipients file give. That the
// columns complete it is checked here, once for all rows.
func (f *messageFlags) build(stdin io.Reader) (*message.Message, error) {
	cols, err := f.columns()
	if err != nil {
		return nil, err
	}
	m := &message.Message{MessagingProduct: "whatsapp"}
	switch {
	case f.file != "":
		if m, err = readMessage(f.file, stdin); err != nil {
			return nil, err
		}
		if f.template+f.text+f.language != "" || len(f.params)+len(f.buttons) > 0 || f.header != (headerFlags{}) {
			return nil, cli.UsageError("--message holds the whole content: leave out --language, --param, --header-* and --button")
		}
	case f.template != "":
		if err := f.buildTemplate(m); err != nil {
			return nil, err
		}
	default:
		if f.header != (headerFlags{}) || len(f.buttons) > 0 || f.language != "" {
			return nil, cli.UsageError("--language, --header-* and --button go with --template")
		}
		params, err := parseParams(f.params)
		if err != nil {
			return nil, err
		}
		m.Type, m.Text = message.KindText, &message.Text{Body: f.text}
		for _, p := range params {
			setVariable(m, p)
		}
	}
	if err := f.extend(m); err != nil {
		return nil, err
	}
	return m, f.check(m, cols)
}

// columns are those of the recipients file; none without one, and for commands that take none.
func (f *messageFlags) columns() (columns, error) {
	flag := f.cmd.Flags().Lookup("to-file")
	if flag == nil || !flag.Changed {
		return columns{lang: -1}, nil
	}
	cols, err := columnsOf(flag.Value.String())
	if err != nil {
		return cols, cli.UsageError("--to-file: %v", err)
	}
	return cols, nil
}

// check finds what is wrong with the message of any row.
func (f *messageFlags) check(m *message.Message, cols columns) error {
	whole := m
	if m.GetType() == message.KindTemplate && m.Template == nil {
		cols = columns{lang: -1} // there is nothing to apply them to: validation says so
	}
	if !cols.onlyRecipients() {
		whole = forRow(m, rowValues{columns: cols, cells: cols.sample()})
	}
	if names := cols.forTemplates(); m.GetType() != message.KindTemplate && len(names) > 0 {
		return cli.UsageError("--to-file: columns such as %s go with a template", strings.Join(names, ", "))
	}
	if n := vacantPlace(whole.GetTemplate()); n > 0 && len(f.params)+len(cols.params) > 0 {
		return cli.UsageError("placeholder %d has no value and a later one has: give --param %d=VALUE or, with --to-file, a column %q", n, n, strconv.Itoa(n))
	}
	// A text on the command line is written for wahost, unlike a message in a file, where braces may be meant.
	if f.file == "" && whole.GetType() == message.KindText && len(whole.GetWahost().GetVariables()) == 0 {
		if _, err := message.RenderVariables(f.text, nil); err != nil {
			return cli.UsageError("--text: %v. Give them with --param or, with --to-file, as columns; to send the braces as they are, use --message", err)
		}
	}
	// Limits are the channels': a vendor may have others than Meta. Routing checks them.
	if err := message.Validate(whole, &message.Limits{}); err != nil {
		return messageError(err)
	}
	return nil
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
	params, err := parseParams(f.params)
	if err != nil {
		return err
	}
	for _, p := range params {
		setParameter(t, p)
	}
	for _, b := range f.buttons {
		index, value, ok := strings.Cut(b, "=")
		if _, err := strconv.ParseUint(index, 10, 8); !ok || err != nil {
			return cli.UsageError("--button %s: expected INDEX=VALUE, such as 0=A-1001", b)
		}
		t.Components = append(t.Components, urlButton(index, value))
	}
	m.Type, m.Template = message.KindTemplate, t
	return nil
}

// extend adds what is for the host.
func (f *messageFlags) extend(m *message.Message) error {
	if f.channel == "" && f.route == "" && f.category == "" && f.sendAt == "" {
		return nil
	}
	if f.channel != "" && f.route != "" {
		return cli.UsageError("--channel bypasses routes: leave out --route")
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
			return cli.UsageError("--send-at %s: expected RFC 3339, such as 2026-12-24T18:00:00+01:00", f.sendAt)
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
				return nil, cli.UsageError("no recipient: give --to, or `to` in the message")
			}
			return nil, messageError(err)
		}
		return []message.Recipient{to}, nil
	}
	var all []message.Recipient
	for _, text := range f.to {
		to, err := message.ParseRecipient(text)
		if err != nil {
			return nil, cli.UsageError("--to %s: %v", text, err)
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
