// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

// Providers is what is known of the installed providers. Load asks for one provider after the other: an implementation
// that starts processes starts all of them before, as Folder.Requirements names them.
type Providers interface {
	// Schema returns the schemas of the provider with that name in this configuration. Its errors should be a
	// *ProviderError.
	Schema(ctx context.Context, name string) (provider.Schema, error)
}

// Versions is implemented by Providers that know the versions of installed providers. Load then compares them with the
// constraints in required_providers.
type Versions interface {
	Version(ctx context.Context, name string) (string, error)
}

// Validator asks providers about rules that a schema cannot express. Values conform to the schema, with its defaults and without
// marks, and may be unknown. An error means that the provider could not be asked, and should be a *ProviderError.
type Validator interface {
	ValidateProvider(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error)
	ValidateChannel(ctx context.Context, name string, value cty.Value) (diag.Diagnostics, error)
}

// FailureKind is the reason why a provider cannot be used.
type FailureKind int

// The kinds.
const (
	// OtherFailure is any failure without a kind of its own.
	OtherFailure FailureKind = iota
	// NotInstalled means that there is no binary. The detail says where it was looked for and how to install it.
	NotInstalled
	// LockMismatch means that the binary is not the one in the lock file. The detail says how to accept it.
	LockMismatch
	// LockChanged means that the binary is as it was installed, and the lock file does not have its hash any longer.
	LockChanged
	// SourceChanged means that the lock file has another source address than the configuration.
	SourceChanged
	// NotLocked means that the provider is installed for the configuration, and the lock file does not name it.
	NotLocked
	// OtherPlatform means that the provider is installed for other platforms only.
	OtherPlatform
	// OtherVersion means that the program says that it has another version than its package.
	OtherVersion
	// Incompatible means that the binary has another protocol version.
	Incompatible
	// Crashed means that the process ended by itself. The detail holds its last lines of output.
	Crashed
	// Uncertified means that the certificate that the certificate block requires is missing or not valid. The detail
	// says what is missing and how to get it.
	Uncertified
	// NotAwaited means that the provider has not answered yet, and that nothing needs it.
	NotAwaited
)

// ProviderError is the error of a provider that cannot be used.
type ProviderError struct {
	Kind FailureKind
	// Name is the provider's name in this configuration.
	Name string
	// Detail is a sentence or more about this case, without secrets.
	Detail string
}

func (e *ProviderError) Error() string {
	return fmt.Sprintf("provider %s: %s: %s", e.Name, e.summary(), e.Detail)
}

func (e *ProviderError) summary() string {
	switch e.Kind {
	case NotInstalled:
		return "Provider not installed"
	case LockMismatch:
		return "Provider does not match the lock file"
	case LockChanged:
		return "Lock file does not match the installed provider"
	case SourceChanged:
		return "Source address differs from the lock file"
	case NotLocked:
		return "Provider not locked"
	case OtherPlatform:
		return "Provider not installed for this platform"
	case OtherVersion:
		return "Provider of another version"
	case Incompatible:
		return "Incompatible provider"
	case Crashed:
		return "Provider crashed"
	case Uncertified:
		return "Provider not certified"
	}
	return "Provider failed"
}

func (e *ProviderError) advice() string {
	switch e.Kind {
	case Incompatible:
		return "Install a version of the provider, or of wahost, that fits."
	case Crashed:
		return "This is a fault of the provider, not of your configuration. Report it to the provider's author with the lines above."
	}
	return ""
}

// diagnostic returns the error as a diagnostic about the entry that needs the provider.
func (e *ProviderError) diagnostic(at hcl.Range) *hcl.Diagnostic {
	intro := fmt.Sprintf("The provider %q cannot be used.", e.Name)
	switch e.Kind {
	case Crashed:
		intro = fmt.Sprintf("The provider %q crashed while it was asked about this configuration.", e.Name)
	case Uncertified:
		intro = fmt.Sprintf("The provider %q has no valid certificate of conformance.", e.Name)
	}
	parts := slices.DeleteFunc([]string{intro, e.Detail, e.advice()}, func(s string) bool { return s == "" })
	return lang.ErrorAt(at, e.summary(), strings.Join(parts, "\n\n"))
}

// asProviderError returns any error of a provider as a ProviderError.
func asProviderError(name string, err error) *ProviderError {
	var p *ProviderError
	if errors.As(err, &p) {
		named := *p
		named.Name = name
		return &named
	}
	return &ProviderError{Name: name, Detail: err.Error()}
}
