// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// find returns the binary of a provider and the sha256 that it must have, or nil if it may have any. It decides which
// binaries may start.
func (h *Host) find(name string) (path string, sum []byte, err error) {
	if h.startErrors.HasErrors() {
		return "", nil, fmt.Errorf("refusing to start providers until the configuration is fixed: %s", diagview.Lines(h.startErrors))
	}
	if h.launcher.Attaches(name) {
		return "", nil, h.checkAttached(name)
	}
	at, err := h.Locate(name)
	if err != nil {
		return "", nil, err
	}
	path = at.Path
	certified, err := h.certificates.check(name, path, at.dir)
	if err != nil {
		return "", nil, err
	}
	if sum, err = h.verify(name, at); err != nil {
		return "", nil, err
	}
	if certified == nil {
		h.processes.must(name, sum)
		return path, sum, nil
	}
	if sum != nil && !bytes.Equal(certified.sum, sum) {
		return "", nil, fmt.Errorf("%s changed while it was checked", path)
	}
	h.processes.must(name, certified.sum)
	return certified.path, certified.sum, nil
}

// memoryLimit returns the memory_limit of a provider in bytes, or 0 if it has no limit.
func (h *Host) memoryLimit(name string) int64 {
	required, _ := h.folder.Requirements("")
	return required[name].MemoryLimit
}

// Memory returns the resident memory of a provider's process in bytes, or 0 if it does not run or that is not known.
func (h *Host) Memory(name string) int64 {
	for _, s := range h.pool.Statuses() {
		if s.Name == name {
			return s.Memory
		}
	}
	return 0
}

// checkAttached decides whether the host may attach to a running provider. No binary needs to be installed, and no binary is
// locked, because it is not known which one runs.
func (h *Host) checkAttached(name string) error {
	path, err := h.options.Find(name)
	if err != nil {
		path = "wahost-provider-" + name // for the text of an error
	}
	_, err = h.certificates.check(name, path, "")
	return err
}

// Attaches reports whether the host attaches to a provider that somebody else started.
func (h *Host) Attaches(name string) bool { return h.launcher.Attaches(name) }

// Attachable returns the names of the providers that somebody else started, sorted.
func (h *Host) Attachable() []string { return h.launcher.Attachable() }

// StartErrors returns the reasons why no provider of the folder is started. It is empty if providers may start.
func (h *Host) StartErrors() Diagnosis { return h.diagnosis(h.startErrors) }

// Requirements returns the providers that the configuration requires, by name. A folder without configuration files
// requires no providers.
func (h *Host) Requirements() (map[string]config.Requirement, Diagnosis) {
	if !h.Configured() {
		return nil, Diagnosis{}
	}
	required, diags := h.folder.Requirements(h.options.Version)
	return required, h.diagnosis(diags)
}

// Configured reports whether there is anything to load. A file that was named instead of a folder counts, because loading
// reports that mistake.
func (h *Host) Configured() bool {
	info, err := os.Stat(h.options.Dir)
	if err != nil || !info.IsDir() {
		return err == nil
	}
	entries, err := os.ReadDir(h.options.Dir)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return strings.HasSuffix(e.Name(), config.FileSuffix) || strings.HasSuffix(e.Name(), config.VarsFileSuffix)
	})
}

// Prefetch starts providers without waiting for them, so that they start at the same time.
func (h *Host) Prefetch(names []string) { h.pool.Prefetch(names) }

// Metadata returns the metadata of a provider, which is started if it does not run yet. The errors of Metadata, Schema
// and DefaultCapabilities are of the type *load.ProviderError.
func (h *Host) Metadata(ctx context.Context, name string) (provider.Metadata, error) {
	ctx, cancel := h.await(ctx, name)
	defer cancel()
	meta, err := h.pool.Metadata(ctx, name)
	if err == nil {
		err = h.certificates.checkVersion(name, meta)
	}
	if err == nil {
		err = h.checkLockedVersion(name, meta)
	}
	return meta, h.providerError(name, err)
}

// Schema returns the schemas of a provider, which is started if it does not run yet.
func (h *Host) Schema(ctx context.Context, name string) (provider.Schema, error) {
	ctx, cancel := h.await(ctx, name)
	defer cancel()
	schemas, err := h.pool.Schema(ctx, name)
	return schemas, h.providerError(name, err)
}

// DefaultCapabilities returns the capabilities of a provider's channels with default configuration. It is nil if the
// provider knows them only after it is configured.
func (h *Host) DefaultCapabilities(ctx context.Context, name string) (*capability.Capabilities, error) {
	ctx, cancel := h.await(ctx, name)
	defer cancel()
	caps, err := h.pool.DefaultCapabilities(ctx, name)
	return caps, h.providerError(name, err)
}

// providers implements the interfaces through which package load asks the providers of a configuration.
type providers struct{ host *Host }

// Schema returns the schemas of a provider.
func (p providers) Schema(ctx context.Context, name string) (provider.Schema, error) {
	schemas, err := p.host.Schema(ctx, name)
	if err == nil {
		p.host.schemas[name] = schemas
	}
	return schemas, err
}

// Version returns the version of a provider.
func (p providers) Version(ctx context.Context, name string) (string, error) {
	meta, err := p.host.Metadata(ctx, name)
	return meta.Version, err
}

// ValidateProvider asks a provider to validate its block.
func (p providers) ValidateProvider(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error) {
	p.host.keepSecret(p.host.schemas[name].Provider, value)
	ctx, cancel := p.host.await(ctx, name)
	defer cancel()
	ds, err := p.host.pool.ValidateProvider(ctx, name, value)
	return ds, p.host.providerError(name, err)
}

// ValidateChannel asks a provider to validate the block of a channel.
func (p providers) ValidateChannel(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error) {
	p.host.keepSecret(p.host.schemas[name].Channel, value)
	ctx, cancel := p.host.await(ctx, name)
	defer cancel()
	ds, err := p.host.pool.ValidateChannel(ctx, name, value)
	return ds, p.host.providerError(name, err)
}

// keepSecret removes the sensitive values of a block from everything that is written from now on. It is called before a
// provider learns them, so that not even the last output of a provider can show one.
func (h *Host) keepSecret(sch schema.Schema, value cty.Value) {
	if h.options.Secrets == nil {
		return
	}
	h.options.Secrets.Add(sch.Sensitive(value)...)
}
