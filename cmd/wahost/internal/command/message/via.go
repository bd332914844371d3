// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/sdk/message"
)

// keyVariable has the API key for the gateway of --via. A flag would show it to every process of the machine.
const keyVariable = "WAHOST_GATEWAY_KEY"

// viaFlags are the flags of `send` that are about a gateway that sends in the place of the command.
type viaFlags struct {
	gateway, from, campaign string
	url                     *url.URL
}

func (v *viaFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&v.gateway, "via", "", "hand the messages over to the gateway at `URL`, with the API key of $"+keyVariable+"; no configuration is read")
	cmd.Flags().StringVar(&v.from, "from", "", "with --via: the phone number id to send from")
	cmd.Flags().StringVar(&v.campaign, "campaign", "", "with --via: the `NAME` of the campaign of the gateway that the messages belong to")
	cli.CompleteWords(cmd, "via")
	cli.CompleteWords(cmd, "campaign")
	cli.CompleteWords(cmd, "from")
}

// check reports what does not go together.
func (v *viaFlags) check(cmd *cobra.Command) error {
	if v.gateway == "" {
		switch {
		case v.from != "":
			return cli.UsageError("--from needs --via")
		case v.campaign != "":
			return cli.UsageError("--campaign needs --via: only a gateway has campaigns")
		}
		return nil
	}
	for _, name := range []string{"journal", "max-failures", "retry-rejected", "rejects", "separator", "ignore-columns", "unique"} {
		if cmd.Flags().Changed(name) {
			return cli.UsageError("--%s does not go with --via: the gateway keeps what was sent, and reads the file by itself", name)
		}
	}
	if v.from == "" {
		return cli.UsageError("--via needs --from, the phone number id to send from")
	}
	u, err := url.Parse(v.gateway)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		return cli.UsageError("--via: %q is not the URL of a gateway, such as https://wa.example.com", redacted(u, v.gateway))
	case u.Scheme == "http" && !source.IsLoopback(u.Hostname()):
		return cli.UsageError("--via: the key must not go to %s without encryption: use https", u.Host)
	}
	v.url = u
	return nil
}

// redacted returns a URL for a message, without a password that may be in it.
func redacted(u *url.URL, text string) string {
	if u == nil {
		return text
	}
	return u.Redacted()
}

// sendVia hands the messages over, and prints what the gateway says about them.
func sendVia(ctx context.Context, a *cli.App, f *messageFlags, m *message.Message, file string, v *viaFlags, dryRun bool) error {
	key := os.Getenv(keyVariable)
	if key == "" {
		return cli.UsageError("--via needs an API key of the gateway in the environment variable %s; `wahost key` makes one", keyVariable)
	}
	a.Secrets.Add(key)
	h := &handover{app: a, gateway: v.url, from: v.from, campaign: v.campaign, key: key, dryRun: dryRun}
	if file != "" {
		content, err := message.Marshal(m)
		if err != nil {
			return cli.UsageError("%v", err)
		}
		h.kind, h.message, h.open = "text/csv", string(content), func() (*os.File, error) { return os.Open(file) }
	} else {
		rows, err := rowsFor(f, m)
		if err != nil {
			return err
		}
		h.kind, h.rows = "application/x-ndjson", rows
	}
	done, err := h.run(ctx)
	var refused *refusedError
	switch {
	case errors.As(err, &refused) && refused.mistake():
		return cli.UsageError("%v", err)
	case ctx.Err() != nil:
		return cli.Interrupted()
	case err != nil:
		return cli.EnvironmentError(err)
	}
	if err := h.print(done); err != nil {
		return cli.EnvironmentError(err)
	}
	if done.Rejected > 0 || done.Truncated != "" {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// rowsFor returns a line for each recipient.
func rowsFor(f *messageFlags, m *message.Message) ([]byte, error) {
	recipients, err := f.recipients(m)
	if err != nil {
		return nil, err
	}
	var rows []byte
	for _, to := range recipients {
		one := proto.CloneOf(m)
		one.To, one.Recipient, one.RecipientType = to.Address, "", ""
		switch to.Kind {
		case message.RecipientUser:
			one.To, one.Recipient = "", to.Address
		case message.RecipientGroup:
			one.RecipientType = "group"
		}
		row, err := message.Marshal(one)
		if err != nil {
			return nil, cli.UsageError("%v", err)
		}
		rows = append(append(rows, row...), '\n')
	}
	return rows, nil
}

// print prints what became of the rows.
func (h *handover) print(done *imported) error {
	if h.app.JSON {
		return cli.WriteLine(h.app.Stdout, struct {
			Format string `json:"format_version"`
			*imported
		}{resultFormat, done})
	}
	for _, e := range done.Errors {
		where := e.Path
		if where != "" {
			where += ": "
		}
		h.app.Note("row %d: %s: %s%s", e.Row, e.Reason, where, e.Detail)
	}
	if done.Truncated != "" {
		h.app.Warn("%s", done.Truncated)
	}
	verb := "handed over"
	if h.dryRun {
		verb = "would be handed over"
	}
	_, err := fmt.Fprintf(h.app.Stdout, "%d %s, %d handed over before, %d rejected\n", done.Accepted, verb, done.Repeated, done.Rejected)
	return err
}
