// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/provider"
)

// narrow returns what a channel may be used for: what its provider declares of it, as far as the certificate covers it. In the
// mode "warn" it only logs the difference.
func (h *Host) narrow(ch addr.Channel, declared capability.Capabilities) supervise.Narrowed {
	v := h.certificates.of(ch.Provider)
	if v == nil {
		return supervise.Narrowed{Capabilities: declared}
	}
	certified := v.Statement.Predicate.Narrow(declared)
	if len(certified.Refused)+len(certified.Grown) > 0 {
		h.logger.Warn("the channel declares more than its provider's certificate covers", "channel", ch.String(),
			"kinds", strings.Join(certified.Refused, ", "), "others", strings.Join(certified.Grown, ", "))
	}
	if h.certificates.mode != config.CertificateEnforce {
		return supervise.Narrowed{Capabilities: declared}
	}
	out := supervise.Narrowed{Capabilities: certified.Capabilities, Refused: map[string]string{}}
	for _, kind := range certified.Refused {
		out.Refused[kind] = fmt.Sprintf("the provider declares %s, and its certificate does not cover it", kind)
	}
	return out
}

// checkVersion compares the version of a running provider with its certificate.
func (c *certifier) checkVersion(name string, meta provider.Metadata) error {
	v := c.of(name)
	if v == nil || c.mode != config.CertificateEnforce || v.Statement.Predicate.ProviderVersion == meta.Version {
		return nil
	}
	return &uncertifiedError{
		name: name, path: v.original, file: v.File, place: strings.Join(c.files(name, ""), ", "), needs: c.needs[name],
		cause: fmt.Errorf("the certificate is about version %s of the provider, and the running process says that it is version %s",
			v.Statement.Predicate.ProviderVersion, meta.Version),
	}
}

// CertificateState is what is known of the certificate of a provider.
type CertificateState struct {
	// State is "valid", "refused", or "" if the configuration demands no certificates or the provider was not started.
	State string `json:"state"`
	// File is where the certificate is, or is expected.
	File string `json:"file"`
	// Problem is the reason why the certificate is refused.
	Problem string `json:"problem,omitempty"`
	Tier    string `json:"tier,omitempty"`
	Result  string `json:"result,omitempty"`
	Suite   string `json:"suite,omitempty"`
	// Isolation is that of the run, and Signers are the names of the keys that signed.
	Isolation string    `json:"isolation,omitempty"`
	Signers   []string  `json:"signers,omitempty"`
	Ends      time.Time `json:"ends,omitzero"`
	// Advice are the recommendations that were not met.
	Advice []string `json:"advice,omitempty"`
	// EndsSoon is set if the certificate ends within a month.
	EndsSoon bool `json:"ends_soon,omitempty"`
}

// endsSoon is how long before the end of a certificate a warning begins.
const endsSoon = 30 * 24 * time.Hour

// CertificateState returns what is known of the certificate of a provider that was started, or was to be. It returns nil if the
// configuration demands no certificates.
func (h *Host) CertificateState(name string) *CertificateState {
	c := h.certificates
	if c == nil {
		return nil
	}
	out := &CertificateState{File: strings.Join(c.files(name, h.packageDir(name)), ", ")}
	if v := c.of(name); v != nil {
		p := v.Statement.Predicate
		out.State, out.File, out.Tier, out.Result, out.Suite = "valid", v.File, string(v.Tier), p.Result, p.Suite.Version
		out.Isolation, out.Signers, out.Ends = p.Isolation, v.Signers, p.Validity.NotAfter
		out.EndsSoon = c.now().Add(endsSoon).After(out.Ends)
		for _, a := range p.Advice {
			out.Advice = append(out.Advice, a.ID)
		}
		return out
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.refused[name]; r != nil {
		out.State, out.Problem = "refused", r.cause.Error()
	}
	return out
}

// certified returns what the process of a provider may execute, or nil for anything. With require_certificate = "warn" it may
// execute anything.
func (h *Host) certified(name string) *launch.Certified {
	if h.certificates == nil || h.certificates.mode != config.CertificateEnforce {
		return nil
	}
	return h.certificates.certified(name)
}
