// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package serve holds the commands of the gateway: serve and key.
package serve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
	"github.com/wahost/wahost/core/host"
)

// Serve returns the command `wahost serve`.
func Serve(a *cli.App) *cobra.Command {
	var node string
	cmd := &cobra.Command{
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
ends the gateway immediately. SIGHUP, a request to /v1/reload and, with watch in
the gateway block, a change of a file read the configuration again: requests wait
meanwhile, and a configuration with errors changes nothing. Health checks are at
/healthz and /readyz of admin_listen, and metrics for Prometheus at /metrics. What
became of messages is at /v1/messages, with the same keys. As a service of systemd
it tells the service manager when it is ready.`,
		Example: `  wahost serve
  wahost --config /etc/wahost serve
  curl -s 127.0.0.1:8081/readyz
  curl -s -H "Authorization: Bearer $KEY" -d '{"to":"4915112345678","text":{"body":"Hi"}}' 127.0.0.1:8080/v23.0/1020/messages`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), a, node) },
	}
	cmd.Flags().StringVar(&node, "node", "", "the `NAME` of this gateway among those that share a PostgreSQL store (default: the name of the host)")
	cli.CompleteWords(cmd, "node")
	return cmd
}

func serve(ctx context.Context, a *cli.App, node string) error {
	if node == "" {
		var err error
		if node, err = os.Hostname(); err != nil {
			return cli.EnvironmentError(fmt.Errorf("the name of the host is not known: give the gateway a name with --node: %w", err))
		}
	}
	t := newTriggers(a) // a SIGHUP that comes before the gateway runs waits, and does not end the process
	defer t.close()
	tracer, err := tracing.FromEnvironment(ctx, a.Build.Version)
	if err != nil {
		return cli.UsageError("%v", err)
	}
	defer func() { endTraces(a, tracer) }()
	t.tracer, t.node = tracer, node
	current, err := open(ctx, a)
	defer func() { current.close() }()
	if err != nil {
		return err
	}
	options := current.options(t)
	for first := true; ; first = false {
		g, err := gateway.Start(ctx, options)
		var keyless *gateway.KeylessError
		switch {
		case errors.As(err, &keyless):
			return cli.UsageError("%v", err)
		case err != nil:
			return cli.EnvironmentError(err)
		}
		if first {
			err = tell(a, g)
		}
		t.watch(current.host.Config().Gateway.Watch)
		t.manager.ready(g)
		next := run(ctx, a, current, g, t, err)
		if next.err != nil {
			return next.err
		}
		if next.opened == nil {
			return nil
		}
		if next.opened != current {
			current.close()
			current = next.opened
		}
		options = current.options(t)
		options.Doors, options.FirstKey = g.Doors(), g.FirstKey
	}
}

// tracesTime is how long the end waits for spans to be sent.
const tracesTime = 5 * time.Second

// EndTime is how long the command may take to end after SIGTERM. A service manager has to wait for as long.
const EndTime = gateway.EndTime + host.StopGrace + tracesTime

// endTraces sends the spans that are left.
func endTraces(a *cli.App, tracer *tracing.Tracer) {
	ctx, cancel := context.WithTimeout(context.Background(), tracesTime)
	defer cancel()
	if err := tracer.Close(ctx); err != nil {
		a.Warn("traces were not sent: %v", err)
	}
}

// opened is a configuration whose channels are started.
type opened struct {
	app   *cli.App
	host  *host.Host
	hooks *gateway.Hooks
}

// open loads the configuration and starts its channels. Problems are printed. Close what it returns also after an error.
func open(ctx context.Context, a *cli.App) (*opened, error) {
	o := &opened{app: a}
	var err error
	if o.host, err = a.LoadHost(ctx, nil); err != nil {
		return o, err
	}
	if o.host.Config().Gateway == nil {
		return o, errNoGateway()
	}
	o.host.SetDispatch(engine.DispatchOptions)
	if o.hooks, err = gateway.OpenHooks(a.ConfigDir, o.host.Config()); err != nil {
		return o, cli.EnvironmentError(err)
	}
	o.host.SetWebhookURL(o.hooks.URL)
	return o, a.Start(ctx, o.host, nil)
}

func (o *opened) close() { o.app.CloseHost(o.host) }

// options returns those of a gateway with the configuration.
func (o *opened) options(t *triggers) gateway.Options {
	h := o.host
	return gateway.Options{
		Dir: o.app.ConfigDir, Node: t.node, Config: h.Config(), Dispatcher: h, Hooks: o.hooks, Providers: h, Channels: h, Processes: processes(h), Reload: t.ask, Tracer: t.tracer,
		Log: h.Logger("gateway"),
	}
}

// next is how a run of a gateway ended: with an error, with what the gateway that takes its place is of, or in order.
type next struct {
	opened *opened
	err    error
}

// run runs the gateway of what was opened until the context ends or a reload succeeds. With an error it ends the gateway immediately.
func run(ctx context.Context, a *cli.App, current *opened, g *gateway.Gateway, t *triggers, failure error) next {
	running, end := context.WithCancel(ctx)
	defer end()
	if failure != nil {
		end()
	}
	ended := make(chan error, 1)
	go func() { ended <- g.Run(running) }()
	stopping := context.AfterFunc(running, func() { t.manager.stopping() })
	for {
		var answer chan<- reloaded
		select {
		case err := <-ended:
			if errors.Is(err, store.ErrFenced) && failure == nil && ctx.Err() == nil {
				return again(a, current)
			}
			if err = errors.Join(err, failure); err != nil {
				return next{err: cli.EnvironmentError(err)}
			}
			return next{}
		case <-t.signals:
		case <-t.files:
			if !t.watching {
				continue
			}
		case answer = <-t.requests:
		}
		t.manager.reloading()
		o, result := reload(ctx, a, g)
		if o == nil {
			t.manager.ready(g)
			result.to(answer)
			continue
		}
		stopping()
		g.Replace()
		result.to(answer) // after Replace, so that requests of who gets it are served with the new configuration
		end()
		err := <-ended
		if ctx.Err() != nil || err != nil {
			o.close()
			err = errors.Join(err, g.Doors().Close())
		}
		switch {
		case err != nil:
			return next{err: cli.EnvironmentError(err)}
		case ctx.Err() != nil:
			return next{}
		}
		return next{opened: o}
	}
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
