// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"

	"github.com/wahost/wahost/conformance/dialect"
)

// pattern is a route whose path has variables.
type pattern struct {
	method   string
	segments []segment
	route    *dialect.Route
}

// segment is a part of a path. It is the text before, or text that a variable, with the name, and the text after follow.
type segment struct{ before, name, after string }

// newPattern returns the pattern of a path. A variable is written {*name}.
func newPattern(path string, route *dialect.Route) pattern {
	p := pattern{method: route.Method, route: route}
	for part := range strings.SplitSeq(path, "/") {
		before, rest, _ := strings.Cut(part, "{*")
		name, after, _ := strings.Cut(rest, "}")
		p.segments = append(p.segments, segment{before, name, after})
	}
	return p
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
	for i, s := range p.segments {
		if s.name == "" {
			if s.before != parts[i] {
				return nil, false
			}
			continue
		}
		text, begins := strings.CutPrefix(parts[i], s.before)
		text, ends := strings.CutSuffix(text, s.after)
		if !begins || !ends || text == "" {
			return nil, false
		}
		found[s.name] = text
	}
	return found, true
}
