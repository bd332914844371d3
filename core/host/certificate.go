// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/client"
)

// certificateDir is the folder, below that of the configuration, that holds the certificates as <name>.json, as a bundle
// <name>.jsonl, or in a folder <name>.
const certificateDir = "certificates"

// certifier decides from certificates which providers may start, and what they may do. A nil certifier allows everything.
type certifier struct {
	mode     config.CertificateMode
	policy   verify.Policy
	dir      string
	required map[string]config.Requirement
	needs    map[string][]string
	now      func() time.Time
	// attaches reports whether a provider is running already, started from bytes that are not known. It may be nil.
	attaches func(name string) bool

	mu sync.Mutex
	// copies are the private copies of binaries, made when the first is needed.
	copies *launch.Copies
	// verified are the providers that have a valid certificate.
	verified map[string]*verifiedProvider
	// refused are the errors of providers without a valid certificate. In the mode "warn" they may start all the same.
	refused map[string]*uncertifiedError
}

// verifiedProvider is a provider with a valid certificate.
type verifiedProvider struct {
	*verify.Verified
	// path is the private copy of the binary, and original the binary itself.
	path, original string
	sum            []byte
}

// uncertifiedError is the error of a provider without a valid certificate.
type uncertifiedError struct {
	name, path, file string
	// place is where the configuration expects the certificate.
	place string
	needs []string
	cause error
}

func (e *uncertifiedError) Error() string {
	text := fmt.Sprintf("%s: %v.", e.file, e.cause)
	if len(e.needs) > 0 {
		text += fmt.Sprintf(" The routes of its channels use: %s.", strings.Join(e.needs, ", "))
	}
	return text + fmt.Sprintf("\n\nThese commands make a certificate if the provider is conformant:\n\n"+
		"  wahost conformance run %s --dialect DIALECT --certify --out DIR\n  wahost conformance sign DIR --key KEY\n\nPut its certificate.json at %s.", e.path, e.place)
}

func (e *uncertifiedError) Unwrap() error { return e.cause }

// newCertifier reads which certificates the configuration demands. It returns nil if it demands no certificates. No provider may
// start if the diagnostics have errors. Because no provider has started yet, routes are read without the providers' schemas.
func newCertifier(ctx context.Context, f *load.Folder, options Options) (*certifier, hcl.Diagnostics) {
	policy, diags := f.CertificatePolicy()
	if diags.HasErrors() {
		return nil, diags // it is not known which certificates are demanded
	}
	if policy.Mode == config.CertificateOff {
		return nil, nil
	}
	required, _ := f.Requirements("")
	c := &certifier{
		mode: policy.Mode, dir: options.Dir, required: required, needs: map[string][]string{}, now: time.Now,
		verified: map[string]*verifiedProvider{}, refused: map[string]*uncertifiedError{},
		policy: verify.Policy{
			Threshold: policy.Threshold, Tier: verify.Tier(policy.Tier), MinimumSuite: policy.MinimumSuite, MinimumResult: policy.MinimumResult,
			Profiles: policy.Profiles, Features: policy.Features, Isolation: policy.Isolation, Dialects: policy.Dialects, MaxAssumed: policy.MaxAssumed,
			Platform: runtime.GOOS + "/" + runtime.GOARCH, Protocol: client.ProtocolVersion,
		},
	}
	diags = nil
	for _, k := range policy.Keys {
		key, err := verify.ReadPublicKey(c.file(k.File))
		if err != nil {
			diags = append(diags, unusable(k.FileAt, "Trusted key not usable", fmt.Sprintf(
				"The public key of the trusted key %q cannot be read: %v. A path starts at the folder of the configuration.", k.Name, err)))
			continue
		}
		c.policy.Keys = append(c.policy.Keys, verify.TrustedKey{Key: key, Name: k.Name, Tier: verify.Tier(k.Tier), Providers: k.Providers})
	}
	if policy.Revoked != "" {
		var err error
		if c.policy.Revoked, err = verify.ReadRevoked(c.file(policy.Revoked)); err != nil {
			diags = append(diags, unusable(policy.RevokedAt, "List of revoked certificates not usable", fmt.Sprintf(
				"The list cannot be read: %v. A path starts at the folder of the configuration.", err)))
		}
	}
	if loaded, _ := f.Load(ctx, load.Options{Env: options.Env, Vars: options.Vars}); loaded != nil {
		c.needs = loaded.Config.CertificateNeeds()
	}
	return c, diags
}

func unusable(at config.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: load.HCLRange(at).Ptr()}
}

