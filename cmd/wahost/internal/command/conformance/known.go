// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/known"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/internal/boundfile"
)

// checkKnown rejects --write-known-failing if the run will not show all failures.
func (r *runFlags) checkKnown(o *runner.Options) error {
	switch {
	case r.writeKnown == "" && r.ticket != "":
		return cli.UsageError("--ticket is for the new entries of --write-known-failing, which is missing")
	case r.writeKnown == "":
		return nil
	case r.certify:
		return cli.UsageError("--write-known-failing cannot be used with --certify, which waives nothing")
	case o.Narrows():
		return cli.UsageError("--write-known-failing needs a full run: checks that are left out may fail as well")
	case r.ticket == "":
		return cli.UsageError("--write-known-failing needs --ticket URL, the ticket for fixing the new failures")
	}
	if err := known.CheckTicket(r.ticket); err != nil {
		return cli.UsageError("--ticket: %v", err)
	}
	return nil
}

// writeKnownFailing updates the list of known failures from the run. An interrupted run does not change it.
func (r *runFlags) writeKnownFailing(rep *report.Report) error {
	if r.writeKnown == "" {
		return nil
	}
	if rep.Run.Interrupted {
		r.app.Note("%s was not written: the run was interrupted.", r.writeKnown)
		return nil
	}
	old, err := boundfile.Read(r.writeKnown, maxSmallFile)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	text, unlisted, err := known.Rewrite(string(old), rep, r.ticket, time.Now())
	if err != nil {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	if err := os.WriteFile(r.writeKnown, []byte(text), 0o644); err != nil {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	if len(unlisted) > 0 {
		r.app.Note("Not in %s, because they have no message to be listed by: %s", r.writeKnown, strings.Join(unlisted, ", "))
	}
	if !r.app.JSON {
		fmt.Fprintf(r.app.Stdout, "Known failures written to %s. New entries have the ticket %s and are valid for thirty days.\n", r.writeKnown, r.ticket)
	}
	return nil
}
