// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"

	"github.com/wahost/wahost/conformance/dialect"
)

// pattern is a route whose path has variables.
type pattern struct {
	method string
	// segments are the parts of the path. A variable is written {*name}.
	segments []string
	route    *dialect.Route
}

// match returns the route of a request and the variables of its path. A path without variables comes first. The route is
// nil if no route matches.
func (s *Server) match(method, path string) (*dialect.Route, map[string]string) {
	if route := s.routes[method+" "+path]; route != nil {
		return route, nil
	}
	parts := strings.Split(path, "/")
	for _, p := range s.patterns {
		if p.method != method || len(p.segments) != len(parts) {
			continue
		}
		if found, ok := p.variables(parts); ok {
			return p.route, found
		}
	}
	return nil, nil
}

func (p pattern) variables(parts []string) (map[string]string, bool) {
	found := map[string]string{}
	for i, segment := range p.segments {
		name, variable := strings.CutPrefix(segment, "{*")
		switch {
		case variable && parts[i] != "":
			found[strings.TrimSuffix(name, "}")] = parts[i]
		case segment != parts[i]:
			return nil, false
		}
	}
	return found, true
}
