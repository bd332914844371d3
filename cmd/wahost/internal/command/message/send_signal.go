// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// messageOnly are the flags of `send` that do not apply to a signal.
var messageOnly = []string{
	"button", "category", "header-document", "header-image", "header-text", "header-video", "journal", "language", "param",
	"route", "send-at", "to-file",
}

// signal returns the signal in the file of --message, or nil if there is no file or it has something else.
func (f *messageFlags) signal() (*message.Signal, error) {
	if f.file == "" {
		return nil, nil
	}
	if err := f.document.read(f.app, f.file); err != nil {
		return nil, err
	}
	if !message.IsSignal(f.document.raw) {
		return nil, nil
	}
	signal, err := f.document.signal()
	if err != nil {
		return nil, err
	}
	var others []string
	for _, name := range messageOnly {
		if f.cmd.Flags().Changed(name) {
			others = append(others, "--"+name)
		}
	}
	if len(others) > 0 {
		return nil, cli.UsageError("--message contains %s, not a message: leave out %s", signalName(signal), strings.Join(others, ", "))
	}
	return signal, nil
}

func signalName(s *message.Signal) string {
	if s.GetTypingIndicator() != nil {
		return "a typing indicator"
	}
	return "a read receipt"
}

// sendSignal sends a signal and prints its outcome.
func sendSignal(ctx context.Context, a *cli.App, f *messageFlags, signal *message.Signal) error {
	var to message.Recipient
	if len(f.to) > 1 {
		return cli.UsageError("--to: %s goes to one person, the sender of the inbound message", signalName(signal))
	}
	for _, text := range f.to {
		var err error
		if to, err = message.ParseRecipient(text); err != nil {
			return cli.UsageError("--to %s: %v", text, err)
		}
	}
	h, err := a.StartHost(ctx, &message.Message{Wahost: &message.Extension{Channel: f.channel}})
	defer a.CloseHost(h)
	if err != nil {
		return err
	}
	ch, err := signalChannel(h.Config(), f.channel)
	if err != nil {
		return err
	}
	r := h.SendSignal(ctx, ch, signal, to)
	row := NewResult(r)
	row.Signal, row.MessageID = message.SignalStatusRead, signal.GetMessageId()
	if signal.GetTypingIndicator() != nil {
		row.Signal = "typing"
	}
	if err := printRow(a, row); err != nil {
		return cli.EnvironmentError(err)
	}
	if r.Outcome.Accepted == nil {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// signalChannel returns the channel with a name, or the only channel if the name is empty.
func signalChannel(c *config.Config, name string) (addr.Channel, error) {
	if name != "" {
		ch, err := addr.ParseChannel(name)
		if err != nil {
			return ch, cli.UsageError("--channel: %v", err)
		}
		return ch, nil
	}
	if len(c.Channels) == 1 {
		return c.Channels[0].Addr, nil
	}
	if len(c.Channels) == 0 {
		return addr.Channel{}, cli.UsageError("the configuration has no channel that could send a signal: declare one with a channel block")
	}
	var known []string
	for _, ch := range c.Channels {
		known = append(known, ch.Addr.String())
	}
	return addr.Channel{}, cli.UsageError("a signal is not routed: give --channel, the channel that the inbound message came from. There are: %s.", suggest.List(known))
}
