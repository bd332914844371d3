// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"slices"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
)

// station is one provider process with the emulator that it talks to. It implements suite.Station.
type station struct {
	run    *runner
	emu    *emulator.Server
	ownEmu bool
	proc   *launch.Process
	world  *isolation.World // nil if the run is not isolated
	// late is set if the emulator is started after the process.
	late bool
	out  *sink
	caps capability.Capabilities
}

// start starts a process and an emulator and, unless Bare, configures the provider and opens a channel.
func (r *runner) start(ctx context.Context, o suite.StationOptions) (*station, error) {
	s := &station{run: r, emu: o.Emulator}
	if err := s.open(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *station) open(ctx context.Context, o suite.StationOptions) (err error) {
	r := s.run
	if s.emu == nil && !s.late {
		if err := s.startEmulator(); err != nil {
			return err
		}
	}
	out, logger := newSink(r.secrets)
	s.out = out
	launcher := r.launcher.With(logger)
	if level := o.LogLevel; level != "default" {
		if level == "" {
			level = "trace"
		}
		launcher.LogLevel = func(string) string { return level }
	}
	if a := r.options.attachment; a != nil {
		s.proc, err = launcher.Attach(ctx, a)
	} else {
		spec := launch.Spec{
			Name: r.providerName(), Path: r.binary.path, SHA256: r.binary.expected(), Env: slices.Concat(r.options.Env, o.Env),
			StartTimeout: r.options.StartTimeout, NoAttach: true, AnyName: true,
		}
		if s.world, err = r.World(s.emu, isolation.WorldOptions{}); err != nil {
			return err
		}
		if s.world != nil {
			spec.World = s.world
		}
		s.proc, err = launcher.Start(ctx, spec)
	}
	if err == nil {
		r.look(s.proc)
	}
	if err != nil || o.Bare {
		return err
	}
	return s.configure(ctx, o)
}

func (s *station) configure(ctx context.Context, o suite.StationOptions) error {
	config, err := suite.ConfigValue(s.run.facts.Schema.Provider, s.emu.ProviderConfig(), o.Provider)
	if err != nil {
		return usage("the dialect %s does not fit the provider's block: %w", s.run.facts.Dialect.Name, err)
	}
	s.run.secrets.Add(suite.SensitiveValues(s.run.facts.Schema.Provider, config)...)
	names := suite.MainNames(s.run.facts, s.run.options.Seed)
	diags, err := s.proc.Client.ConfigureProvider(ctx, names.ProviderID, config)
	if err = suite.CallFailed("ConfigureProvider", diags, err); err != nil {
		return err
	}
	if config, err = suite.ConfigValue(s.run.facts.Schema.Channel, s.emu.ChannelConfig(), o.Channel); err != nil {
		return usage("the dialect %s does not fit the channel's block: %w", s.run.facts.Dialect.Name, err)
	}
	s.run.secrets.Add(suite.SensitiveValues(s.run.facts.Schema.Channel, config)...)
	opened, diags, err := s.proc.Client.OpenChannel(ctx, client.OpenRequest{ProviderID: names.ProviderID, ChannelID: names.ChannelID, Config: config})
	if err = suite.CallFailed("OpenChannel", diags, err); err != nil {
		return err
	}
	s.caps = opened.Capabilities
	return nil
}

// alive reports whether the process can still be called.
func (s *station) alive() bool { return s.proc != nil && !s.proc.Ended() }

// Client returns the client of the process.
func (s *station) Client() *client.Client { return s.proc.Client }

// Emulator returns the emulator that the process talks to.
func (s *station) Emulator() *emulator.Server { return s.emu }

// World returns where the process runs, or nil if the run is not isolated.
func (s *station) World() *isolation.World { return s.world }

// Process returns the process.
func (s *station) Process() suite.HostProcess { return s.proc }

// Output returns what the process wrote so far.
func (s *station) Output() (lines, stray, leaks []string) { return s.out.snapshot() }

// Close ends the process and its own emulator, and keeps what the output showed.
func (s *station) Close() {
	if s.world != nil {
		s.world.Look()
	}
	if s.proc != nil {
		s.run.look(s.proc)
		s.proc.Kill()
	}
	s.run.leave(s.world)
	if s.emu != nil && s.ownEmu {
		_ = s.emu.Close()
	}
	if s.out != nil {
		_, stray, leaks := s.out.snapshot()
		s.run.note(stray, leaks)
	}
}

// startFailed reports whether an error says that the provider's process did not start.
func startFailed(err error) bool {
	var start *launch.StartError
	return errors.As(err, &start)
}
