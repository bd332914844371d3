// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/sdk/schema"
)

// maxBody bounds a request body. The largest documented request, a thousand recipients, needs some 20 KB.
const maxBody = 16 << 20

// answer is the response to a request.
type answer struct {
	// status is the HTTP status; 0 means that no response is sent.
	status int
	header http.Header
	body   []byte
	// delivered reports whether the vendor took the message, and refused are the recipients that it refused all the same.
	delivered bool
	refused   []string
	// send, if not nil, sends the response instead of write.
	send func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{})
}

// ServeHTTP answers a request as the vendor does, or misbehaves as scripted.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		drop(w, false)
		return
	}
	defer s.inflight.Done()
	s.conns.answer(1)
	defer s.conns.answer(-1)
	if path, ok := strings.CutPrefix(r.URL.Path, s.prefix); ok && s.prefix != "" {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, strings.TrimPrefix(r.URL.RawPath, s.prefix)
	}
	route, _ := s.match(r.Method, r.URL.Path)
	early := s.script.earlyNext(route)
	if early {
		control := http.NewResponseController(w)
		_ = control.EnableFullDuplex()
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_ = control.Flush()
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil && !early {
		return // the client left, or sent more than any vendor accepts
	}
	c := newCall(s, r, raw)
	fault := s.script.next(c)
	a := fault.run(c, fault)
	x := Exchange{
		Time: time.Now(), Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header, Body: raw,
		Recipients: c.recipients, Type: c.kind, Signal: c.signal(), Violations: c.violations,
		Delivered: a.delivered, Refused: a.refused, Status: a.status, ResponseBody: a.body,
		Proto: r.Proto, Elsewhere: r.Context().Value(elsewhereKey{}) != nil,
	}
	if c.route != nil {
		x.Route, x.Token = c.route.Name, len(c.route.Tokens) > 0
	}
	if fault.name != "ok" {
		x.Fault = fault.String()
	}
	s.capture.record(&x)
	if s.options.OnExchange != nil {
		s.options.OnExchange(x)
	}
	if s.script.refuseNext() {
		s.refuse(closeConn)
		s.http.SetKeepAlivesEnabled(false)
	}
	if early {
		return
	}
	if a.send != nil {
		a.send(w, r, a, s.done)
		return
	}
	a.write(w)
}

func (a answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// normal returns the vendor's answer if nothing goes wrong at its end.
func (c *call) normal() answer {
	if c.route == nil {
		return plain(http.StatusNotFound, strings.Join(c.violations, "\n")+"\n")
	}
	if row := c.unauthenticated(); row != nil {
		return c.errorRow(row)
	}
	if len(c.violations) > 0 {
		if row := c.server.dialect.Error(c.route.Violation); row != nil {
			return c.errorRow(row)
		}
	}
	key := c.idempotencyKey()
	if again, ok := c.server.repeated(key); ok {
		return again
	}
	a, served := c.power()
	if !served {
		a = c.reply(c.route.Reply, nil)
	}
	a.refused = c.refusedRecipients()
	a.delivered = a.status < http.StatusMultipleChoices && (len(a.refused) == 0 || len(a.refused) < len(c.recipients))
	c.learn(a)
	c.server.remember(key, a)
	return a
}

// reply returns the answer that an expression has for the request. It may use the extra variables.
func (c *call) reply(x dialect.Expr, extra map[string]cty.Value) answer {
	vars := c.variables(x)
	maps.Copy(vars, extra)
	v, err := c.server.env.Value(x, vars)
	if err != nil {
		return broken(err)
	}
	status, err := replyStatus(v)
	if err != nil {
		return broken(err)
	}
	a := bodied(status, v.GetAttr("body"))
	if v.Type().HasAttribute("headers") {
		a.addHeaders(v.GetAttr("headers"))
	}
	return a
}

// idempotencyKey returns the key by which the vendor recognises a repeated request, or "" if the request has no key.
func (c *call) idempotencyKey() string {
	i := c.server.dialect.Idempotency
	switch {
	case i.Header != "":
		return c.req.Header.Get(i.Header)
	case !i.At.IsZero():
		text, _ := i.At.Text(c.body)
		return text
	}
	return ""
}

// repeated returns the answer to an earlier request with the same key. The message is not delivered again.
func (s *Server) repeated(key string) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.answered[key]
	a.delivered, a.refused = false, nil
	return a, ok && key != ""
}

