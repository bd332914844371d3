// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/wahost/wahost/conformance/dialect"
)

// call is a request as the dialect interprets it.
type call struct {
	server *Server
	req    *http.Request
	raw    []byte
	// route is nil if no route matches the request.
	route *dialect.Route
	// segments are the variables of the path.
	segments map[string]string
	// body is the decoded body: nil, map[string]any, []any, string, json.Number or bool.
	body       any
	recipients []string
	// faultFor is the recipient for which the fault of this request waited; empty if it waited for any request.
	faultFor string
	// refused holds the error rows by the recipients that the vendor refuses while it accepts others; usually nil.
	refused    map[string]*dialect.Error
	kind       string
	violations []string
}

func newCall(s *Server, req *http.Request, raw []byte) *call {
	c := &call{server: s, req: req, raw: raw}
	c.route, c.segments = s.match(req.Method, req.URL.Path)
	if c.route == nil {
		known := slices.Sorted(maps.Keys(s.routes))
		c.violate("the API has no route " + req.Method + " " + req.URL.Path + "; it has " + strings.Join(known, ", "))
		return c
	}
	if !c.decode() {
		return c
	}
	c.findRecipients()
	c.findKind()
	c.validate()
	return c
}

func (c *call) violate(text string) { c.violations = append(c.violations, text) }

func (c *call) decode() bool {
	want := map[dialect.Format]string{
		dialect.FormatJSON: "application/json", dialect.FormatForm: contentTypeForm,
		dialect.FormatMultipart: "multipart/form-data",
	}[c.route.Accept]
	if c.route.Accept == dialect.FormatQuery {
		if len(c.raw) > 0 {
			c.violate("the request has a body, and the call takes none")
		}
		query := map[string]any{}
		for name, values := range c.req.URL.Query() {
			query[name] = values[0]
		}
		for name, text := range c.segments {
			query[name] = text
		}
		c.body = query
		return true
	}
	got, params, _ := mime.ParseMediaType(c.req.Header.Get("Content-Type"))
	if got != want {
		c.violate(fmt.Sprintf("the Content-Type is %q, not %s", c.req.Header.Get("Content-Type"), want))
	}
	if c.route.Accept == dialect.FormatForm {
		values, err := url.ParseQuery(string(c.raw))
		if err != nil {
			c.violate("the body is not a form: " + err.Error())
			return false
		}
		form := make(map[string]any, len(values))
		for name := range values {
			form[name] = values.Get(name)
		}
		c.body = form
		return true
	}
	if c.route.Accept == dialect.FormatMultipart {
		form, err := multipartForm(c.raw, params["boundary"])
		if err != nil {
			c.violate("the body is not a multipart form: " + err.Error())
			return false
		}
		c.body = form
		return true
	}
	body, err := decodeJSON(c.raw)
	if err != nil {
		c.violate("the body is not JSON: " + err.Error())
		return false
	}
	c.body = body
	return true
}

// decodeJSON decodes a document, with numbers as json.Number. It returns an error if the document exceeds the bounds of
// checkJSON.
func decodeJSON(data []byte) (any, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// multipartForm returns the first part of each name as a string. The file name of a part is at "<name>~filename", and its
// Content-Type at "<name>~type".
func multipartForm(raw []byte, boundary string) (map[string]any, error) {
	form := map[string]any{}
	r := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if _, ok := form[part.FormName()]; ok {
			continue
		}
		form[part.FormName()] = string(content)
		if part.FileName() != "" {
			form[part.FormName()+"~filename"] = part.FileName()
		}
		if kind := part.Header.Get("Content-Type"); kind != "" {
			form[part.FormName()+"~type"] = kind
		}
	}
}

func (c *call) findRecipients() {
	r := c.route
	for _, found := range r.RecipientAt.Find(c.body) {
		text, ok := found.(string)
		if !ok {
			continue
		}
		parts := []string{text}
		if r.RecipientSeparator != "" {
			parts = strings.Split(text, r.RecipientSeparator)
		}
		for _, p := range parts {
			c.recipients = append(c.recipients, e164(strings.TrimPrefix(p, r.RecipientPrefix)))
		}
	}
}

// e164 adds a "+" in front of a string of digits. It returns any other string unchanged.
func e164(s string) string {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return "+" + s
}

func (c *call) findKind() {
	if c.route.Kind != "" {
		c.kind = c.route.Kind
		return
	}
	for _, rule := range c.route.TypeAt {
		if rule.Kind != "" && len(rule.At.Find(c.body)) > 0 {
			c.kind = rule.Kind
			return
		}
		if text, ok := rule.At.Text(c.body); ok && rule.Kind == "" {
			c.kind = text
			return
		}
	}
}

func (c *call) validate() {
	if limit := c.route.MaxRecipients; limit > 0 && len(c.recipients) > limit {
		c.violate(fmt.Sprintf("the request has %d recipients, at most %d are allowed", len(c.recipients), limit))
	}
	if c.route.Schema == nil {
		return
	}
	err := c.route.Schema.Validate(c.body)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		c.flatten(invalid)
	} else if err != nil {
		c.violate(err.Error())
	}
}

var english = message.NewPrinter(language.English)

// flatten records the innermost errors of a schema validation as violations.
func (c *call) flatten(e *jsonschema.ValidationError) {
	if len(e.Causes) == 0 {
		where := strings.Join(e.InstanceLocation, ".")
		if where == "" {
			where = "the body"
		}
		c.violate(where + ": " + e.ErrorKind.LocalizedString(english))
		return
	}
	for _, cause := range e.Causes {
		c.flatten(cause)
	}
}

// unauthenticated returns the error row for a missing or wrong credential, or nil if all credentials are right.
func (c *call) unauthenticated() *dialect.Error {
	for _, a := range c.credentials() {
		if !c.server.accepts(a, c.credential(a.Auth)) {
			return c.server.dialect.Error(a.Error)
		}
	}
	return nil
}
