// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// InitOptions say how providers are installed.
type InitOptions struct {
	// Upgrade installs the newest versions that fit, instead of the locked ones.
	Upgrade bool
	// AllowDowngrade lets an upgrade install an older version than the locked one.
	AllowDowngrade bool
	// DryRun finds out what would be installed, and changes nothing.
	DryRun bool
	// Progress is called with the number of bytes of a package that are there, and with its size, which may be 0. It may be nil.
	Progress func(name, version string, done, size int64)
	// Waiting is called with the folder of another init that is waited for. It may be nil.
	Waiting func(dir string)
}

// What Init did with a provider.
const (
	ActionInstalled  = "installed"
	ActionUnchanged  = "unchanged"
	ActionInPlace    = "in place"
	ActionOverridden = "overridden"
)

// Initialized is what Init did with one provider.
type Initialized struct {
	Name        string `json:"name"`
	Source      string `json:"source"`
	Constraints string `json:"version_constraint,omitempty"`
	Version     string `json:"version,omitempty"`
	// Previous is the version that was locked before, or empty.
	Previous string `json:"previous_version,omitempty"`
	// Newest is the newest version that is offered, whether it fits or not. It is empty if that was not asked.
	Newest string `json:"newest_version,omitempty"`
	Action string `json:"action"`
	// Origin says where the provider came from.
	Origin string `json:"origin,omitempty"`
	Path   string `json:"path,omitempty"`
	// Signers are the names of the trusted keys that signed the checksums of the release.
	Signers []string `json:"signers,omitempty"`
	// Certified says whether the provider has a valid certificate. It is false if the configuration demands no certificates.
	Certified bool `json:"certified"`
	// Uncertified is why it has no valid certificate, or empty.
	Uncertified string `json:"uncertified,omitempty"`
	// Unhashed are the other platforms whose archive is locked, and whose program is not, because its hash is not known.
	Unhashed []string `json:"platforms_without_program_hash,omitempty"`

	locked *lockfile.Provider
}

// initializer installs the providers of one configuration.
type initializer struct {
	h         *Host
	options   InitOptions
	methods   fetch.Methods
	installer install.Installer
}

// Init installs the required providers and locks them. It starts none of them as a provider. If the Diagnosis has errors, the lock file is
// as it was.
func (h *Host) Init(ctx context.Context, options InitOptions) ([]Initialized, Diagnosis, error) {
	i, required, found, err := h.initializer(options)
	if err != nil || found.HasErrors() {
		return nil, found, err
	}
	i.installer = install.Installer{
		Folder: h.places.folder, Cache: h.places.cache, Waiting: options.Waiting, Progress: func(w install.Wanted, done int64) {
			i.progress(w.Release, w.Release.Packages[w.Platform])(done)
		},
	}
	if !options.DryRun && len(required) > 0 {
		unlock, err := h.enter(ctx, options.Waiting)
		if err != nil {
			return nil, Diagnosis{}, err
		}
		defer unlock()
	}
	diags := slices.Clone(h.startErrors)
	var rows []Initialized
	var locks []lockfile.Provider
	for _, name := range slices.Sorted(maps.Keys(required)) {
		row, err := i.provider(ctx, required[name])
		if ctx.Err() != nil {
			return nil, Diagnosis{}, ctx.Err()
		}
		if err != nil {
			diags = append(diags, initDiagnostic(required[name], err))
			continue
		}
		rows = append(rows, *row)
		if row.locked != nil {
			locks = append(locks, *row.locked)
		}
	}
	if diags.HasErrors() || options.DryRun {
		return rows, h.diagnosis(diags), nil
	}
	if err := h.writeLock(locks); err != nil {
		return nil, Diagnosis{}, err
	}
	h.places.folder.Clean()
	return rows, h.diagnosis(diags), nil
}

// enter keeps other inits out of the folder of the configuration, and reads the lock file again, which one of them may have changed.
func (h *Host) enter(ctx context.Context, waiting func(string)) (unlock func(), err error) {
	unlock, err = h.places.folder.Lock(ctx, func() {
		if waiting != nil {
			waiting(h.places.folder.Dir)
		}
	})
	if err != nil {
		return nil, err
	}
	lockfile.Sweep(h.options.Dir)
	ignore := filepath.Join(filepath.Dir(h.places.folder.Dir), ".gitignore")
	if _, err := os.Lstat(ignore); err != nil {
		_ = os.WriteFile(ignore, []byte("# What is here is installed by \"wahost init\".\n*\n"), 0o644)
	}
	lock, diags := lockfile.Read(h.options.Dir)
	if diags.HasErrors() {
		unlock()
		return nil, diags
	}
	h.lock = lock
	return unlock, nil
}

// writeLock replaces the lock file. Locks of providers that the configuration overrides stay.
func (h *Host) writeLock(locks []lockfile.Provider) error {
	if _, err := h.lock.Write(locks); err != nil {
		return fmt.Errorf("the lock file cannot be written: %w", err)
	}
	lock, diags := lockfile.Read(h.options.Dir)
	if diags.HasErrors() {
		return diags
	}
	h.lock = lock
	return nil
}

