// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"net"
	"regexp"
	"strings"
)

// Repository is the name of the repository of each provider in a registry of OCI artifacts: a text in which {host}, {namespace} and {name}
// stand for the parts of its source address.
type Repository struct {
	// Plain is true if the registry is asked without TLS. It is on the loopback interface then.
	Plain bool
	text  string
}

var (
	placeholder = regexp.MustCompile(`\{[^{}]*\}`)
	// repositoryPath is the grammar of names in the specification of OCI distribution.
	repositoryPath = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
)

// ParseRepository reads such a name, such as "registry.example.com/providers/{namespace}/{name}".
func ParseRepository(text string) (Repository, error) {
	fail := func(format string, args ...any) (Repository, error) {
		return Repository{}, fmt.Errorf("%s is not the repository of a provider, such as \"registry.example.com/providers/{namespace}/{name}\": %s",
			quoted(text), fmt.Sprintf(format, args...))
	}
	rest, plain := strings.CutPrefix(text, "http://")
	for _, p := range placeholder.FindAllString(rest, -1) {
		if p != "{host}" && p != "{namespace}" && p != "{name}" {
			return fail("%s stands for nothing", p)
		}
	}
	r := Repository{Plain: plain, text: rest}
	filled := r.Of(Address{Host: "a.b", Namespace: "a", Name: "a"})
	registry, path, found := strings.Cut(filled, "/")
	host, _, err := net.SplitHostPort(registry)
	if err != nil {
		host = registry
	}
	switch {
	case strings.Contains(rest, "://"):
		return fail("leave out what is before the host")
	case !found || CheckHost(registry) != nil:
		return fail("it does not begin with the host of a registry")
	case !repositoryPath.MatchString(path):
		return fail("it has characters that the name of a repository cannot have, or it has a tag")
	case !strings.Contains(rest, "{name}"):
		return fail("it has no {name}, so all providers would be one")
	case plain && !IsLoopback(host):
		return fail("only a registry on the loopback interface is asked without TLS")
	}
	return r, nil
}

// String returns the name as it is written.
func (r Repository) String() string {
	if r.Plain {
		return "http://" + r.text
	}
	return r.text
}

// Of returns the repository of a provider. An address without a host has the host "none".
func (r Repository) Of(a Address) string {
	host := "none"
	if a.Host != "" {
		host = strings.ReplaceAll(a.Host, ":", "_")
	}
	return strings.NewReplacer("{host}", host, "{namespace}", a.Namespace, "{name}", a.Name).Replace(r.text)
}
