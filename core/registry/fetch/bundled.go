// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// Bundled are the programs beside wahost, or in the folder that WAHOST_PROVIDER_DIR names. They are used where they are, for any
// source address whose name is theirs: whoever put them there decided that.
type Bundled struct {
	// Find returns the path of a provider's program. Its error wraps ErrNotOffered if there is no such program.
	Find func(name string) (string, error)
	// Describe returns the name and the version of a program.
	Describe func(ctx context.Context, path string) (name, version string, err error)
}

// String names the place.
func (Bundled) String() string { return "beside wahost" }

// Versions asks the program for its version.
func (b Bundled) Versions(ctx context.Context, a source.Address) ([]release.Version, error) {
	path, err := b.Find(a.Name)
	if err != nil {
		return nil, err
	}
	name, text, err := b.Describe(ctx, path)
	if err != nil {
		return nil, err
	}
	if name != a.Name {
		return nil, fmt.Errorf("%s says that it is the provider %q", path, name)
	}
	v, err := release.ParseVersion(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return []release.Version{v}, nil
}

// Release returns the program as the package of this platform.
func (b Bundled) Release(_ context.Context, a source.Address, v release.Version) (*release.Release, error) {
	path, err := b.Find(a.Name)
	if err != nil {
		return nil, err
	}
	hash, _, err := lockfile.Hash(path)
	if err != nil {
		return nil, err
	}
	return &release.Release{
		Source: a, Version: v, Origin: b.String(), InPlace: true,
		Packages: map[release.Platform]release.Package{release.Current(): {Hash: hash, At: path}},
	}, nil
}

// Open is never called, because nothing is downloaded.
func (Bundled) Open(context.Context, release.Package, int64) (io.ReadCloser, int64, error) {
	return nil, 0, errors.ErrUnsupported
}
