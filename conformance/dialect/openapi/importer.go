// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// importer makes a dialect of one document.
type importer struct {
	file    string
	doc     *openapi3.T
	schemas *schemas
	// names are the names of routes that are taken.
	names  map[string]bool
	routes []*route
	errors []*errorRow
	auths  []*auth
	// config and channel are the values of the two configuration objects, by name.
	config, channel map[string]string
	open            int
}

// route is one operation.
type route struct {
	name, method, path, pointer string
	accept                      string
	schema                      string
	remarks                     []string
	security                    []string
	reply                       answer
	// issues is the name of the token that the route issues; empty for operations.
	issues string
	// public is set if the requests have no credentials.
	public bool
}

// answer is a response.
type answer struct {
	status  int
	body    string
	pointer string
}

type errorRow struct {
	name    string
	first   answer
	answers map[string]answer // by route
	order   []string
}

// formats are the media types of requests, in the order of preference.
var formats = []struct{ media, accept string }{
	{"application/json", "json"}, {"application/x-www-form-urlencoded", "form"}, {"multipart/form-data", "multipart"},
}

func (im *importer) run(o Options) (*Result, error) {
	im.config, im.channel = map[string]string{"endpoint": "endpoint()"}, map[string]string{}
	base := im.basePath()
	for _, at := range im.doc.Paths.Keys() {
		if o.Match != nil && !o.Match.MatchString(at) {
			continue
		}
		item := im.doc.Paths.Value(at)
		if item == nil {
			continue
		}
		operations := item.Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			im.operation(base+at, at, method, item, operations[method])
		}
	}
	if len(im.routes) == 0 {
		return nil, fmt.Errorf("no operation of %s is selected: its paths are such as %s", im.file, strings.Join(im.doc.Paths.Keys()[:min(3, im.doc.Paths.Len())], ", "))
	}
	im.credentials()
	name := o.Name
	if name == "" {
		name = strings.ReplaceAll(cmp.Or(word(im.doc.Info.Title), "vendor"), "_", "-")
	}
	data := im.write(name)
	files, err := im.schemas.encode()
	if err != nil {
		return nil, fmt.Errorf("the schemas of %s cannot be written: %w", im.file, err)
	}
	return &Result{Name: name, Dialect: data, Schemas: files, Server: im.server(), Docs: im.docs(), Routes: len(im.routes), Errors: len(im.errors), Open: im.open}, nil
}

// basePath returns the path of the first server, without a slash at its end.
func (im *importer) basePath() string {
	if len(im.doc.Servers) == 0 {
		return ""
	}
	base, err := im.doc.Servers[0].BasePath()
	if err != nil || strings.Contains(base, "{") {
		return ""
	}
	return strings.TrimSuffix(base, "/")
}

// plainAddress matches addresses that need no quoting, wherever they are written.
var plainAddress = regexp.MustCompile(`^https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9./_~%?&=#:,+-]*)?$`)

// server returns the scheme and host of the first server, or "" unless it is one for HTTPS.
func (im *importer) server() string {
	if len(im.doc.Servers) == 0 {
		return ""
	}
	u, err := url.Parse(im.doc.Servers[0].URL)
	if err != nil || u.Scheme != "https" || !plainAddress.MatchString(u.Scheme+"://"+u.Host) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// docs returns the address of the documentation, or "" if the document has no address that needs no quoting.
func (im *importer) docs() string {
	if d := im.doc.ExternalDocs; d != nil && plainAddress.MatchString(d.URL) {
		return d.URL
	}
	return ""
}

func (im *importer) operation(full, at, method string, item *openapi3.PathItem, op *openapi3.Operation) {
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		return
	}
	where := []string{"paths", at, strings.ToLower(method)}
	r := &route{method: method, pointer: pointer(where...), accept: "query"}
	r.name = im.unique(cmp.Or(word(op.OperationID), word(method+" "+at)))
	im.request(r, where, op)
	r.path = im.path(r, full, item, op)
	im.responses(r, where, op)
	im.security(r, op)
	im.routes = append(im.routes, r)
}

func (im *importer) unique(name string) string {
	unique := name
	for n := 2; im.names[unique]; n++ {
		unique = fmt.Sprintf("%s_%d", name, n)
	}
	im.names[unique] = true
	return unique
}

