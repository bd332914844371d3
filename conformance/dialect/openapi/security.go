// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// auth is a credential of requests.
type auth struct {
	scheme, pointer string
	in, name, at    string
	value           string
	routes          []string
	remarks         []string
}

// security notes the schemes that an operation needs. Of several alternatives the first is taken that a dialect can describe.
func (im *importer) security(r *route, op *openapi3.Operation) {
	requirements := im.doc.Security
	if op.Security != nil {
		requirements = *op.Security
	}
	var all []string
	for _, alternative := range requirements {
		all = append(all, strings.Join(slices.Sorted(maps.Keys(alternative)), " and "))
	}
	for _, alternative := range requirements {
		names := slices.Sorted(maps.Keys(alternative))
		if slices.ContainsFunc(names, func(name string) bool { return !im.describable(name) }) {
			continue
		}
		r.security = names
		break
	}
	if r.public = len(r.security) == 0; r.public && len(requirements) > 0 {
		r.remarks = append(r.remarks, "COMPLETE: auth. A dialect cannot describe "+strings.Join(all, " or ")+".")
	} else if len(all) > 1 {
		r.remarks = append(r.remarks, "The document allows "+strings.Join(all, " or ")+". The emulator wants the first that a dialect can describe.")
	}
}

func (im *importer) scheme(name string) *openapi3.SecurityScheme {
	if im.doc.Components == nil || im.doc.Components.SecuritySchemes[name] == nil {
		return nil
	}
	return im.doc.Components.SecuritySchemes[name].Value
}

func (im *importer) describable(name string) bool {
	s := im.scheme(name)
	switch {
	case s == nil:
		return false
	case s.Type == "apiKey":
		return s.In == "header" || s.In == "query"
	case s.Type == "http":
		return slices.Contains([]string{"basic", "bearer"}, strings.ToLower(s.Scheme))
	}
	return s.Type == "oauth2" || s.Type == "openIdConnect"
}

// credentials makes the auth blocks of all schemes that the routes need.
func (im *importer) credentials() {
	for _, r := range slices.Clone(im.routes) {
		for _, name := range r.security {
			i := slices.IndexFunc(im.auths, func(a *auth) bool { return a.scheme == name })
			if i < 0 {
				im.auths, i = append(im.auths, im.credential(name)), len(im.auths)
			}
			im.auths[i].routes = append(im.auths[i].routes, r.name)
		}
	}
	for _, a := range slices.Clone(im.auths) {
		if s := im.scheme(a.scheme); s.Type == "oauth2" && s.Flows != nil && s.Flows.ClientCredentials != nil {
			im.tokenRoute(a, s.Flows.ClientCredentials.TokenURL)
		}
	}
}

// credential returns the auth block of a scheme.
func (im *importer) credential(name string) *auth {
	s, key := im.scheme(name), cmp.Or(word(name), "credential")
	a := &auth{scheme: name, pointer: pointer("components", "securitySchemes", name), in: "header", name: "Authorization"}
	secret := func(name string) string {
		im.config[name] = "secret(" + quote(name) + ")"
		return "secret(" + quote(name) + ")"
	}
	switch {
	case s.Type == "apiKey":
		a.in, a.name, a.value = s.In, s.Name, secret(key)
		if strings.EqualFold(s.Name, "Authorization") {
			a.remarks = append(a.remarks, "COMPLETE: value, if the vendor wants a word before the key.")
		}
	case s.Type == "http" && strings.EqualFold(s.Scheme, "basic"):
		a.value = `"Basic ${base64encode("${` + secret("username") + `}:${` + secret("password") + `}")}"`
	case s.Type == "oauth2" && s.Flows != nil && s.Flows.ClientCredentials != nil:
		a.value = `"Bearer ${token(` + quote(key) + `)}"`
	default:
		a.value = `"Bearer ${` + secret(key) + `}"`
		if s.Type != "http" {
			a.remarks = append(a.remarks, "COMPLETE: how the token is obtained. The emulator knows one token that never expires.")
		}
	}
	return a
}

// tokenRoute adds the route that issues the tokens of an OAuth scheme, and the credentials of its requests.
func (im *importer) tokenRoute(a *auth, address string) {
	at, err := url.Parse(address)
	path := "/oauth/token"
	if err == nil && strings.HasPrefix(at.Path, "/") && !strings.ContainsAny(at.Path, "{}") {
		path = at.Path
	}
	key := cmp.Or(word(a.scheme), "credential")
	r := &route{
		name: im.unique(key + "_token"), method: http.MethodPost, path: path, accept: "form", issues: key,
		pointer: pointer("components", "securitySchemes", a.scheme, "flows", "clientCredentials", "tokenUrl"),
		reply:   answer{status: http.StatusOK, body: "{\naccess_token = token(" + quote(key) + ")\ntoken_type = \"Bearer\"\nexpires_in = 3600\n}"},
		remarks: []string{"The form is that of RFC 6749, section 4.4. COMPLETE: the answer and its expires_in."},
	}
	if err == nil && at.Host != "" && len(im.doc.Servers) > 0 && !strings.Contains(im.doc.Servers[0].URL, at.Host) {
		r.remarks = append(r.remarks, fmt.Sprintf("COMPLETE: the document has it at another host, %s. The emulator has one address.", at.Host))
	}
	im.routes = append(im.routes, r)
	for _, field := range []string{"client_id", "client_secret"} {
		im.config[field] = "secret(" + quote(field) + ")"
		im.auths = append(im.auths, &auth{
			scheme: a.scheme, pointer: a.pointer, in: "body", at: "$." + field, value: "secret(" + quote(field) + ")", routes: []string{r.name},
		})
	}
}
