// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// The ids under which the suite configures the provider and opens its first channel.
const (
	ProviderID = "conformance"
	ChannelID  = "conformance.main"
)

// DefaultStartTimeout is how long a provider may take from its start to its first answer, as in production.
const DefaultStartTimeout = launch.DefaultStartTimeout

// StationOptions change how a process is started and configured.
type StationOptions struct {
	// Env is added to the process's environment, as KEY=value.
	Env []string
	// Provider and Channel replace arguments of the dialect's configuration; a null value removes one.
	Provider, Channel map[string]cty.Value
	// Bare leaves the process unconfigured.
	Bare bool
	// LogLevel is "trace" where empty, so that secrets are searched for in everything; "default" sets none.
	LogLevel string
	// Emulator is used instead of a new one; it stays open.
	Emulator *emulator.Server
}

// station is one provider process with the vendor it talks to.
type station struct {
	run      *runner
	emu      *emulator.Server
	ownEmu   bool
	launcher *launch.Launcher
	proc     *launch.Process
	out      *sink
	caps     capability.Capabilities
}

// configureError says that the provider refused the dialect's configuration.
type configureError struct{ err error }

func (e *configureError) Error() string { return e.err.Error() }
func (e *configureError) Unwrap() error { return e.err }

// start starts a process and an emulator and, unless Bare, configures the provider and opens a channel.
func (r *runner) start(ctx context.Context, o StationOptions) (*station, error) {
	s := &station{run: r, emu: o.Emulator}
	if err := s.open(ctx, o); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *station) open(ctx context.Context, o StationOptions) (err error) {
	r := s.run
	if s.emu == nil {
		s.ownEmu = true
		if s.emu, err = r.startEmulator(emulator.Options{}); err != nil {
			return err
		}
	}
	out, logger := newSink(r.secrets)
	s.out = out
	if s.launcher, err = launch.New(logger); err != nil {
		return environment("the provider cannot be started: %w", err)
	}
	if level := o.LogLevel; level != "default" {
		if level == "" {
			level = "trace"
		}
		s.launcher.LogLevel = func(string) string { return level }
	}
	if a := r.options.attachment; a != nil {
		s.proc, err = s.launcher.Attach(ctx, a)
	} else {
		s.proc, err = s.launcher.Start(ctx, launch.Spec{
			Name: r.providerName(), Path: r.binary.path, SHA256: r.binary.sum[:], Env: slices.Concat(r.options.Env, o.Env),
			StartTimeout: r.options.StartTimeout, NoAttach: true,
		})
	}
	if err != nil || o.Bare {
		return err
	}
	return s.configure(ctx, o)
}

// startEmulator starts an emulator whose requests are booked. Without a seed of its own its secrets are the same in
// the whole run.
func (r *runner) startEmulator(o emulator.Options) (*emulator.Server, error) {
	if o.Seed == 0 {
		o.Seed = r.options.Seed
	}
	d := r.facts.Dialect
	tell := o.OnExchange
	o.OnExchange = func(x emulator.Exchange) {
		route := d.Route(x.Route)
		r.ledger.take(x, route != nil && !route.RecipientAt.IsZero())
		if tell != nil {
			tell(x)
		}
	}
	// The emulator ends by Close alone: what is still in flight when a run is interrupted may need it.
	emu, err := emulator.Start(context.WithoutCancel(r.ctx), d, o)
	if err != nil {
		return nil, environment("%w", err)
	}
	return emu, nil
}

func (s *station) configure(ctx context.Context, o StationOptions) error {
	config, err := ConfigValue(s.run.facts.Schema.Provider, s.emu.ProviderConfig(), o.Provider)
	if err != nil {
		return usage("the dialect %s does not fit the provider's block: %w", s.run.facts.Dialect.Name, err)
	}
	s.run.secrets.add(sensitive(s.run.facts.Schema.Provider, config)...)
	diags, err := s.proc.Client.ConfigureProvider(ctx, ProviderID, config)
	if err = failed("ConfigureProvider", diags, err); err != nil {
		return err
	}
	if config, err = ConfigValue(s.run.facts.Schema.Channel, s.emu.ChannelConfig(), o.Channel); err != nil {
		return usage("the dialect %s does not fit the channel's block: %w", s.run.facts.Dialect.Name, err)
	}
	s.run.secrets.add(sensitive(s.run.facts.Schema.Channel, config)...)
	caps, diags, err := s.proc.Client.OpenChannel(ctx, ProviderID, ChannelID, config)
	if err = failed("OpenChannel", diags, err); err != nil {
		return err
	}
	s.caps = caps
	return nil
}

func failed(call string, diags diag.Diagnostics, err error) error {
	if err == nil {
		err = diags.Err()
	}
	if err != nil {
		return &configureError{fmt.Errorf("%s: %w", call, err)}
	}
	return nil
}

// ConfigValue makes the value of a block as the host does: what values and then changes say, and null for the rest.
// A null change removes a value. Arguments that the schema does not have are an error.
func ConfigValue(s schema.Schema, values, changes map[string]cty.Value) (cty.Value, error) {
	all := maps.Clone(values)
	if all == nil {
		all = map[string]cty.Value{}
	}
	maps.Copy(all, changes)
	for name := range all {
		if _, ok := s.Attribute(name); !ok {
			return cty.NilVal, fmt.Errorf("the schema has no argument %q", name)
		}
	}
	typ := s.ImpliedType()
	attrs := map[string]cty.Value{}
	for name, t := range typ.AttributeTypes() {
		attrs[name] = cty.NullVal(t)
		if v, ok := all[name]; ok && v != cty.NilVal {
			converted, err := convert.Convert(v, t)
			if err != nil {
				return cty.NilVal, fmt.Errorf("argument %q: %w", name, err)
			}
			attrs[name] = converted
		}
	}
	return cty.ObjectVal(attrs), nil
}

// sensitive lists the values of a configuration that must never show.
func sensitive(s schema.Schema, config cty.Value) []string {
	var out []string
	for _, a := range s.Attributes {
		if !a.Sensitive || a.Type != cty.String {
			continue
		}
		if v := config.GetAttr(a.Name); v.IsKnown() && !v.IsNull() {
			out = append(out, v.AsString())
		}
	}
	return out
}

// alive reports whether the process can still be called.
func (s *station) alive() bool {
	if s.proc == nil {
		return false
	}
	select {
	case <-s.proc.Done():
		return false
	default:
		return true
	}
}

// close ends the process and the emulator, and keeps what the output showed.
func (s *station) close() {
	if s.proc != nil {
		s.proc.Kill()
	}
	if s.launcher != nil {
		_ = s.launcher.Close()
	}
	if s.emu != nil && s.ownEmu {
		_ = s.emu.Close()
	}
	if s.out != nil {
		_, stray, leaks := s.out.snapshot()
		s.run.note(stray, leaks)
	}
}

// startFailed tells what it means for a check that its process did not come up.
func startFailed(err error) (crash bool) {
	var start *launch.StartError
	return errors.As(err, &start)
}