// provider installs one provider.
func (i *initializer) provider(ctx context.Context, r config.Requirement) (*Initialized, error) {
	a, err := source.Parse(r.Source)
	if err != nil {
		return nil, err
	}
	row := &Initialized{Name: r.Name, Source: r.Source, Constraints: r.Version, locked: i.h.lock.Provider(r.Name)}
	if row.locked != nil {
		row.Previous = row.locked.Version
	}
	if path := i.h.places.override(a); path != "" {
		row.Action, row.Path, row.Origin = ActionOverridden, path, "dev_overrides"
		return row, nil
	}
	locked := row.locked
	if locked != nil && locked.Source != "" && locked.Source != r.Source {
		locked = nil // the configuration requires another provider now
	}
	if done, err := i.installed(row, a, locked); done || err != nil {
		return row, err
	}
	offer, err := i.choose(ctx, row, a, locked)
	if err != nil {
		return nil, err
	}
	row.Version = offer.Version.String()
	if locked != nil && locked.Version != row.Version {
		locked = nil
	}
	rel, signers, err := i.release(ctx, a, *offer)
	if err != nil {
		return nil, err
	}
	row.Origin, row.Signers = rel.Origin, signers
	return row, i.install(ctx, row, rel, offer.From, locked)
}

// installed completes the row of a provider whose locked version is installed and fits, so that no place has to be asked.
func (i *initializer) installed(row *Initialized, a source.Address, locked *lockfile.Provider) (bool, error) {
	folder, p := i.h.places.folder, release.Current()
	v, ok := i.installedVersion(row, a, locked)
	if !ok || i.options.Upgrade {
		return false, nil
	}
	path := folder.Program(a, v, p)
	row.Version, row.Action, row.Path = locked.Version, ActionUnchanged, path
	if r, err := folder.Record(a, v, p); err == nil {
		row.Origin, row.Signers = r.Origin, r.Signers
	}
	updated := *locked
	updated.Source, updated.Constraints = row.Source, row.Constraints
	row.locked = &updated
	return true, i.certify(row, path, folder.Package(a, v, p))
}

// installedVersion returns the locked version if it fits and if its program is installed as it was locked.
func (i *initializer) installedVersion(row *Initialized, a source.Address, locked *lockfile.Provider) (v release.Version, ok bool) {
	if locked == nil {
		return v, false
	}
	v, err := release.ParseVersion(locked.Version)
	if err != nil {
		return v, false
	}
	c, err := release.ParseConstraint(row.Constraints)
	if err != nil || !c.Allows(v) {
		return v, false
	}
	hash, _, err := lockfile.Hash(i.h.places.folder.Program(a, v, release.Current()))
	return v, err == nil && locked.Has(hash)
}

// choose decides about the version.
func (i *initializer) choose(ctx context.Context, row *Initialized, a source.Address, locked *lockfile.Provider) (*fetch.Offer, error) {
	c, err := release.ParseConstraint(row.Constraints)
	if err != nil {
		return nil, err
	}
	offers, err := i.methods.Offers(ctx, a)
	if err != nil {
		return nil, err
	}
	row.Newest = offers[0].Version.String()
	var versions []release.Version
	for _, o := range offers {
		versions = append(versions, o.Version)
	}
	newest, fits := c.Newest(versions)
	var had release.Version
	if locked != nil {
		if had, err = release.ParseVersion(locked.Version); err != nil {
			had = release.Version{} // a lock that was written by hand
		}
	}
	wanted := newest
	switch {
	case !had.IsZero() && !i.options.Upgrade && !c.Allows(had):
		return nil, &versionError{"Locked version does not fit", fmt.Sprintf("Version %s of %s is locked, and the configuration requires %q. Run `wahost init --upgrade`, which installs and "+
			"locks the newest version that fits.", had, a, c)}
	case !had.IsZero() && !i.options.Upgrade && !slices.ContainsFunc(versions, func(v release.Version) bool { return v.Compare(had) == 0 }):
		next := "`wahost init --upgrade`"
		if !fits || newest.Compare(had) < 0 {
			next = "`wahost init --upgrade --allow-downgrade`, if you want to go back"
		}
		return nil, &versionError{"Locked version not offered", fmt.Sprintf("Version %s of %s is locked, and it is not offered any longer. Offered: %s. Ask whoever keeps the place why, or run %s.",
			had, a, offered(offers), next)}
	case !had.IsZero() && !i.options.Upgrade:
		wanted = had
	case !fits:
		return nil, &versionError{"No version fits", fmt.Sprintf("The configuration requires version %q of %s. Offered: %s. Change the constraint, or the places in provider_installation.",
			cmp.Or(c.String(), "any"), a, offered(offers))}
	case !had.IsZero() && newest.Compare(had) < 0 && !i.options.AllowDowngrade:
		return nil, &versionError{"Downgrade", fmt.Sprintf("Version %s of %s is locked, and the newest version that fits is now %s. Somebody may want you to run an old version with known faults. "+
			"If you want to go back, run `wahost init --upgrade --allow-downgrade`.", had, a, newest)}
	}
	at := slices.IndexFunc(offers, func(o fetch.Offer) bool { return o.Version.Compare(wanted) == 0 })
	return &offers[at], nil
}

// offered returns the offers in words.
func offered(offers []fetch.Offer) string {
	text := ""
	for n, o := range offers {
		if n == 8 {
			return text + " and older ones"
		}
		if n > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s (%s)", o.Version, o.From)
	}
	return text
}

// versionError is the error of a version that cannot be chosen.
type versionError struct{ summary, detail string }

func (e *versionError) Error() string { return e.detail }

// initDiagnostic returns an error about the entry of a provider.
func initDiagnostic(r config.Requirement, err error) *hcl.Diagnostic {
	summary, detail := initText(r, err)
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: load.HCLRange(r.Range).Ptr()}
}
