// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package host owns everything that runs for one configuration folder: the loaded configuration, the provider processes
// and the dispatcher. It finds and verifies providers, and it is the only package that puts these parts together.
//
// The main starting point is Open. Validate loads the configuration, Start makes it ready to send, Send and Submit send
// messages, and Close ends the providers. The package prints nothing: problems are returned as a Diagnosis.
package host

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/provider"
)

// StopGrace is how long Close lets providers finish the messages that they are sending.
const StopGrace = 10 * time.Second

// Secrets removes sensitive values from what is written.
type Secrets interface {
	// Add adds values that must not be written from now on.
	Add(values ...string)
	// Writer returns a writer that removes all values from what is written to w.
	Writer(w io.Writer) io.Writer
}

// Options describe a host.
type Options struct {
	// Dir is the folder of the configuration.
	Dir string
	// DirFrom says who named the folder, as load.Place.From does. It may be empty.
	DirFrom string
	// VarFiles are the paths of files with values of variables.
	VarFiles []string
	// Vars are values of variables, each NAME=VALUE. They win over those of the environment and of files.
	Vars []string
	// Env is the environment that variables, log settings and variables of providers are read from. Nil stands for
	// os.Environ().
	Env []string
	// Version is the version of wahost, which required_version is compared with. If it is empty, nothing is compared.
	Version string
	// Log receives the log of the host and of the providers unless WAHOST_LOG_PATH names a file. Nil discards it.
	Log io.Writer
	// Secrets learns each sensitive value before a provider does. It may be nil.
	Secrets Secrets
	// Find returns the path of a provider's binary. Nil stands for install.Find.
	Find func(name string) (string, error)
	// Dispatch tunes the dispatcher. Zero fields have the defaults of dispatch.Options.
	Dispatch dispatch.Options
}

// Host runs the providers of one configuration. Its methods are safe for concurrent use after Start; before that, only
// one goroutine may use it.
type Host struct {
	options  Options
	logger   hclog.Logger
	closeLog func() error
	launcher *launch.Launcher
	pool     *supervise.Pool

	folder    *load.Folder
	lock      *lockfile.File
	places    *places
	hashes    hashes
	processes processes
	// customFind is true if the caller of Open finds the providers.
	customFind   bool
	certificates *certifier // nil if the configuration does not demand certificates
	// startErrors are the diagnostics about the lock file and the keys of certificates. No provider starts if one of them
	// is an error.
	startErrors    hcl.Diagnostics
	schemas        map[string]provider.Schema
	providerErrors int // how many diagnostics are about a provider that cannot be used

	// webhookURL returns the URL at which a channel's vendor reaches HandleWebhooks, or "". It is nil if there are no webhooks.
	webhookURL func(ch addr.Channel) string

	// needed are the providers that the expected message may need, or nil if nothing is expected. The others are waited for until
	// patience.
	needed   map[string]bool
	patience time.Time

	loaded     *load.Result                        // nil before a Validate of a configuration that can be used
	refused    map[addr.Channel]bool               // the channels that providers refused in Start
	dispatcher atomic.Pointer[dispatch.Dispatcher] // nil before Start
}

// Open opens a configuration folder. It reads what decides which binaries may start, and starts no provider. Mistakes in
// the configuration are not errors of Open: Validate reports them. The caller must Close the host.
//
// The error is a *SettingError if an environment variable has a wrong value.
func Open(ctx context.Context, options Options) (*Host, error) {
	if options.Env == nil {
		options.Env = os.Environ()
	}
	if options.Log == nil {
		options.Log = io.Discard
	}
	customFind := options.Find != nil
	if !customFind {
		options.Find = install.Find
	}
	h := &Host{options: options, customFind: customFind, schemas: map[string]provider.Schema{}, refused: map[addr.Channel]bool{}}
	var err error
	if h.logger, h.closeLog, err = newLogger(options); err != nil {
		return nil, err
	}
	if h.launcher, err = launch.New(h.logger); err != nil {
		return nil, errors.Join(err, h.closeLog())
	}
	h.launcher.LogLevel = func(name string) string { return providerLogLevel(options.Env, name) }
	h.launcher.Logger = h.providerLogger
	h.readFolder(ctx)
	h.warnOfNames()
	h.warnOfEnvironment()
	h.pool = supervise.NewPool(supervise.PoolConfig{
		Launcher: h.launcher, Logger: h.logger, Find: h.find, MemoryLimit: h.memoryLimit, Certified: h.certified, Narrow: h.narrow,
		WebhookURL: func(ch addr.Channel) string {
			if h.webhookURL == nil {
				return ""
			}
			return h.webhookURL(ch)
		},
	})
	return h, nil
}

// readFolder reads the folder, its lock file, and which certificates it demands.
func (h *Host) readFolder(ctx context.Context) {
	h.folder = load.Open(load.Place{Dir: h.options.Dir, From: h.options.DirFrom, VarFiles: h.options.VarFiles})
	h.lock, h.startErrors = lockfile.Read(h.options.Dir)
	h.startErrors = append(h.startErrors, h.readPlaces()...)
	var diags hcl.Diagnostics
	h.certificates, diags = newCertifier(ctx, h.folder, h.options)
	h.startErrors = append(h.startErrors, diags...)
	if h.certificates != nil {
		h.certificates.attaches = h.launcher.Attaches
	}
}

