// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// Host is the module of wahost.
const Host = "github.com/wahost/wahost"

// maxName bounds a name in bytes: it becomes a label of a host name in the default endpoint, such as api.NAME.example.
const maxName = 63

// reserved are the words with which expressions of a configuration begin. A provider with such a name could not be referred to.
var reserved = []string{"var", "local", "channel", "template", "each", "true", "false", "null", "for", "in", "if"}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// CheckName returns what is wrong with the name of a new provider, and what to write instead.
func CheckName(name string) error {
	if a, err := source.Parse(name); err == nil {
		return fmt.Errorf("%q is a source address, and its name is needed alone. Did you mean %q?", name, a.Name)
	}
	if rest, ok := strings.CutPrefix(name, release.ProgramPrefix); ok && CheckName(rest) == nil {
		return fmt.Errorf("%q is the name of a program, and the name of a provider is what follows %s. Did you mean %q?", name, release.ProgramPrefix, rest)
	}
	switch err := addr.CheckProviderName(name); {
	case err != nil:
		return fmt.Errorf("%w%s", err, meant(name))
	case len(name) > maxName:
		return fmt.Errorf("the provider name %q has %d characters, and at most %d are allowed", name[:maxName]+"...", len(name), maxName)
	case strings.HasSuffix(name, "-"), strings.Contains(name, "--"):
		return fmt.Errorf("the provider name %q must not end with a dash or have two in a row, because registries refuse such names.%s", name, meant(name))
	case slices.Contains(reserved, name):
		return fmt.Errorf("the provider name %q is a word of the configuration language. Did you mean %q?", name, name+"-vendor")
	}
	return nil
}

// meant returns the question for a usable name that is similar, with a leading space, or "".
func meant(name string) string {
	usable := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "-"), "-")
	usable = strings.TrimLeft(usable, "0123456789-")
	if usable == name || len(usable) < 2 || len(usable) > maxName || slices.Contains(reserved, usable) {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", usable)
}

// DefaultModule returns the path of a module for a provider.
func DefaultModule(name string) string { return "example.com/" + release.ProgramPrefix + name }

// CheckModule returns what is wrong with the path of a module.
func CheckModule(path string) error {
	if path == Host || strings.HasPrefix(path, Host+"/") {
		return fmt.Errorf("%q is a path of wahost itself: a provider is a module of its own", path)
	}
	err := module.CheckPath(path)
	if err == nil {
		return nil
	}
	_, reason, ok := strings.Cut(err.Error(), ": ")
	if !ok {
		reason = err.Error()
	}
	if rest, ok := strings.CutPrefix(path, "https://"); ok && module.CheckPath(rest) == nil {
		return fmt.Errorf("%q is not the path of a Go module. Did you mean %q?", path, rest)
	}
	return fmt.Errorf("%q is not the path of a Go module, such as example.com/wahost-provider-acme: %s", path, reason)
}

// vendorName returns the name of the vendor for people, such as "My Vendor" for my-vendor.
func vendorName(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
