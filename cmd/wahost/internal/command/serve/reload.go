// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"errors"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
)

// reload opens the configuration again. It returns nil if the running gateway is to go on as it is, and has said why then.
func reload(ctx context.Context, a *cli.App, g *gateway.Gateway) *opened {
	o, err := open(ctx, a)
	if err == nil {
		err = g.CheckReload(o.host.Config())
	}
	g.Reloaded(err)
	if err != nil {
		o.close()
		var told *cli.ExitError
		switch {
		case ctx.Err() != nil:
		case errors.As(err, &told) && told.Err == nil:
			a.Warn("the configuration has the errors above, so the gateway goes on with the one before")
		default:
			a.Warn("the configuration is not used, and the gateway goes on with the one before: %v", err)
		}
		return nil
	}
	changes := g.Changes(o.host.Config())
	if len(changes) == 0 {
		changes = []string{"the same names as before"}
	}
	a.Note("The configuration was read again: %s.", strings.Join(changes, ", "))
	return o
}

// again opens the configuration for a gateway that another node ended because it did not renew its lease in time, so that it joins again.
func again(ctx context.Context, a *cli.App, g *gateway.Gateway) next {
	a.Warn("another node took the place of this one, which did not renew its lease in time. It joins again")
	o, err := open(ctx, a)
	if err == nil {
		err = g.CheckReload(o.host.Config())
	}
	if err != nil {
		o.close()
		return next{err: errors.Join(err, g.Doors().Close())}
	}
	return next{opened: o}
}
