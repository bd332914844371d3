// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"

	"github.com/wahost/wahost/internal/boundfile"
)

// checkKnown refuses --write-known-failing where the run will not show all that fails.
func (r *conformanceRun) checkKnown(o *suite.Options) error {
	switch {
	case r.writeKnown == "" && r.ticket != "":
		return usageError("--ticket is for the new entries of --write-known-failing, which is missing")
	case r.writeKnown == "":
		return nil
	case r.certify:
		return usageError("--write-known-failing cannot be used with --certify, which waives nothing")
	case len(o.Selectors)+len(o.Exclude)+len(o.Levels)+len(o.Capabilities) > 0 || o.FailedFrom != nil:
		return usageError("--write-known-failing needs a full run: what is left out may fail as well")
	case r.ticket == "":
		return usageError("--write-known-failing needs --ticket URL: what is waived must be somebody's to put right")
	}
	if err := suite.CheckTicket(r.ticket); err != nil {
		return usageError("--ticket: %v", err)
	}
	return nil
}

// writeKnownFailing brings the list up to date with the run. An interrupted run leaves it as it is.
func (r *conformanceRun) writeKnownFailing(rep *report.Report) error {
	if r.writeKnown == "" {
		return nil
	}
	if rep.Run.Interrupted {
		fmt.Fprintf(r.app.stderr, "%s was not written: the run was interrupted.\n", r.writeKnown)
		return nil
	}
	old, err := boundfile.Read(r.writeKnown, maxSmallFile)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	text, unlisted, err := suite.RewriteKnownFailing(string(old), rep, r.ticket, time.Now())
	if err != nil {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	if err := os.WriteFile(r.writeKnown, []byte(text), 0o644); err != nil {
		return fmt.Errorf("the known failures cannot be written: %w", err)
	}
	if len(unlisted) > 0 {
		fmt.Fprintf(r.app.stderr, "Not in %s, because there is no message to list them by: %s\n", r.writeKnown, strings.Join(unlisted, ", "))
	}
	if !r.app.json {
		fmt.Fprintf(r.app.stdout, "Known failures written to %s. New entries have the ticket %s and hold for thirty days.\n", r.writeKnown, r.ticket)
	}
	return nil
}
