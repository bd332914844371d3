// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import "github.com/hashicorp/hcl/v2"

// Diagnosis holds the diagnostics about a configuration and its providers.
type Diagnosis struct { //nolint:errname // it is an error only because hcl.Diagnostics is one
	hcl.Diagnostics
	// Files are the sources that the diagnostics refer to, by path. Secrets are removed from them.
	Files map[string]*hcl.File

	providerErrors int
}

// OnlyProviders reports whether all errors are about providers that cannot be used, so that the configuration itself may
// be valid. It is false if there are no errors.
func (d Diagnosis) OnlyProviders() bool {
	count := 0
	for _, diag := range d.Diagnostics {
		if diag.Severity == hcl.DiagError {
			count++
		}
	}
	return count > 0 && d.providerErrors >= count
}

func (h *Host) diagnosis(diags hcl.Diagnostics) Diagnosis {
	files := h.folder.Files()
	if h.lock.Source != nil {
		files[h.lock.Path] = h.lock.Source
	}
	if user := h.places.user; user.Source != nil {
		files[user.Path] = user.Source
	}
	return Diagnosis{Diagnostics: diags, Files: files, providerErrors: h.providerErrors}
}