// request reads the body of an operation.
func (im *importer) request(r *route, where []string, op *openapi3.Operation) {
	if op.RequestBody == nil || op.RequestBody.Value == nil {
		return
	}
	content := op.RequestBody.Value.Content
	for _, f := range formats {
		media, ok := mediaOf(content, f.media)
		if !ok {
			continue
		}
		r.accept = f.accept
		if media.Schema != nil {
			r.schema = im.schemas.add(r.name, im.file+"#"+pointer(append(where, "requestBody", "content", f.media, "schema")...), media.Schema)
			im.places(r, media.Schema)
		}
		return
	}
	r.accept = "json"
	r.remarks = append(r.remarks, fmt.Sprintf("COMPLETE: accept. The document has the formats %s, and dialects have json, form and multipart.",
		strings.Join(slices.Sorted(maps.Keys(content)), ", ")))
}

// mediaOf returns the content of a media type, whatever its parameters are.
func mediaOf(content openapi3.Content, wanted string) (*openapi3.MediaType, bool) {
	for _, name := range slices.Sorted(maps.Keys(content)) {
		kind, _, _ := strings.Cut(name, ";")
		if strings.EqualFold(strings.TrimSpace(kind), wanted) && content[name] != nil {
			return content[name], true
		}
	}
	return nil, false
}

// places adds remarks about where the recipients and the kind of message may be. The document does not say it.
func (im *importer) places(r *route, schema *openapi3.SchemaRef) {
	var to, kinds []string
	walk(schema, "$", 0, func(at, name string, s *openapi3.Schema) {
		switch {
		case s.Discriminator != nil && s.Discriminator.PropertyName != "":
			kinds = append(kinds, at+"."+s.Discriminator.PropertyName)
		case slices.Contains([]string{"to", "recipient", "recipients", "destination", "destinations", "phone", "msisdn"}, strings.ToLower(name)) && !s.Type.Is("object"):
			to = append(to, at)
		case slices.Contains([]string{"type", "kind", "messagetype", "message_type"}, strings.ToLower(name)) && s.Type.Is("string"):
			kinds = append(kinds, at)
		}
	})
	r.remarks = append(r.remarks, "COMPLETE: recipient_at and max_recipients, if this route sends messages."+candidates(to))
	r.remarks = append(r.remarks, `COMPLETE: kind, if the route takes one kind of message, or type_at.`+candidates(kinds))
}

func candidates(places []string) string {
	slices.Sort(places)
	if places = slices.Compact(places); len(places) == 0 {
		return ""
	}
	return " It may be at " + strings.Join(places[:min(5, len(places))], ", ") + "."
}

// maxDepth bounds how deep schemas are looked at, because they may contain themselves.
const maxDepth = 6

// walk calls visit for a schema and those in it, with their places.
func walk(ref *openapi3.SchemaRef, at string, depth int, visit func(at, name string, s *openapi3.Schema)) {
	if ref == nil || ref.Value == nil || depth > maxDepth {
		return
	}
	s := ref.Value
	name := at[strings.LastIndexAny(at, ".$")+1:]
	visit(at, strings.TrimSuffix(name, "[*]"), s)
	for _, part := range slices.Concat(s.AllOf, s.OneOf, s.AnyOf) {
		walk(part, at, depth+1, visit)
	}
	for _, member := range slices.Sorted(maps.Keys(s.Properties)) {
		walk(s.Properties[member], at+"."+member, depth+1, visit)
	}
	if s.Items != nil {
		walk(s.Items, at+"[*]", depth+1, visit)
	}
}

// path returns the path of a route. A parameter is a variable of a request without a body, and a value of the channel's
// configuration otherwise.
func (im *importer) path(r *route, full string, item *openapi3.PathItem, op *openapi3.Operation) string {
	var b strings.Builder
	for i, segment := range strings.Split(full, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		whole := strings.HasPrefix(segment, "{") && strings.Count(segment, "{") == 1 && strings.HasSuffix(segment, "}")
		for {
			before, rest, ok := strings.Cut(segment, "{")
			name, after, closed := strings.Cut(rest, "}")
			b.WriteString(before)
			if !ok || !closed {
				break
			}
			if name = cmp.Or(word(name), "value"); r.accept == "query" && whole {
				b.WriteString("{*" + name + "}")
			} else {
				b.WriteString("{" + name + "}")
				im.channel[name] = quote(name)
				r.remarks = append(r.remarks, fmt.Sprintf("COMPLETE: %s of the path is a value of channel_config here.", name))
			}
			segment = after
		}
	}
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		if p.Value != nil && (p.Value.In == "header" || p.Value.In == "query" && r.accept != "query") {
			r.remarks = append(r.remarks, fmt.Sprintf("The document has the %s parameter %s.", p.Value.In, p.Value.Name))
		}
	}
	return b.String()
}