func (s *Server) remember(key string, a answer) {
	if key == "" || !a.delivered {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered[key] = a
}

func replyStatus(v cty.Value) (int, error) {
	t := v.Type()
	if !t.IsObjectType() || !t.HasAttribute("status") || !t.HasAttribute("body") || t.AttributeType("status") != cty.Number {
		return 0, fmt.Errorf("the reply is not an object with a number status and a body")
	}
	status, _ := v.GetAttr("status").AsBigFloat().Int64()
	if status < http.StatusOK || status > 599 {
		return 0, fmt.Errorf("the status of the reply must be from 200 to 599")
	}
	return int(status), nil
}

// errorRow returns the answer of an error row on the route of the request.
func (c *call) errorRow(found *dialect.Error) answer {
	row := *found
	if c.route != nil {
		row = row.For(c.route.Name, c.kind)
	}
	body, err := c.server.env.Value(row.Body, c.variables(row.Body))
	if err != nil {
		return broken(err)
	}
	headers, err := c.server.env.Value(row.Headers, nil)
	if err != nil {
		return broken(err)
	}
	a := bodied(row.Status, body)
	a.addHeaders(headers)
	return a
}

// variables returns the variables that an expression uses. It omits all others, because converting a large body takes
// time.
func (c *call) variables(x dialect.Expr) map[string]cty.Value {
	vars := map[string]cty.Value{}
	if x.Uses(dialect.VarRequest) {
		vars[dialect.VarRequest] = cty.ObjectVal(map[string]cty.Value{
			"body": toCty(c.body), "header": headerValue(c.req.Header),
		})
	}
	if x.Uses(dialect.VarRecipients) {
		items := make([]any, 0, len(c.recipients))
		for _, to := range c.recipients {
			items = append(items, to)
		}
		vars[dialect.VarRecipients] = toCty(items)
	}
	if x.Uses(dialect.VarRefusals) {
		vars[dialect.VarRefusals] = c.refusals()
	}
	if x.Uses(dialect.VarViolation) {
		vars[dialect.VarViolation] = cty.StringVal(strings.Join(c.violations, "; "))
	}
	return vars
}

// bodied returns an answer with a body. A string is sent as it is, null as no body, and any other value as JSON.
func bodied(status int, body cty.Value) answer {
	switch {
	case body.IsNull():
		return answer{status: status, header: http.Header{}}
	case body.Type() == cty.String:
		return plain(status, body.AsString())
	}
	data, err := ctyjson.Marshal(body, body.Type())
	if err != nil {
		return broken(err)
	}
	return answer{status: status, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body: data}
}

func plain(status int, text string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text)}
}

// broken returns the answer to a request that the dialect cannot handle because of its own fault. Its status is 501,
// which no vendor documents.
func broken(err error) answer {
	return plain(http.StatusNotImplemented, "The dialect cannot answer this request: "+err.Error()+"\n")
}

func (a *answer) addHeaders(v cty.Value) {
	if v.IsNull() || !v.Type().IsObjectType() && !v.Type().IsMapType() {
		return
	}
	for name, value := range v.AsValueMap() {
		if value.Type() == cty.String && !value.IsNull() {
			a.header.Set(name, value.AsString())
		}
	}
}

func headerValue(h http.Header) cty.Value {
	values := make(map[string]cty.Value, len(h))
	for name := range h {
		values[name] = cty.StringVal(h.Get(name))
	}
	return cty.ObjectVal(values)
}

func toCty(v any) cty.Value {
	switch v := v.(type) {
	case string:
		return cty.StringVal(v)
	case bool:
		return cty.BoolVal(v)
	case json.Number:
		n, err := cty.ParseNumberVal(v.String())
		if err != nil || schema.CheckNumber(n) != nil {
			return cty.StringVal(v.String())
		}
		return n
	case []any:
		items := make([]cty.Value, 0, len(v))
		for _, item := range v {
			items = append(items, toCty(item))
		}
		return cty.TupleVal(items)
	case map[string]any:
		members := make(map[string]cty.Value, len(v))
		for name, member := range v {
			members[name] = toCty(member)
		}
		return cty.ObjectVal(members)
	default:
		return cty.NullVal(cty.DynamicPseudoType)
	}
}
