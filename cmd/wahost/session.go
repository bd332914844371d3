// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// stopGrace is how long an ending command lets providers finish what is under way.
const stopGrace = 10 * time.Second

// session is a loaded configuration with its providers.
type session struct {
	app        *cli.App
	folder     *load.Folder
	loaded     *load.Result   // nil until read
	config     *config.Config // of loaded
	launcher   *launch.Launcher
	pool       *supervise.Pool
	dispatcher *dispatch.Dispatcher // nil until open
	active     atomic.Pointer[dispatch.Dispatcher]
	schemas    map[string]provider.Schema
	closeLog   func() error
	problems   int // provider problems among the diagnostics
	certifier  *certifier
	lock       *lockfile.File
	// barred is what is wrong with the lock file and with the keys of certificates. With errors no provider starts.
	barred hcl.Diagnostics
}

// startSession makes a session without a configuration: providers can be asked, nothing more.
func startSession(a *cli.App) (*session, error) {
	s := &session{app: a, schemas: map[string]provider.Schema{}}
	logger, closeLog, err := newLogger(a.Stderr, a.Secrets)
	if err != nil {
		return nil, err
	}
	s.closeLog = closeLog
	if s.launcher, err = launch.New(logger); err != nil {
		return nil, cli.EnvironmentError(errors.Join(err, closeLog()))
	}
	s.launcher.LogLevel = providerLogLevel
	var diags hcl.Diagnostics
	s.lock, s.barred = lockfile.Read(a.ConfigDir)
	s.folder = load.Open(a.ConfigDir)
	s.certifier, diags = newCertifier(context.Background(), s.folder, a.ConfigDir, a.Vars)
	s.barred = append(s.barred, diags...)
	if s.certifier != nil {
		s.certifier.attaches = s.launcher.Attaches
	}
	s.pool = supervise.NewPool(supervise.PoolConfig{
		Launcher: s.launcher, Logger: logger,
		Find: func(name string) (string, []byte, error) {
			if s.barred.HasErrors() {
				return "", nil, fmt.Errorf("no provider is started before this is put right: %s", diagview.Lines(s.barred))
			}
			path, err := install.Find(name)
			if err != nil {
				return "", nil, err
			}
			certified, err := s.certifier.check(name, path)
			if err != nil {
				return "", nil, err
			}
			sum, err := s.lock.Verify(name, path)
			if certified != nil && sum != nil && !bytes.Equal(certified, sum) {
				return "", nil, fmt.Errorf("%s changed while it was checked", path)
			}
			if certified != nil {
				sum = certified
			}
			return path, sum, err
		},
		Changed: func() {
			if d := s.active.Load(); d != nil {
				d.SetSnapshot(s.pool.Snapshot())
			}
		},
	})
	return s, nil
}

// loadSession reads the configuration and prints what is wrong with it. The session must be closed also after an error,
// where it is not nil.
func loadSession(ctx context.Context, a *cli.App) (*session, error) {
	s, err := startSession(a)
	if err != nil {
		return nil, err
	}
	diags := s.read(ctx)
	if ctx.Err() != nil {
		// What was found wrong is the interrupt: providers that were not waited for, and what follows from that.
		return s, cli.Interrupted()
	}
	return s, s.report(diags, a.Stderr)
}

// read loads the configuration and checks it against what its channels can carry.
func (s *session) read(ctx context.Context) hcl.Diagnostics {
	s.folder = load.Open(s.app.ConfigDir)
	options := load.Options{HostVersion: version, Env: os.Environ(), Vars: s.app.Vars}
	if !s.barred.HasErrors() {
		required, _ := s.folder.Requirements(version)
		// Side by side, since each start takes a while.
		s.pool.Prefetch(slices.Sorted(maps.Keys(required)))
		options.Providers, options.Validator = s, s
	}
	loaded, diags := s.folder.Load(ctx, options)
	for _, d := range slices.Backward(s.barred) {
		// The configuration's own mistakes about certificates were found a second time.
		if !slices.ContainsFunc(diags, func(other *hcl.Diagnostic) bool { return other.Error() == d.Error() }) {
			diags = append(hcl.Diagnostics{d}, diags...)
		}
	}
	if diags.HasErrors() || loaded == nil {
		return diags
	}
	s.loaded, s.config = loaded, loaded.Config
	for _, w := range s.certifier.warned() {
		diags = append(diags, loaded.CertificateWarning(w.problem()))
	}
	return append(diags, loaded.CheckCapabilities(s.defaultCapabilities(ctx))...)
}

