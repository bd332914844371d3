// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// Paths are the files and folders that a host uses. Some of them may not exist.
type Paths struct {
	// Dir is the folder of the configuration.
	Dir string
	// Lock is the lock file, and User the user's own file. User is empty if the user has no home.
	Lock, User string
	// Packages is the folder of the installed packages, and Cache the one that configurations share, or empty.
	Packages, Cache string
	// Sockets is the folder of this process for the sockets of providers.
	Sockets string
	// Log is the file of the log, or empty if the log is written to standard error.
	Log string
	// VarFiles are the files with values of variables: those in the folder and those that were named.
	VarFiles []string
	// Configuration are the other files of the configuration.
	Configuration []string
}

// Paths returns the files and folders of the host.
func (h *Host) Paths() Paths {
	p := Paths{
		Dir: h.options.Dir, Lock: h.lock.Path, User: h.places.user.Path, Packages: h.places.folder.Dir, Cache: h.places.cache.Dir, Sockets: h.launcher.RunDir(),
		Log: h.variable(logPathVariable), VarFiles: slices.Clone(h.options.VarFiles),
	}
	for _, pattern := range []struct {
		suffix string
		into   *[]string
	}{{config.VarsFileSuffix, &p.VarFiles}, {config.FileSuffix, &p.Configuration}} {
		found, _ := filepath.Glob(filepath.Join(glob(p.Dir), "*"+pattern.suffix)) // the pattern is not wrong
		*pattern.into = append(*pattern.into, found...)
	}
	return p
}

// glob returns a path as a pattern that matches only it.
func glob(path string) string {
	var b []rune
	for _, r := range path {
		if slices.Contains([]rune(`*?[\`), r) && os.PathSeparator == '/' {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}

// Locks returns what is locked, in the order of the lock file.
func (h *Host) Locks() []lockfile.Provider { return slices.Clone(h.lock.Providers) }

// DemandsCertificates reports whether the configuration demands certificates, and whether a provider without one may not start.
func (h *Host) DemandsCertificates() (demands, enforces bool) {
	return h.certificates != nil, h.certificates != nil && h.certificates.mode == config.CertificateEnforce
}

// Endpoint returns, after Validate, the base URL of the vendor's API for a channel. It is empty if the provider's schema does not say
// which argument it is, or if the provider cannot be used.
func (h *Host) Endpoint(ch config.Channel) string {
	name := h.schemas[ch.Addr.Provider].Provider.Endpoint()
	i := slices.IndexFunc(h.Config().Providers, func(p config.Provider) bool { return p.ID == ch.ProviderID })
	if name == "" || i < 0 {
		return ""
	}
	value := config.Reveal[cty.Value](h.Config().Providers[i].Value)
	if value == cty.NilVal || !value.Type().IsObjectType() || !value.Type().HasAttribute(name) {
		return ""
	}
	endpoint := value.GetAttr(name)
	if !endpoint.IsKnown() || endpoint.IsNull() || endpoint.Type() != cty.String {
		return ""
	}
	return endpoint.AsString()
}

// Health returns, after Start, why a channel must not be used, or "" if it is healthy.
func (h *Host) Health(ch addr.Channel) string {
	state, ok := h.pool.Snapshot().Channel(ch)
	if !ok {
		return "the channel is not open"
	}
	return state.Unhealthy
}

// OpenCapabilities returns, after Start, what a channel carries. The error says why it is not open.
func (h *Host) OpenCapabilities(ch addr.Channel) (capability.Capabilities, error) {
	return h.pool.OpenCapabilities(ch)
}

// ListTemplates asks the vendor of a channel for a page of its templates, of which "" is the first. The channel must declare the list of
// templates. The rejection is nil if the vendor answered.
func (h *Host) ListTemplates(ctx context.Context, ch addr.Channel, page string) (provider.TemplatePage, *outcome.Rejected, error) {
	return h.pool.ListTemplates(ctx, ch, page)
}