func (c *certifier) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// packaged are the certificates that a package may bring with it.
var packaged = []string{"certificate.json", "certificate.jsonl", "certificates"}

// files returns where the certificates of a provider are: those of the configuration, or of its package, which is in the folder dir unless
// that is empty. If nothing is there, it is where one is expected.
func (c *certifier) files(name, dir string) []string {
	var files []string
	for _, file := range c.required[name].Certificates {
		files = append(files, c.file(file))
	}
	if len(files) > 0 {
		return files
	}
	usual := c.file(filepath.Join(certificateDir, name))
	for _, file := range []string{usual + ".json", usual + ".jsonl", usual} {
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	if len(files) == 0 && dir != "" {
		for _, file := range packaged {
			if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
				files = append(files, filepath.Join(dir, file))
			}
		}
	}
	if len(files) == 0 {
		files = append(files, usual+".json")
	}
	return files
}

// check decides whether a provider may start. If it returns a program, only that may be started: a private copy of the binary, with
// the bytes that the certificate is about. In the mode "warn", an invalid certificate is kept as a warning and check returns nil. Dir is the
// folder of the provider's package, or empty.
func (c *certifier) check(name, path, dir string) (*verifiedProvider, error) {
	if c == nil {
		return nil, nil
	}
	files := c.files(name, dir)
	found := &uncertifiedError{name: name, path: path, file: strings.Join(files, ", "), place: strings.Join(c.files(name, ""), ", "), needs: c.needs[name]}
	v, err := c.verify(name, path, files)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.verified[name] = v
		return v, nil
	}
	found.cause = err
	c.refused[name] = found
	if c.mode == config.CertificateEnforce {
		return nil, found
	}
	return nil, nil
}

// verify verifies the certificates of a provider for a private copy of its binary.
func (c *certifier) verify(name, path string, files []string) (*verifiedProvider, error) {
	certificates, err := verify.ReadCertificates(files...)
	switch {
	case c.attaches != nil && c.attaches(name):
		return nil, fmt.Errorf("%s attaches to a process, and the bytes that it was started from are not known. "+
			`Unset it, or use require_certificate = "warn" while you debug`, client.EnvReattach)
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file, or no certificate in it")
	case err != nil:
		return nil, err
	}
	v := &verifiedProvider{original: path}
	if v.path, v.sum, err = c.copy(path); err != nil {
		return nil, err
	}
	if err := launch.CheckProgram(v.path); err != nil {
		var script *launch.ScriptError
		if errors.As(err, &script) {
			script.Path = path
		}
		return nil, err
	}
	policy := c.policy
	policy.Capabilities, policy.Now, policy.SHA256 = c.needs[name], c.now(), hex.EncodeToString(v.sum)
	policy.Name, policy.File, policy.Source = name, filepath.Base(path), c.required[name].Source
	v.Verified, err = verify.VerifyAny(context.Background(), certificates, policy)
	return v, err
}

// copy makes a private copy of a binary.
func (c *certifier) copy(path string) (string, []byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.copies == nil {
		var err error
		if c.copies, err = launch.NewCopies(); err != nil {
			return "", nil, err
		}
	}
	copied, sum, err := c.copies.Add(path)
	return copied, sum[:], err
}

// close removes the private copies. No process may run them any longer.
func (c *certifier) close() error {
	if c == nil || c.copies == nil {
		return nil
	}
	return c.copies.Close()
}

// of returns a provider with a valid certificate, or nil if it has none or needs none.
func (c *certifier) of(name string) *verifiedProvider {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.verified[name]
}

// certified returns what the process of a provider may execute, or nil for anything.
func (c *certifier) certified(name string) *launch.Certified {
	v := c.of(name)
	if v == nil {
		return nil
	}
	out := &launch.Certified{SHA256: hex.EncodeToString(v.sum), Original: v.original}
	for _, l := range v.Statement.Predicate.Libraries {
		out.Libraries = append(out.Libraries, l.SHA256)
	}
	return out
}

// providerError returns the error in the form from which diagnostics are made.
func (e *uncertifiedError) providerError() *load.ProviderError {
	return &load.ProviderError{Kind: load.Uncertified, Name: e.name, Detail: e.Error()}
}

// warned returns the errors of providers that were allowed to start without a valid certificate.
func (c *certifier) warned() []*uncertifiedError {
	if c == nil || c.mode == config.CertificateEnforce {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*uncertifiedError
	for name := range c.required {
		if w := c.refused[name]; w != nil {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b *uncertifiedError) int { return cmp.Compare(a.name, b.name) })
	return out
}
