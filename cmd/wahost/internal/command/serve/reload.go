// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/gateway"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/host"
)

// reloaded is the result of a reload.
type reloaded struct {
	changes []adminapi.Change
	err     error
}

// to answers a request, if there is one.
func (r reloaded) to(answer chan<- reloaded) {
	if answer != nil {
		answer <- r
	}
}

// reload opens the configuration again. It returns nil if the running gateway is to go on as it is, and has said why then.
func reload(ctx context.Context, a *cli.App, g *gateway.Gateway) (*opened, reloaded) {
	var problems []adminapi.ReloadProblem
	a.OnReport = func(d host.Diagnosis) { problems = append(problems, problemsOf(d.Diagnostics)...) }
	o, err := open(ctx, a)
	a.OnReport = nil
	if err == nil {
		err = g.CheckReload(o.host.Config())
	}
	g.Reloaded(err)
	if err != nil {
		o.close()
		reason := "the configuration has errors, so the gateway goes on with the one before"
		var told *cli.ExitError
		switch {
		case ctx.Err() != nil:
		case errors.As(err, &told) && told.Err == nil:
			a.Warn("the configuration has the errors above, so the gateway goes on with the one before")
		default:
			if len(problems) == 0 {
				reason = "the configuration is not used, and the gateway goes on with the one before: " + err.Error()
			}
			a.Warn("the configuration is not used, and the gateway goes on with the one before: %v", err)
		}
		return nil, reloaded{err: &adminapi.ReloadError{Reason: reason, Problems: problems}}
	}
	var changes []adminapi.Change
	var words []string
	for _, c := range g.Changes(o.host.Config()) {
		changes, words = append(changes, adminapi.Change(c)), append(words, c.String())
	}
	if len(words) == 0 {
		words = []string{"nothing has changed"}
	}
	a.Note("The configuration was read again: %s.", strings.Join(words, ", "))
	return o, reloaded{changes: changes}
}

// problemsOf returns the errors among diagnostics.
func problemsOf(diags hcl.Diagnostics) (problems []adminapi.ReloadProblem) {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		p := adminapi.ReloadProblem{Text: diagview.Line(d)}
		if d.Subject != nil && d.Subject.Start.Line > 0 {
			p.Place = d.Subject.String()
		}
		problems = append(problems, p)
	}
	return problems
}

// again lets a gateway join again whose node was ended: by another one, because it did not renew its lease in time, or because the database
// failed over. Its configuration stays as it is, whatever
// is in its files meanwhile: only a reload changes it.
func again(a *cli.App, o *opened) next {
	a.Warn("the node was ended: its lease was not renewed in time, or the database failed over and did not have what was recorded last. It joins again")
	o.host.SendAgain()
	return next{opened: o}
}
