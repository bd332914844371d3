// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package serve holds the commands of the gateway: serve and key.
package serve

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/host"
)

// Serve returns the command `wahost serve`.
func Serve(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run a gateway that takes messages of Cloud API clients and sends them",
		Long: `Run the gateway that the gateway block of the configuration describes. An
application sends its messages to it as to the WhatsApp Cloud API:

  POST http://127.0.0.1:8080/v23.0/PHONE_NUMBER_ID/messages

A message is in the store before it is answered, and is sent through the routes
of the configuration. What was accepted is sent even after a crash or a power
cut. What may have reached a vendor when the gateway ended is unknown, and is
never sent again.

A gateway without keys that listens on a loopback address prints a key that is
valid until it ends.

The first interrupt or SIGTERM lets messages under way finish, and the second
ends the gateway immediately. Health checks are at /healthz and /readyz of
admin_listen. What became of messages is at /v1/messages, with the same keys.`,
		Example: `  wahost serve
  wahost --config /etc/wahost serve
  curl -s 127.0.0.1:8081/readyz
  curl -s -H "Authorization: Bearer $KEY" -d '{"to":"4915112345678","text":{"body":"Hi"}}' 127.0.0.1:8080/v23.0/1020/messages`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), a) },
	}
}

func serve(ctx context.Context, a *cli.App) error {
	h, err := a.LoadHost(ctx, nil)
	defer a.CloseHost(h)
	if err != nil {
		return err
	}
	if h.Config().Gateway == nil {
		return errNoGateway()
	}
	h.SetDispatch(engine.DispatchOptions)
	hooks, err := gateway.OpenHooks(a.ConfigDir, h.Config())
	if err != nil {
		return cli.EnvironmentError(err)
	}
	h.SetWebhookURL(hooks.URL)
	if err := a.Start(ctx, h, nil); err != nil {
		return err
	}
	return run(ctx, a, h, hooks)
}

// run runs the gateway on a host until the context ends.
func run(ctx context.Context, a *cli.App, h *host.Host, hooks *gateway.Hooks) error {
	g, err := gateway.Start(ctx, gateway.Options{
		Dir: a.ConfigDir, Config: h.Config(), Dispatcher: h, Hooks: hooks, Providers: h, Channels: h, Log: h.Logger("gateway"),
	})
	var keyless *gateway.KeylessError
	switch {
	case errors.As(err, &keyless):
		return cli.UsageError("%v", err)
	case err != nil:
		return cli.EnvironmentError(err)
	}
	printErr := tell(a, g)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if printErr != nil {
		cancel()
	}
	if err := errors.Join(g.Run(ctx), printErr); err != nil {
		return cli.EnvironmentError(err)
	}
	return nil
}

// tell prints where the gateway listens.
func tell(a *cli.App, g *gateway.Gateway) error {
	key := ""
	if g.FirstKey.Valid() {
		key = g.FirstKey.Reveal()
	}
	if a.JSON {
		return cli.WriteLine(a.Stdout, struct {
			Format  string `json:"format_version"`
			Listen  string `json:"listen"`
			Admin   string `json:"admin_listen"`
			Key     string `json:"key,omitempty"`
			InDoubt int    `json:"in_doubt"`
		}{"1.0", g.Addr().String(), g.AdminAddr().String(), key, g.InDoubt})
	}
	if g.InDoubt > 0 {
		a.Warn("%d messages may have been sent when the gateway ended the last time: they are unknown, and not sent again", g.InDoubt)
	}
	text := fmt.Sprintf("The gateway takes messages at http://%s and answers health checks at http://%s (Ctrl-C ends it).\n", g.Addr(), g.AdminAddr())
	if key != "" {
		text += fmt.Sprintf("Key, valid until it ends: %s\n", key)
	}
	_, err := fmt.Fprint(a.Stdout, text)
	return err
}

func errNoGateway() error {
	return cli.UsageError("the configuration has no gateway block. Write one, such as: gateway {\n  sender \"PHONE_NUMBER_ID\" {}\n}")
}
