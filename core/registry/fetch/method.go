// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package fetch finds the releases of providers and downloads their packages: from folders, from web servers, from OCI registries, and
// from beside wahost itself.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// ErrNotOffered is the error of a Place that offers no release of a provider.
var ErrNotOffered = errors.New("not offered")

// Place offers releases of providers.
type Place interface {
	// String says what the place is, for people, such as "filesystem mirror /srv/providers".
	String() string
	// Versions returns the versions of a provider. The error is ErrNotOffered if it is not known here, or another one if that could
	// not be found out.
	Versions(ctx context.Context, a source.Address) ([]release.Version, error)
	// Release returns one of the versions.
	Release(ctx context.Context, a source.Address, v release.Version) (*release.Release, error)
	// Open reads an archive of a release, from an offset in bytes. The reader begins at the offset start, which may be smaller: a server
	// need not be able to begin in the middle.
	Open(ctx context.Context, pkg release.Package, offset int64) (r io.ReadCloser, start int64, err error)
}

// Method is a place with the providers that may come from it.
type Method struct {
	Place
	// Include are the addresses that may come from the place; nil stands for all. Exclude are those that may not.
	Include, Exclude []source.Pattern
}

// Applies reports whether a provider may come from the place.
func (m Method) Applies(a source.Address) bool {
	return (m.Include == nil || source.Match(m.Include, a)) && !source.Match(m.Exclude, a)
}

// Methods are the places that are asked, in order.
type Methods []Method

// Offer is a version, with the first place that offers it.
type Offer struct {
	Version release.Version
	From    Place
}

// NotOfferedError is the error of a provider that no place offers.
type NotOfferedError struct {
	Source source.Address
	// Asked are the places that were asked.
	Asked []string
}

// Error says where the provider was looked for.
func (e *NotOfferedError) Error() string {
	if len(e.Asked) == 0 {
		return fmt.Sprintf("no block in provider_installation is about %s", e.Source)
	}
	return fmt.Sprintf("no release of %s was found. Asked: %s", e.Source, strings.Join(e.Asked, "; "))
}

// Offers returns the versions of a provider, newest first. A place that cannot be asked is an error, because it may have the newest
// version. The error is a *NotOfferedError if no place offers the provider.
func (m Methods) Offers(ctx context.Context, a source.Address) ([]Offer, error) {
	missing := &NotOfferedError{Source: a}
	var offers []Offer
	for _, method := range m {
		if !method.Applies(a) {
			continue
		}
		missing.Asked = append(missing.Asked, method.String())
		versions, err := method.Versions(ctx, a)
		switch {
		case errors.Is(err, ErrNotOffered):
			continue
		case err != nil:
			return nil, fmt.Errorf("%s: %w", method.Place, err)
		}
		for _, v := range versions {
			if !slices.ContainsFunc(offers, func(o Offer) bool { return o.Version.Compare(v) == 0 }) {
				offers = append(offers, Offer{v, method.Place})
			}
		}
	}
	if len(offers) == 0 {
		return nil, missing
	}
	slices.SortFunc(offers, func(a, b Offer) int { return b.Version.Compare(a.Version) })
	return offers, nil
}
