// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/sdk/message"
)

// messageFlags are the flags that describe one message.
type messageFlags struct {
	app *cli.App

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

	cmd      *cobra.Command // the command that has the flags
	document document
}

func (f *messageFlags) register(cmd *cobra.Command) {
	f.cmd = cmd
	flags := cmd.Flags()
	flags.StringSliceVar(&f.to, "to", nil, "recipient, a phone number in international form; may be repeated")
	flags.StringVar(&f.file, "message", "", "file with a Cloud API message as JSON or YAML; - reads standard input")
	flags.StringVar(&f.text, "text", "", "text to send; may contain placeholders such as {{1}}")
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
	flags.StringVar(&f.sendAt, "send-at", "", "when to send, as RFC 3339, in the future and within max_send_ahead of the configuration; only for vendors that schedule by themselves")
	cmd.MarkFlagsMutuallyExclusive("message", "text", "template")
	cmd.MarkFlagsOneRequired("message", "text", "template")
	f.complete(cmd)
}

// build returns the message without its recipients. With a recipients file, the columns must complete it, and the caller calls
// check when they are known.
func (f *messageFlags) build() (*message.Message, error) {
	m := &message.Message{MessagingProduct: "whatsapp"}
	switch {
	case f.file != "":
		if err := f.document.read(f.app, f.file); err != nil {
			return nil, err
		}
		var err error
		if m, err = f.document.message(); err != nil {
			return nil, err
		}
		if f.template+f.text+f.language != "" || len(f.params)+len(f.buttons) > 0 || f.header != (headerFlags{}) {
			return nil, cli.UsageError("--message contains the whole message: leave out --language, --param, --header-* and --button")
		}
	case f.template != "":
		if err := f.buildTemplate(m); err != nil {
			return nil, err
		}
	default:
		if f.header != (headerFlags{}) || len(f.buttons) > 0 || f.language != "" {
			return nil, cli.UsageError("--language, --header-* and --button need --template")
		}
		params, err := parseParams(f.params)
		if err != nil {
			return nil, err
		}
		m.Type, m.Text = message.KindText, &message.Text{Body: f.text}
		for _, p := range params {
			compose.SetVariable(m, p)
		}
	}
	if err := f.extend(m); err != nil {
		return nil, err
	}
	if flag := f.cmd.Flags().Lookup("to-file"); flag != nil && flag.Changed {
		return m, nil
	}
	return m, f.check(m, broadcast.NoColumns())
}

// check validates the messages of all rows at once, and returns a usage error if they are not valid.
func (f *messageFlags) check(m *message.Message, cols broadcast.Columns) error {
	whole := m
	if m.GetType() == message.KindTemplate && m.Template == nil {
		cols = broadcast.NoColumns() // there is no template to fill, and validation reports that
	}
	if !cols.OnlyRecipients() {
		whole = cols.Sample(m)
	}
	if n := compose.Missing(whole.GetTemplate()); n > 0 && len(f.params)+cols.Parameters() > 0 {
		return cli.UsageError("placeholder %d has no value and a later one has: give --param %d=VALUE or, with --to-file, a column %q", n, n, strconv.Itoa(n))
	}
	// A text on the command line is written for wahost. In a file, a message may contain braces that are not placeholders.
	if f.file == "" && whole.GetType() == message.KindText && len(whole.GetWahost().GetVariables()) == 0 {
		if _, err := message.RenderVariables(f.text, nil); err != nil {
			return cli.UsageError("--text: %v. Give them with --param or, with --to-file, as columns; to send the braces as they are, use --message", err)
		}
	}
	// Limits depend on the channel, because a vendor may have other limits than Meta. Routing checks them.
	if err := message.Validate(whole, &message.Limits{}); err != nil {
		return messageError(err)
	}
	return nil
}

func (f *messageFlags) buildTemplate(m *message.Message) error {
	t := &message.Template{Name: f.template}
	if f.language != "" {
		if !languageCode.MatchString(f.language) {
			return cli.UsageError("--language %s: expected a code as the vendor lists it, such as en or pt_BR", f.language)
		}
		t.Language = &message.Language{Code: f.language}
	}
	if err := f.header.set(t); err != nil {
		return err
	}
	params, err := parseParams(f.params)
	if err != nil {
		return err
	}
	for _, p := range params {
		compose.SetParameter(t, p)
	}
	for _, b := range f.buttons {
		index, value, ok := strings.Cut(b, "=")
		if _, err := strconv.ParseUint(index, 10, 8); !ok || err != nil {
			return cli.UsageError("--button %s: expected INDEX=VALUE, such as 0=A-1001", b)
		}
		compose.SetButton(t, index, value)
	}
	m.Type, m.Template = message.KindTemplate, t
	return nil
}

// extend adds the fields that only the host reads.
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
		if at.Before(time.Now()) {
			return cli.UsageError("--send-at %s: the time has passed. Leave the flag out to send now", f.sendAt)
		}
		m.Wahost.SendAt = timestamppb.New(at)
	}
	return nil
}

// recipients returns those of --to, or the recipient of the message without --to.
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

// languageCode matches what can be the code of a language: two or three letters, and parts such as a country.
var languageCode = regexp.MustCompile(`^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$`)

// headerFlags are the flags --header-*, of which at most one may be set.
type headerFlags struct {
	text, image, video, document string
}

// set sets the header of a template if one of the flags is set.
func (h headerFlags) set(t *message.Template) error {
	found := false
	for _, flag := range []struct{ kind, value string }{{"text", h.text}, {"image", h.image}, {"video", h.video}, {"document", h.document}} {
		switch {
		case flag.value == "":
		case found:
			return cli.UsageError("a template has one header: use only one of --header-text, --header-image, --header-video, --header-document")
		default:
			compose.SetHeader(t, flag.kind, flag.value)
			found = true
		}
	}
	return nil
}
