// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// places are where the providers of a configuration come from and where they are installed.
type places struct {
	user         *load.UserFile
	installation config.Installation
	folder       install.Folder
	// cache has no Dir if configurations share no folder.
	cache install.Folder
	// overrides are the paths of programs, by source address.
	overrides map[string]string
}

// readPlaces reads the user's file and the provider_installation block.
func (h *Host) readPlaces() hcl.Diagnostics {
	user, diags := load.ReadUserFile(h.variable)
	installation, d := h.folder.Installation()
	diags = append(diags, d...)
	p := &places{user: user, installation: installation, folder: install.Of(h.options.Dir), overrides: map[string]string{}}
	if len(user.Installation.Methods) > 0 {
		p.installation = user.Installation
	}
	if dir := h.variable(install.EnvCache); dir != "" {
		p.cache.Dir = dir
	}
	for _, o := range user.Installation.Overrides {
		p.overrides[o.Source] = o.Path
	}
	h.places = p
	return diags
}

// variable returns a variable of the environment, or "".
func (h *Host) variable(name string) string {
	for _, entry := range h.options.Env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// methods returns the places from which providers are installed, in order.
func (h *Host) methods() (fetch.Methods, error) {
	client := fetch.NewClient("wahost/" + h.options.Version)
	web := fetch.WithCredentials(client, h.authorize) // a registry of OCI artifacts has credentials of its own
	bundled := fetch.Bundled{Find: h.findBundled, Describe: describeProgram}
	if h.places.installation.Methods == nil {
		return fetch.Methods{{Place: bundled}, {Place: fetch.HTTPS{Client: web}}}, nil
	}
	var out fetch.Methods
	for _, m := range h.places.installation.Methods {
		var method fetch.Method
		switch m.Kind {
		case config.InstallFilesystem:
			method.Place = fetch.Filesystem{Dir: m.At}
		case config.InstallHTTPS:
			base, err := url.Parse(m.At)
			if err != nil {
				return nil, err
			}
			method.Place = fetch.HTTPS{Client: web, Base: base}
		case config.InstallOCI:
			repository, err := source.ParseRepository(m.At)
			if err != nil {
				return nil, err
			}
			method.Place = fetch.OCI{Client: client, Repository: repository}
		case config.InstallDirect:
			method.Place = fetch.HTTPS{Client: web}
		case config.InstallBundled:
			method.Place = bundled
		default:
			return nil, fmt.Errorf("providers cannot be installed by %s", m.Kind)
		}
		var err error
		if method.Include, err = patterns(m.Include); err != nil {
			return nil, err
		}
		if method.Exclude, err = patterns(m.Exclude); err != nil {
			return nil, err
		}
		out = append(out, method)
	}
	return out, nil
}

// patterns returns nil for nil.
func patterns(texts []string) ([]source.Pattern, error) {
	var out []source.Pattern
	for _, text := range texts {
		p, err := source.ParsePattern(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// findBundled is h.options.Find with the error that package fetch expects.
func (h *Host) findBundled(name string) (string, error) {
	path, err := h.options.Find(name)
	var missing *install.NotFoundError
	if errors.As(err, &missing) {
		return "", fetch.ErrNotOffered
	}
	return path, err
}

func describeProgram(ctx context.Context, path string) (name, version string, err error) {
	d, err := launch.Describe(ctx, path)
	return d.Name, d.Version, err
}

// override returns the program that is used in place of a provider, or "".
func (p *places) override(a source.Address) string {
	path := p.overrides[a.String()]
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, release.Current().Program(a.Name))
	}
	return path
}

// Overrides returns the programs under development that the user's file names for providers of the configuration, as "ADDRESS
// (PATH)", and the path of that file.
func (h *Host) Overrides() (overrides []string, file string) {
	required, _ := h.folder.Requirements("")
	for _, o := range h.places.user.Installation.Overrides {
		a, err := source.Parse(o.Source)
		if err != nil {
			continue
		}
		if r, ok := required[a.Name]; ok && r.Source == o.Source {
			overrides = append(overrides, fmt.Sprintf("%s (%s)", o.Source, h.places.override(a)))
		}
	}
	return overrides, h.places.user.Path
}
