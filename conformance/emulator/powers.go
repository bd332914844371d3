// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/sdk/outcome"
)

// power returns the answer to a call of an optional power. It returns false if the reply of the route is the answer.
func (c *call) power() (answer, bool) {
	d, name := c.server.dialect, c.route.Name
	switch {
	case c.signal():
		return c.reply(d.Signal.Reply, nil), true
	case d.Lookup != nil && d.Lookup.Route == name:
		return c.lookup(d.Lookup), true
	case d.MediaFetch != nil && d.MediaFetch.Route == name:
		id, _ := d.MediaFetch.IDAt.Text(c.body)
		if m, ok := c.server.file(id); ok {
			return answer{status: http.StatusOK, header: http.Header{"Content-Type": {m.MIMEType}}, body: m.Content}, true
		}
		return c.reply(d.MediaFetch.Expired, nil), true
	case d.TemplateList != nil && d.TemplateList.Route == name:
		return c.templates(d.TemplateList), true
	}
	return answer{}, false
}

// signal reports whether the request is a signal to a route that takes messages as well.
func (c *call) signal() bool {
	s := c.server.dialect.Signal
	return s != nil && c.route != nil && s.Route == c.route.Name && !s.Reply.IsZero() && len(s.MessageAt.Find(c.body)) > 0
}

func (c *call) lookup(l *dialect.Lookup) answer {
	var keys []string
	for _, at := range l.KeysAt {
		if text, ok := at.Text(c.body); ok {
			keys = append(keys, text)
		}
	}
	m, ok := c.server.find(keys)
	if !ok {
		return c.reply(l.Missing, nil)
	}
	return c.reply(c.route.Reply, map[string]cty.Value{dialect.VarMessage: cty.ObjectVal(map[string]cty.Value{
		"id": cty.StringVal(m.id), "reference": cty.StringVal(m.reference), "recipient": cty.StringVal(m.recipient),
		"status": cty.StringVal(l.Word(m.status)),
	})})
}

// pagePrefix precedes the number of a page in its name.
const pagePrefix = "page-"

func (c *call) templates(t *dialect.TemplateList) answer {
	n := 0
	if name, _ := t.PageAt.Text(c.body); name != "" {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(name, pagePrefix)); err != nil {
			n = -1
		}
	}
	list, more := c.server.page(n)
	items := make([]cty.Value, 0, len(list))
	for _, tpl := range list {
		items = append(items, cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(tpl.Name), "language": cty.StringVal(tpl.Language), "id": cty.StringVal(tpl.ID),
			"category": cty.StringVal(t.Word(tpl.Category)), "status": cty.StringVal(t.Word(tpl.Status)),
		}))
	}
	next := ""
	if more {
		next = pagePrefix + strconv.Itoa(n+1)
	}
	return c.reply(c.route.Reply, map[string]cty.Value{dialect.VarTemplates: cty.TupleVal(items), dialect.VarNext: cty.StringVal(next)})
}

// learn remembers the messages of an accepted request, so that they can be looked up.
func (c *call) learn(a answer) {
	l := c.server.dialect.Lookup
	if l == nil || !a.delivered || len(c.recipients) == 0 || c.server.options.Discard {
		return
	}
	body, err := decodeJSON(a.body)
	if err != nil {
		return
	}
	ids, references := l.IDAt.Find(body), l.ReferenceAt.Find(c.body)
	messages := make([]held, len(c.recipients))
	for i, to := range c.recipients {
		messages[i] = held{id: textAt(ids, i), reference: textAt(references, i), recipient: to, status: outcome.StatusAccepted}
	}
	c.server.keep(messages)
}

// textAt returns the text at an index of a list, or the only text of it. It returns "" if the list has no text there.
func textAt(list []any, i int) string {
	if len(list) == 1 {
		i = 0
	}
	if i >= len(list) {
		return ""
	}
	text, _ := list[i].(string)
	return text
}

// Texts returns the texts and truth values at a path of a request, decoded as its route says: "true" stands for true.
func (s *Server) Texts(x Exchange, at dialect.Path) []string {
	c := &call{server: s, raw: x.Body}
	request, err := http.NewRequest(x.Method, x.Path, http.NoBody) //nolint:noctx // it is only decoded
	if err != nil {
		return nil
	}
	request.Header = x.Header
	c.req = request
	if c.route, c.segments = s.match(x.Method, request.URL.Path); c.route == nil || !c.decode() {
		return nil
	}
	var out []string
	for _, v := range at.Find(c.body) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool:
			out = append(out, strconv.FormatBool(v))
		case nil:
		default:
			out = append(out, "set")
		}
	}
	return out
}

// DecodeAnswer returns the decoded body of an answer, for Path.Text. It returns nil if the body is not JSON.
func DecodeAnswer(x Exchange) any {
	body, err := decodeJSON(x.ResponseBody)
	if err != nil {
		return nil
	}
	return body
}
