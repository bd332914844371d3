// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
)

// printDocument prints what was done with providers as one JSON document. The mirror is what finishMirror returned, or nil. The error sets the
// exit code.
func printDocument[R any](a *cli.App, rows []R, found host.Diagnosis, mirror []mirrored) error {
	if rows == nil {
		rows = []R{}
	}
	doc := map[string]any{"format_version": "1.0", "providers": rows, "diagnostics": diagview.NewReport(found.Files, found.Diagnostics).Diagnostics}
	if mirror != nil {
		doc["mirror"] = mirror
	}
	if err := a.PrintJSON(doc); err != nil {
		return err
	}
	return cli.Verdict(found)
}

// stopped returns the error that ends a command: that it was interrupted, or else err as an error of the environment.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return cli.NegativeError(errors.New("interrupted"))
	}
	return cli.EnvironmentError(err)
}
