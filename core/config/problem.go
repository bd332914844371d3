// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

// Providers gives what is known of the installed providers. It is called once for each provider, one after the other:
// whoever starts processes for it starts them all beforehand, from Folder.Requirements.
type Providers interface {
	// Schema gives the schema of the provider with that name in this configuration. Where it cannot, the error
	// should be a *ProviderProblem.
	Schema(ctx context.Context, name string) (provider.Schema, error)
}

// Versions is implemented by Providers that know the versions of installed providers, which are then held against
// the constraints in required_providers.
type Versions interface {
	Version(ctx context.Context, name string) (string, error)
}

// Validator asks providers about rules that a schema cannot express. Values are without marks, have the type of
// the schema and no defaults filled in; unknown values may occur. An error says that the provider could not be
// asked, and should be a *ProviderProblem.
type Validator interface {
	ValidateProvider(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error)
	ValidateChannel(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error)
}

// ProblemKind says why a provider cannot be used.
type ProblemKind int

// The kinds.
const (
	// ProblemOther is any failure that has no kind of its own.
	ProblemOther ProblemKind = iota
	// ProblemNotInstalled: there is no such binary. The detail says where it was looked for and how to install it.
	ProblemNotInstalled
	// ProblemLockMismatch: the binary is not the one in the lock file. The detail says how to accept it.
	ProblemLockMismatch
	// ProblemIncompatible: the binary speaks another protocol version.
	ProblemIncompatible
	// ProblemCrashed: the process ended unasked. The detail holds its last lines of output.
	ProblemCrashed
	// ProblemUncertified: the certificate block asks for a certificate that is missing or does not hold. The detail
	// says what is missing and how to get one.
	ProblemUncertified
)

// ProviderProblem says why a provider cannot be used.
type ProviderProblem struct {
	Kind ProblemKind
	// Name is the provider's name in this configuration.
	Name string
	// Detail is a sentence or more about this case, without secrets.
	Detail string
}

func (p *ProviderProblem) Error() string {
	return fmt.Sprintf("provider %s: %s: %s", p.Name, p.summary(), p.Detail)
}

func (p *ProviderProblem) summary() string {
	switch p.Kind {
	case ProblemNotInstalled:
		return "Provider not installed"
	case ProblemLockMismatch:
		return "Provider does not match the lock file"
	case ProblemIncompatible:
		return "Incompatible provider"
	case ProblemCrashed:
		return "Provider crashed"
	case ProblemUncertified:
		return "Provider not certified"
	}
	return "Provider failed"
}

func (p *ProviderProblem) advice() string {
	switch p.Kind {
	case ProblemIncompatible:
		return "Install a version of the provider, or of wahost, that fits."
	case ProblemCrashed:
		return "This is a fault of the provider, not of your configuration. Report it to the provider's author with the lines above."
	}
	return ""
}

// diagnostic points at the block that needs the provider.
func (p *ProviderProblem) diagnostic(at hcl.Range) *hcl.Diagnostic {
	intro := fmt.Sprintf("The provider %q cannot be used.", p.Name)
	switch p.Kind {
	case ProblemCrashed:
		intro = fmt.Sprintf("The provider %q crashed while it was asked about this configuration.", p.Name)
	case ProblemUncertified:
		intro = fmt.Sprintf("The provider %q has no valid certificate of conformance.", p.Name)
	}
	parts := slices.DeleteFunc([]string{intro, p.Detail, p.advice()}, func(s string) bool { return s == "" })
	return problem(at, p.summary(), strings.Join(parts, "\n\n"))
}

// asProblem makes any error of a provider a ProviderProblem.
func asProblem(name string, err error) *ProviderProblem {
	var p *ProviderProblem
	if errors.As(err, &p) {
		named := *p
		named.Name = name
		return &named
	}
	return &ProviderProblem{Name: name, Detail: err.Error()}
}
