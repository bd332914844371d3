// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"context"

	"github.com/wahost/wahost/conformance/suite"
)

// End stops the process, so that its output and its files are complete.
func End(ctx context.Context, e *suite.Env) {
	e.Process().Stop(ctx, e.Grace())
	e.Process().Kill()
	<-e.Process().Done()
}

// Leaks stops the process and reports the credentials in its output.
func Leaks(ctx context.Context, e *suite.Env) {
	End(ctx, e)
	for _, leak := range e.Process().Leaks() {
		e.Failf("log", "no credential", "%s", leak)
	}
	for _, line := range append(e.Process().Lines(), e.Process().Stdout()...) {
		if leak := e.FindSecret(line); leak != "" {
			e.Failf("log", "no credential", "%s", leak)
		}
	}
}
