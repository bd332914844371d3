// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package source reads the source addresses of providers, such as "acme/acme" or "providers.example.com/acme/acme". The address
// decides where a provider comes from, which keys may vouch for it, and what the lock file records.
//
// The grammar is [HOST/]NAMESPACE/NAME. A HOST has a dot or a port, or is "localhost", which is how it differs from a
// namespace. A NAMESPACE has lower-case letters and digits, with single dashes and underscores between them. A NAME is the name of the
// provider. An address has one spelling, so that two addresses are equal if their texts are.
package source

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/core/addr"
)

// maxLength bounds an address in bytes, because it becomes part of paths.
const maxLength = 200

var (
	namespacePattern = regexp.MustCompile(`^[a-z0-9]+([-_][a-z0-9]+)*$`)
	hostLabel        = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// Address is where a provider comes from. The zero value is no address.
type Address struct {
	// Host is the host that offers the provider, with its port if it has one. It is empty if the address names no host: then
	// mirrors offer the provider, or it was put beside wahost.
	Host      string
	Namespace string
	// Name is the name of the provider, whose program is wahost-provider-NAME.
	Name string
}

// String returns the address as it is written.
func (a Address) String() string {
	if a.Host == "" {
		return a.Namespace + "/" + a.Name
	}
	return a.Host + "/" + a.Namespace + "/" + a.Name
}

// Path returns the address as a path with slashes, for folders and for the names of repositories. It differs from String in the
// colon before a port, which paths on Windows and names of repositories cannot have.
func (a Address) Path() string { return strings.ReplaceAll(a.String(), ":", "_") }

// ParsePath reads what Path returns.
func ParsePath(path string) (Address, error) {
	host, rest, found := strings.Cut(path, "/")
	if i := strings.LastIndexByte(host, '_'); found && i >= 0 && strings.Contains(rest, "/") {
		host = host[:i] + ":" + host[i+1:]
	}
	if !found {
		return Parse(path)
	}
	return Parse(host + "/" + rest)
}

// Parse reads an address. The error says which part is wrong and what it should be.
func Parse(text string) (Address, error) {
	fail := func(format string, args ...any) (Address, error) {
		return Address{}, fmt.Errorf("%s is not a source address: %s", quoted(text), fmt.Sprintf(format, args...))
	}
	parts := strings.Split(text, "/")
	switch {
	case text == "":
		return fail(`write NAMESPACE/NAME, such as "acme/acme"`)
	case len(text) > maxLength:
		return fail("it is longer than %d bytes", maxLength)
	case strings.Contains(text, "://"):
		return fail(`leave out what is before the host, and write HOST/NAMESPACE/NAME`)
	case strings.TrimSpace(text) != text || strings.ContainsAny(text, " \t\n"):
		return fail("it has a space")
	case len(parts) == 1:
		return fail(`it has no namespace. Write NAMESPACE/NAME, such as "acme/%s"`, quotedName(text))
	case len(parts) > 3:
		return fail("it has %d parts between slashes. Write NAMESPACE/NAME or HOST/NAMESPACE/NAME", len(parts))
	}
	if slices.Contains(parts, "") {
		return fail("a part between slashes is empty. Write NAMESPACE/NAME or HOST/NAMESPACE/NAME")
	}
	a := Address{Namespace: parts[len(parts)-2], Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		a.Host = parts[0]
		if err := CheckHost(a.Host); err != nil {
			return fail("%v", err)
		}
	}
	if len(parts) == 2 && CheckHost(a.Namespace) == nil {
		return fail("%s is a host, and no namespace follows it. Write %s/NAMESPACE/%s", quoted(a.Namespace), a.Namespace, a.Name)
	}
	if err := checkNamespace(a.Namespace); err != nil {
		return fail("%v", err)
	}
	if err := addr.CheckProviderName(a.Name); err != nil {
		return fail("%v", err)
	}
	return a, nil
}

func checkNamespace(text string) error {
	if namespacePattern.MatchString(text) {
		return nil
	}
	const rule = "must have only lower-case letters and digits, with single dashes or underscores between them"
	if lower := strings.ToLower(text); namespacePattern.MatchString(lower) {
		return fmt.Errorf("the namespace %s %s. Write %q", quoted(text), rule, lower)
	}
	return fmt.Errorf("the namespace %s %s", quoted(text), rule)
}

// CheckHost returns an error unless the text is a host name, with or without a port, that is not taken for a namespace.
func CheckHost(text string) error {
	name, port, hasPort := strings.Cut(text, ":")
	if hasPort {
		// One spelling: no sign and no leading zero.
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return fmt.Errorf("the port %s of the host is not a number from 1 to 65535", quoted(port))
		}
	}
	if name != strings.ToLower(name) {
		return fmt.Errorf("the host %s must be in lower case. Write %q", quoted(text), strings.ToLower(text))
	}
	if !hasPort && name != "localhost" && !strings.Contains(name, ".") {
		return fmt.Errorf(`%s is not a host: a host has a dot or a port, as "providers.example.com" or "localhost:8443"`, quoted(text))
	}
	for label := range strings.SplitSeq(name, ".") {
		if !hostLabel.MatchString(label) || len(label) > 63 {
			return fmt.Errorf("the host %s is not a host name", quoted(text))
		}
	}
	return nil
}

// quoted returns text for an error, shortened if it is long.
func quoted(text string) string {
	const most = 80
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strconv.Quote(text)
}

// quotedName returns a text that may follow "acme/" in advice.
func quotedName(text string) string {
	if addr.CheckProviderName(text) != nil || len(text) > maxLength/2 {
		return "acme"
	}
	return text
}
