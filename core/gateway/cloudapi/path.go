// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/keys"
)

// path is what the path of a request names.
type path struct {
	// version is "v23.0", or empty. It changes nothing.
	version string
	// id is the object: a number, an account or media.
	id string
	// name is the endpoint, such as "messages". It is "object" for the object itself.
	name string
}

const (
	objectEndpoint = "object"
	// maxID bounds an id in a path. Those of Meta have 15 to 17 digits.
	maxID = 64
)

// endpoint is what can be done with a path and a method.
type endpoint struct {
	scopes []keys.Scope
	serve  func(*call) error
}

var (
	sending = []keys.Scope{keys.ScopeSend}
	reading = []keys.Scope{keys.ScopeRead, keys.ScopeSend}
	hooking = []keys.Scope{keys.ScopeHooks}
)

// endpoints has all of them, by name and method. A HEAD is a GET whose body is not sent.
var endpoints map[string]map[string]*endpoint

func init() { // the functions refer to the map
	endpoints = map[string]map[string]*endpoint{
		"messages":           {http.MethodPost: {sending, (*call).postMessage}},
		"marketing_messages": {http.MethodPost: {sending, (*call).postMarketingMessage}},
		"media":              {http.MethodPost: {sending, (*call).postMedia}},
		"message_templates":  {http.MethodGet: {reading, (*call).getTemplates}},
		"subscribed_apps": {
			http.MethodGet: {hooking, (*call).getSubscriptions}, http.MethodPost: {hooking, (*call).postSubscription},
			http.MethodDelete: {hooking, (*call).deleteSubscription},
		},
		objectEndpoint: {http.MethodGet: {reading, (*call).getObject}, http.MethodDelete: {sending, (*call).deleteMedia}},
	}
}

// parsePath reads a path. It returns false, and the id at most, for a path that no endpoint has.
func parsePath(p string) (path, bool) {
	var found path
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(p, "/"), "/"), "/")
	if isVersion(parts[0]) {
		found.version, parts = parts[0], parts[1:]
	}
	if len(parts) == 0 || len(parts) > 2 || !isID(parts[0]) {
		return found, false
	}
	found.id, found.name = parts[0], objectEndpoint
	if len(parts) == 2 {
		found.name = parts[1]
		if _, ok := endpoints[found.name]; !ok || found.name == objectEndpoint {
			found.name = ""
			return found, false
		}
	}
	return found, true
}

// isVersion reports whether a part of a path is a version of the Graph API, such as "v23.0".
func isVersion(s string) bool {
	major, minor, ok := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	return ok && strings.HasPrefix(s, "v") && isNumber(major) && isNumber(minor)
}

func isNumber(s string) bool {
	return len(s) > 0 && len(s) <= 3 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// isID reports whether a part of a path may be the id of an object.
func isID(s string) bool {
	return len(s) > 0 && len(s) <= maxID && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
}

// endpoint returns what a method does with the path, or nil.
func (p path) endpoint(method string) *endpoint {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return endpoints[p.name][method]
}

// method returns the method in the words of the Graph API.
func (c *call) method() string { return strings.ToLower(c.r.Method) }

// methodNotAllowed returns the answer for a path that has other methods.
func (c *call) methodNotAllowed(allowed ...string) error {
	c.w.Header().Set("Allow", strings.Join(allowed, ", "))
	e := graph.New(graph.CodeInvalidParameter, "use %s", strings.Join(allowed, " or "))
	e.Status, e.Message = http.StatusMethodNotAllowed, "Unsupported "+c.method()+" request"
	return e
}

// methods returns the methods of the path.
func (p path) methods() []string { return slices.Sorted(maps.Keys(endpoints[p.name])) }

func scopeNames(scopes []keys.Scope) string {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return strings.Join(names, " or ")
}
