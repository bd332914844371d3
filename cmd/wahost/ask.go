// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// Schema asks a provider for its schemas, for the configuration.
func (s *session) Schema(ctx context.Context, name string) (provider.Schema, error) {
	schemas, err := s.pool.Schema(ctx, name)
	if err == nil {
		s.schemas[name] = schemas
	}
	return schemas, s.problem(name, err)
}

// Version asks a provider for its version, for the configuration.
func (s *session) Version(ctx context.Context, name string) (string, error) {
	meta, err := s.pool.Metadata(ctx, name)
	return meta.Version, s.problem(name, err)
}

// ValidateProvider asks a provider about its block, for the configuration.
func (s *session) ValidateProvider(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error) {
	s.keepSecret(s.schemas[name].Provider, value)
	ds, err := s.pool.ValidateProvider(ctx, name, value)
	return ds, s.problem(name, err)
}

// ValidateChannel asks a provider about a channel's block, for the configuration.
func (s *session) ValidateChannel(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error) {
	s.keepSecret(s.schemas[name].Channel, value)
	ds, err := s.pool.ValidateChannel(ctx, name, value)
	return ds, s.problem(name, err)
}

// keepSecret has the sensitive values of a block taken out of everything that is printed from now on. It is called
// before a provider learns them, so that not even a provider's last words can show one.
func (s *session) keepSecret(sch schema.Schema, value cty.Value) {
	for _, attr := range sch.Attributes {
		if !attr.Sensitive || value.IsNull() || !value.IsKnown() || !value.Type().HasAttribute(attr.Name) {
			continue
		}
		if v := value.GetAttr(attr.Name); v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			s.app.Secrets.Add(v.AsString())
		}
	}
}

// problem puts an error of a provider into the words of configuration.
func (s *session) problem(name string, err error) error {
	if err == nil {
		return nil
	}
	s.problems++
	p := &load.ProviderError{Name: name, Detail: err.Error()}
	var (
		notFound *install.NotFoundError
		mismatch *lockfile.MismatchError
		start    *launch.StartError
		crash    *supervise.CrashError
		down     *supervise.NotRunningError
		bare     *uncertifiedError
	)
	switch {
	case errors.As(err, &bare):
		p = bare.problem()
	case errors.As(err, &notFound):
		p.Kind, p.Detail = load.NotInstalled, notFound.Error()+"."
	case errors.As(err, &mismatch):
		p.Kind, p.Detail = load.LockMismatch, mismatch.Error()+"."
	case errors.As(err, &start) && start.Kind == launch.IncompatibleProtocol:
		p.Kind, p.Detail = load.Incompatible, start.Error()+"."
	case errors.As(err, &start) && start.Kind == launch.ChecksumMismatch:
		p.Kind, p.Detail = load.LockMismatch, start.Error()+"."
	case errors.As(err, &start):
		p.Detail = start.Error()
	case errors.As(err, &crash):
		p.Kind, p.Detail = load.Crashed, crash.Error()
	case errors.As(err, &down):
		p.Kind, p.Detail = load.Crashed, down.Error()
	}
	return p
}
