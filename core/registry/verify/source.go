// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// FilePrefix is how the file name of every provider begins. The rest is the provider's name.
const FilePrefix = "wahost-provider-"

var validPattern = regexp.MustCompile(`^([A-Za-z0-9._:-]+/)?(\*|[A-Za-z0-9_-]+)/(\*|[A-Za-z0-9_-]+)$`)

// CheckSourcePattern returns an error unless the text is a pattern of source addresses: NAMESPACE/TYPE or
// HOSTNAME/NAMESPACE/TYPE, in which "*" stands for any namespace or any type.
func CheckSourcePattern(text string) error {
	if !validPattern.MatchString(text) {
		return fmt.Errorf("%q is not a pattern of source addresses: write for instance \"acme/*\" or \"acme/acme\"", bounded(text))
	}
	return nil
}

// vouches reports whether a key counts for a source address.
func (k TrustedKey) vouches(source string) bool {
	return slices.ContainsFunc(k.Providers, func(pattern string) bool {
		ok, err := path.Match(pattern, source)
		return err == nil && ok
	})
}

// typeOf returns the last part of a source address, which is the name of the provider.
func typeOf(source string) string { return source[strings.LastIndexByte(source, '/')+1:] }

// names reports whether the name of a file is that of a provider: wahost-provider-NAME, which a platform and a version may
// follow after "_", as in the archives of a release.
func names(file, provider string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(file, ".exe"), FilePrefix+provider)
	return ok && (rest == "" || rest[0] == '_')
}
