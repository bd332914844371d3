// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/client"

	"github.com/wahost/wahost/internal/boundfile"
)

// certificateDir is the folder, below that of the configuration, that holds the certificates as <name>.json.
const certificateDir = "certificates"

// maxCertificate is the largest size of the file of a certificate in bytes.
const maxCertificate = 4 << 20

// certifier decides from certificates which providers may start. A nil certifier lets every provider start.
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
	// warnings are the errors of providers that may start although they have no valid certificate.
	warnings map[string]*uncertifiedError
}

// uncertifiedError is the error of a provider without a valid certificate.
type uncertifiedError struct {
	name, path, file string
	needs            []string
	cause            error
}

func (e *uncertifiedError) Error() string {
	text := fmt.Sprintf("%s: %v.", e.file, e.cause)
	if len(e.needs) > 0 {
		text += fmt.Sprintf(" The routes of its channels use: %s.", strings.Join(e.needs, ", "))
	}
	return text + fmt.Sprintf("\n\nThis command makes a certificate if the provider is conformant:\n\n"+
		"  wahost conformance run %s --dialect DIALECT --certify --sign KEY --out DIR\n\nPut its certificate.json at %s.", e.path, e.file)
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
		mode: policy.Mode, dir: options.Dir, required: required, needs: map[string][]string{}, now: time.Now, warnings: map[string]*uncertifiedError{},
		policy: verify.Policy{Threshold: policy.Threshold, Tier: verify.Tier(policy.Tier), MinimumSuite: policy.MinimumSuite},
	}
	diags = nil
	for _, k := range policy.Keys {
		key, err := verify.ReadPublicKey(c.file(k.File))
		if err != nil {
			diags = append(diags, unusable(k.FileAt, "Trusted key not usable", fmt.Sprintf(
				"The public key of the trusted key %q cannot be read: %v. A path starts at the folder of the configuration.", k.Name, err)))
			continue
		}
		c.policy.Keys = append(c.policy.Keys, verify.TrustedKey{Key: key, Name: k.Name, Tier: verify.Tier(k.Tier)})
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

// check decides whether a provider may start. It returns the sha256 of the binary that the certificate is about, and only
// that binary may be started. In the mode "warn", an invalid certificate is kept as a warning and check returns nil.
func (c *certifier) check(name, path string) (sum []byte, err error) {
	if c == nil {
		return nil, nil
	}
	file := c.required[name].Certificate
	if file == "" {
		file = filepath.Join(certificateDir, name+".json")
	}
	found := &uncertifiedError{name: name, path: path, file: c.file(file), needs: c.needs[name]}
	policy := c.policy
	policy.Capabilities, policy.Now = c.needs[name], c.now()
	data, err := boundfile.ReadRegular(found.file, maxCertificate)
	switch {
	case c.attaches != nil && c.attaches(name):
		err = fmt.Errorf("%s attaches to a process, and the bytes that it was started from are not known. "+
			`Unset it, or use require_certificate = "warn" while you debug`, client.EnvReattach)
	case errors.Is(err, os.ErrNotExist):
		err = errors.New("there is no such file")
	case err == nil:
		if policy.SHA256, err = verify.FileSHA256(path); err == nil {
			_, err = verify.Verify(context.Background(), data, policy)
		}
	}
	if err == nil {
		return hex.DecodeString(policy.SHA256)
	}
	found.cause = err
	if c.mode == config.CertificateEnforce {
		return nil, found
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.warnings[name] = found
	return nil, nil
}

// providerError returns the error in the form from which diagnostics are made.
func (e *uncertifiedError) providerError() *load.ProviderError {
	return &load.ProviderError{Kind: load.Uncertified, Name: e.name, Detail: e.Error()}
}

// warned returns the errors of providers that were allowed to start without a valid certificate.
func (c *certifier) warned() []*uncertifiedError {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*uncertifiedError
	for name := range c.required {
		if w := c.warnings[name]; w != nil {
			out = append(out, w)
		}
	}
	return out
}
