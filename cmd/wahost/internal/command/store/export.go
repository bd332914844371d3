// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/redact"
)

// exportPage is how many messages are read together.
const exportPage = 200

// exporter holds the flags of `wahost store export`.
type exporter struct {
	reveal             bool
	state, from, until string
}

func newExport(o *opener) *cobra.Command {
	e := &exporter{}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the messages of the store, with their attempts",
		Long: `Print each message with all its attempts as a line of JSON, the newest first, in the
form of the gateway's API. Numbers are masked, and texts, references and the words
of vendors are left out, unless --reveal is given. A gateway that uses the store
goes on meanwhile: what it accepts after the start is not in the output.`,
		Example: "  wahost store export --state unknown\n  wahost store export --from 2026-11-01T00:00:00Z --reveal > november.ndjson",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := e.query()
			if err != nil {
				return err
			}
			return o.with(cmd.Context(), func(t store.Tool) error {
				if err := current(cmd.Context(), t); err != nil {
					return err
				}
				return e.run(cmd.Context(), o.app, t, q)
			})
		},
	}
	cmd.Flags().BoolVar(&e.reveal, "reveal", false, "print numbers, texts, references and the words of vendors")
	cmd.Flags().StringVar(&e.state, "state", "", "print only messages in this `STATE`: ready, accepted, unknown or dead")
	cmd.Flags().StringVar(&e.from, "from", "", "print only messages that were accepted at this `TIME` or later, such as 2026-11-01T00:00:00Z")
	cmd.Flags().StringVar(&e.until, "until", "", "print only messages that were accepted before this `TIME`")
	cli.CompleteWords(cmd, "state", "ready", "accepted", "unknown", "dead")
	cli.CompleteWords(cmd, "from")
	cli.CompleteWords(cmd, "until")
	return cmd
}

// query returns what selects the messages.
func (e *exporter) query() (*store.Query, error) {
	q := &store.Query{Limit: exportPage}
	if e.state != "" {
		state, ok := store.ParseState(e.state)
		if !ok {
			return nil, cli.UsageError("--state %s: expected ready, accepted, unknown or dead", e.state)
		}
		q.State = &state
	}
	for _, bound := range []struct {
		flag, text string
		into       *time.Time
	}{{"from", e.from, &q.From}, {"until", e.until, &q.Until}} {
		if bound.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, bound.text)
		if err != nil {
			return nil, cli.UsageError("--%s %s: expected a time such as 2026-11-01T00:00:00Z", bound.flag, bound.text)
		}
		*bound.into = t
	}
	return q, nil
}

func (e *exporter) run(ctx context.Context, a *cli.App, t store.Tool, q *store.Query) error {
	for {
		found, err := t.Search(ctx, q)
		if err != nil {
			return cli.EnvironmentError(err)
		}
		var lines bytes.Buffer
		for _, l := range found {
			q.Before = l.ID
			whole, err := t.Get(ctx, l.ID)
			switch {
			case errors.Is(err, store.ErrNotFound): // the gateway has just removed it
				continue
			case err != nil:
				return cli.EnvironmentError(err)
			}
			if err := json.NewEncoder(&lines).Encode(e.view(whole)); err != nil {
				return cli.EnvironmentError(err)
			}
		}
		if _, err := a.Stdout.Write(lines.Bytes()); err != nil || len(found) < q.Limit {
			return err
		}
	}
}

// view returns a message as it is printed.
func (e *exporter) view(l *store.Life) any {
	d := adminapi.Detail(l)
	if e.reveal {
		return d
	}
	d.To, d.Reference, d.Content = masked(d.To), "", nil
	d.Failure = withoutWords(d.Failure)
	for i := range d.History {
		d.History[i].Failure = withoutWords(d.History[i].Failure)
	}
	return struct {
		adminapi.MessageDetail
		Content any `json:"content,omitempty"` // is nil, so that the field is absent
	}{MessageDetail: d}
}

// masked returns an address of which only the beginning and the end can be read, or nothing if it is short.
func masked(address string) string {
	const head, tail = 3, 2
	if len(address) < 2*(head+tail) {
		return redact.MaskText
	}
	return address[:head] + redact.MaskText + address[len(address)-tail:]
}

// withoutWords returns a failure without what a vendor wrote, which may have a number or a text in it.
func withoutWords(f *adminapi.Failure) *adminapi.Failure {
	if f == nil {
		return nil
	}
	return &adminapi.Failure{Reason: f.Reason, VendorCode: f.VendorCode}
}
