// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/source"
)

// FilePrefix is how the file name of every provider begins. The rest is the provider's name.
const FilePrefix = "wahost-provider-"

// vouches reports whether a key counts for the source address of the policy. Neither that nor a pattern can be wrong after check.
func (k TrustedKey) vouches(address string) bool {
	a, err := source.Parse(address)
	return err == nil && slices.ContainsFunc(k.Providers, func(pattern string) bool {
		p, err := source.ParsePattern(pattern)
		return err == nil && p.Matches(a)
	})
}

// typeOf returns the last part of a source address, which is the name of the provider.
func typeOf(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

// names reports whether the name of a file is that of a provider: wahost-provider-NAME, which a platform and a version may
// follow after "_", as in the archives of a release.
func names(file, provider string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(file, ".exe"), FilePrefix+provider)
	return ok && (rest == "" || rest[0] == '_')
}