// Validate loads the configuration and checks it against what its providers and channels can carry. Nothing is sent
// anywhere. Diagnostics may include warnings about a valid configuration. After errors that are only about providers, Start is
// possible: CanSend tells.
func (h *Host) Validate(ctx context.Context) Diagnosis {
	h.loaded = nil
	options := load.Options{HostVersion: h.options.Version, Env: h.options.Env, Vars: h.options.Vars}
	if !h.startErrors.HasErrors() {
		required, _ := h.folder.Requirements(h.options.Version)
		// Start them at the same time, because each start takes a while.
		h.pool.Prefetch(slices.Sorted(maps.Keys(required)))
		options.Providers, options.Validator = providers{h}, providers{h}
	}
	loaded, diags := h.folder.Load(ctx, options)
	for _, d := range slices.Backward(h.startErrors) {
		// Load finds the configuration's own mistakes about certificates a second time.
		if !slices.ContainsFunc(diags, func(other *hcl.Diagnostic) bool { return other.Error() == d.Error() }) {
			diags = append(hcl.Diagnostics{d}, diags...)
		}
	}
	if loaded == nil || h.startErrors.HasErrors() {
		return h.diagnosis(diags)
	}
	h.loaded = loaded
	for _, w := range h.certificates.warned() {
		diags = append(diags, loaded.CertificateWarning(w.providerError()))
	}
	diags = append(diags, loaded.CheckSenders(loaded.ConfiguredSenders())...)
	return h.diagnosis(append(diags, loaded.CheckCapabilities(h.defaultCapabilities(ctx))...))
}

// defaultCapabilities returns the capabilities of channels before they are opened. A channel is missing if its provider
// does not know them yet.
func (h *Host) defaultCapabilities(ctx context.Context) map[addr.Channel]capability.Capabilities {
	all, byProvider := map[addr.Channel]capability.Capabilities{}, map[string]*capability.Capabilities{}
	for _, ch := range h.loaded.Config.Channels {
		caps, asked := byProvider[ch.Addr.Provider]
		if !asked && ch.Unusable == "" {
			ctx, cancel := h.await(ctx, ch.Addr.Provider)
			caps, _ = h.pool.DefaultCapabilities(ctx, ch.Addr.Provider)
			cancel()
			byProvider[ch.Addr.Provider] = caps
		}
		if caps != nil {
			all[ch.Addr] = h.narrow(ch.Addr, *caps).Capabilities
		}
	}
	return all
}

// Config returns the configuration, or nil before a Validate of a configuration that can be used.
func (h *Host) Config() *config.Config {
	if h.loaded == nil {
		return nil
	}
	return h.loaded.Config
}

// Start configures the providers and opens the channels of the validated configuration, so that messages can be sent. A
// provider that does not run is not an error: its channels are unhealthy, and others may carry the messages. After an error, or
// errors in the Diagnosis, the host can send only if CanSend says so.
func (h *Host) Start(ctx context.Context) (Diagnosis, error) {
	cfg := h.Config()
	if cfg == nil {
		return Diagnosis{}, errors.New("the configuration was not validated")
	}
	waiting, cancel := context.WithDeadline(ctx, h.patience)
	defer cancel()
	refusals, err := h.pool.Open(ctx, cfg, h.giveUp(waiting))
	if err != nil {
		return Diagnosis{}, err
	}
	var diags hcl.Diagnostics
	for _, r := range refusals {
		h.refuse(cfg, r.Subject)
		if ch, err := addr.ParseChannel(r.Subject); err == nil {
			if _, ok := cfg.Channel(ch); ok {
				diags = append(diags, load.Refused(h.loaded.ChannelDiagnostics(ch, r.Diagnostics))...)
				continue
			}
		}
		diags = append(diags, load.Refused(h.loaded.ProviderDiagnostics(r.Subject, r.Diagnostics))...)
	}
	diags = append(diags, h.loaded.CheckCapabilities(h.pool.Capabilities())...)
	diags = append(diags, h.loaded.CheckSenders(h.Senders())...)
	if !load.OnlyUnusable(diags) {
		return h.diagnosis(diags), nil
	}
	h.dispatcher.Store(h.newDispatcher())
	return h.diagnosis(diags), nil
}

func (h *Host) newDispatcher() *dispatch.Dispatcher {
	options := h.options.Dispatch
	options.VendorOptions = newVendorOptions(h.Config(), h.schemas)
	options.Observer = observer{newUndecidedLog(h.logger), windowLog{h.logger}}
	return dispatch.New(h.Config(), h.pool, options)
}

// Senders returns the sending identities of the channels that are known: those that the configuration names, and after Start
// those that the providers tell of open channels.
func (h *Host) Senders() map[addr.Channel]string {
	snapshot, senders := h.pool.Snapshot(), map[addr.Channel]string{}
	for _, ch := range h.loaded.Config.Channels {
		if c, ok := snapshot.Channel(ch.Addr); ok && c.Sender != "" {
			senders[ch.Addr] = c.Sender
		}
	}
	return senders
}

// Close ends the providers, which get a grace to finish what they are sending. It returns the number of messages that had
// no outcome when their provider was stopped. Close does nothing on a nil host.
func (h *Host) Close() (abandoned int) {
	if h == nil {
		return 0
	}
	h.StopWaiting()
	// The context of the caller may have been canceled. Messages under way get their grace even then.
	abandoned = h.pool.Close(context.Background(), StopGrace)
	_ = h.launcher.Close()
	_ = h.certificates.close()
	_ = h.closeLog()
	return abandoned
}