// defaultCapabilities gives what providers say of a channel before one is opened.
func (s *session) defaultCapabilities(ctx context.Context) map[addr.Channel]capability.Capabilities {
	all, byProvider := map[addr.Channel]capability.Capabilities{}, map[string]*capability.Capabilities{}
	for _, ch := range s.config.Channels {
		caps, asked := byProvider[ch.Addr.Provider]
		if !asked {
			caps, _ = s.pool.DefaultCapabilities(ctx, ch.Addr.Provider)
			byProvider[ch.Addr.Provider] = caps
		}
		if caps != nil {
			all[ch.Addr] = *caps
		}
	}
	return all
}

// report prints diagnostics and gives the error that ends the command, if any of them is one.
func (s *session) report(diags hcl.Diagnostics, w *cli.Output) error {
	if len(diags) > 0 {
		opts := diagview.Options{Color: w.Color(), Width: w.Width()}
		if err := diagview.Write(w, s.files(), diags, opts); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	return s.verdict(diags)
}

// files are the sources that diagnostics can be about.
func (s *session) files() map[string]*hcl.File {
	files := s.folder.Files()
	if s.lock.Source != nil {
		files[s.lock.Path] = s.lock.Source
	}
	return files
}

// verdict is exit code 3 where providers alone are to blame, 2 where the configuration is.
func (s *session) verdict(diags hcl.Diagnostics) error {
	errorCount := 0
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			errorCount++
		}
	}
	switch {
	case errorCount == 0:
		return nil
	case s.problems >= errorCount:
		return cli.ExitWith(cli.ExitEnvironment)
	}
	return cli.ExitWith(cli.ExitUsage)
}

// open configures the providers and opens the channels, so that messages can be sent.
func (s *session) open(ctx context.Context) error {
	refusals, err := s.pool.Open(ctx, s.config)
	switch {
	case ctx.Err() != nil:
		return cli.Interrupted()
	case err != nil:
		return cli.EnvironmentError(err)
	}
	var diags hcl.Diagnostics
	for _, r := range refusals {
		if ch, err := addr.ParseChannel(r.Subject); err == nil {
			if _, ok := s.config.Channel(ch); ok {
				diags = append(diags, s.loaded.ChannelDiagnostics(ch, r.Diagnostics)...)
				continue
			}
		}
		diags = append(diags, s.loaded.ProviderDiagnostics(r.Subject, r.Diagnostics)...)
	}
	diags = append(diags, s.loaded.CheckCapabilities(s.pool.Capabilities())...)
	if diags.HasErrors() {
		return s.report(diags, s.app.Stderr)
	}
	s.dispatcher = dispatch.New(s.config, s.pool, dispatch.Options{})
	s.active.Store(s.dispatcher)
	s.dispatcher.SetSnapshot(s.pool.Snapshot())
	return nil
}

// loadAndOpen is load and open, for commands that need channels. What the message names must be there.
func loadAndOpen(ctx context.Context, a *cli.App, m *message.Message) (*session, error) {
	s, err := loadSession(ctx, a)
	if err != nil {
		return s, err
	}
	if err := s.config.CheckTarget(m); err != nil {
		return s, cli.UsageError("%v", err)
	}
	return s, s.open(ctx)
}

// close ends the providers. It is safe on a nil session.
func (s *session) close() {
	if s == nil {
		return
	}
	if s.dispatcher != nil {
		s.dispatcher.Close()
	}
	// The command's context may have ended by an interrupt; what is under way gets its grace all the same.
	if abandoned := s.pool.Close(context.Background(), stopGrace); abandoned > 0 {
		fmt.Fprintf(s.app.Stderr, "%d messages had no outcome when their provider was stopped\n", abandoned)
	}
	_ = s.launcher.Close()
	_ = s.closeLog()
}
