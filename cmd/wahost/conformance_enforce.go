// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

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

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/client"

	"github.com/wahost/wahost/internal/boundfile"
)

// certificateDir is where a provider's certificate is looked for, below the configuration, as <name>.json.
const certificateDir = "certificates"

// certifier decides from certificates which providers may start.
type certifier struct {
	mode     config.CertificateMode
	policy   certificate.Policy
	dir      string
	required map[string]config.Requirement
	needs    map[string][]string
	now      func() time.Time
	// attaches says of a provider that it runs already, from bytes that nobody knows; nil for none.
	attaches func(name string) bool

	mu sync.Mutex
	// warnings are what is wrong with the certificates of providers that start all the same.
	warnings map[string]*uncertifiedError
}

// uncertifiedError says that a provider has no certificate that holds.
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
	return text + fmt.Sprintf("\n\nThis command makes a certificate, where the provider is conformant:\n\n"+
		"  wahost conformance run %s --dialect DIALECT --certify --sign KEY --out DIR\n\nPut its certificate.json at %s.", e.path, e.file)
}

func (e *uncertifiedError) Unwrap() error { return e.cause }

// newCertifier reads what the configuration demands; nil where it demands nothing. No provider has started yet, so
// routes are read without the providers' schemas. After errors no provider may start.
func newCertifier(ctx context.Context, f *config.Folder, dir string, vars []string) (*certifier, hcl.Diagnostics) {
	policy, diags := f.CertificatePolicy()
	if diags.HasErrors() {
		return nil, diags // what was meant cannot be known: no provider starts
	}
	if policy.Mode == config.CertificateOff {
		return nil, nil
	}
	required, _ := f.Requirements("")
	c := &certifier{
		mode: policy.Mode, dir: dir, required: required, needs: map[string][]string{}, now: time.Now, warnings: map[string]*uncertifiedError{},
		policy: certificate.Policy{Threshold: policy.Threshold, Tier: certificate.Tier(policy.Tier), MinimumSuite: policy.MinimumSuite},
	}
	diags = nil
	for _, k := range policy.Keys {
		key, err := readPublicKey(c.file(k.File))
		if err != nil {
			diags = append(diags, unusable(k.FileAt, "Trusted key not usable", fmt.Sprintf(
				"The public key of the trusted key %q cannot be read: %v. A path starts at the folder of the configuration.", k.Name, err)))
			continue
		}
		c.policy.Keys = append(c.policy.Keys, certificate.TrustedKey{Key: key, Name: k.Name, Tier: certificate.Tier(k.Tier)})
	}
	if policy.Revoked != "" {
		var err error
		if c.policy.Revoked, err = readDigests(c.file(policy.Revoked)); err != nil {
			diags = append(diags, unusable(policy.RevokedAt, "List of revoked certificates not usable", fmt.Sprintf(
				"The list cannot be read: %v. A path starts at the folder of the configuration.", err)))
		}
	}
	if cfg, _ := f.Load(ctx, config.Options{Env: os.Environ(), Vars: vars}); cfg != nil {
		c.needs = cfg.CertificateNeeds()
	}
	return c, diags
}

func unusable(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}

func (c *certifier) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// check decides about one provider. The digest that it gives is that of the bytes which the certificate is about: they
// alone may be started. With mode warn the error is kept and the digest nil.
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
	data, err := boundfile.ReadRegular(found.file, maxSmallFile)
	switch {
	case c.attaches != nil && c.attaches(name):
		err = fmt.Errorf("%s attaches to a process, and no certificate says which bytes that was started from. "+
			`Unset it, or ask for no more than require_certificate = "warn" while you debug`, client.EnvReattach)
	case errors.Is(err, os.ErrNotExist):
		err = errors.New("there is no such file")
	case err == nil:
		if policy.SHA256, err = fileSHA256(path); err == nil {
			_, err = certificate.Verify(context.Background(), data, policy)
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

// problem puts the error into the words of configuration.
func (e *uncertifiedError) problem() *config.ProviderProblem {
	return &config.ProviderProblem{Kind: config.ProblemUncertified, Name: e.name, Detail: e.Error()}
}

// warned gives the providers that started without a certificate which holds.
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
