// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/sdk/provider"
)

// Pages of templates are as large as those of Meta unless the caller asks for others.
const (
	defaultPage = 25
	maxPage     = 1000
)

type templateObject struct {
	Name       string          `json:"name"`
	Components json.RawMessage `json:"components,omitempty"`
	Language   string          `json:"language"`
	Status     string          `json:"status"`
	Category   string          `json:"category,omitempty"`
	ID         string          `json:"id,omitempty"`
}

type cursors struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

type paging struct {
	Cursors cursors `json:"cursors"`
	Next    string  `json:"next,omitempty"`
}

type templatePage struct {
	Data   []templateObject `json:"data"`
	Paging *paging          `json:"paging,omitempty"`
}

// getTemplates lists the templates of an account, in the order in which the gateway knows them.
func (c *call) getTemplates() error {
	if c.s.Templates == nil {
		return graph.NoObject(c.method(), c.id)
	}
	if err := c.findAccount(false); err != nil {
		return err
	}
	all, err := c.s.Templates.Templates(c.r.Context(), c.id)
	if err != nil {
		return err
	}
	from, size, err := c.page()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(t provider.TemplateInfo) bool { return !c.matches(&t) })
	from = min(from, len(all))
	to := min(from+size, len(all))
	page := templatePage{Data: []templateObject{}}
	for _, t := range all[from:to] {
		o := templateObject{Name: t.Name, Language: t.Language, Status: t.Status, Category: strings.ToUpper(t.Category), ID: t.ID}
		if json.Valid(t.Components) {
			o.Components = t.Components
		}
		page.Data = append(page.Data, o)
	}
	if to > from {
		page.Paging = &paging{Cursors: cursors{cursor(from), cursor(to)}}
		if to < len(all) {
			q := c.r.URL.Query()
			q.Set("after", page.Paging.Cursors.After)
			page.Paging.Next = c.base() + c.r.URL.Path + "?" + q.Encode()
		}
	}
	return c.answer(page)
}

// matches reports whether a template has what the parameters of the request ask for.
func (c *call) matches(t *provider.TemplateInfo) bool {
	q := c.r.URL.Query()
	for parameter, value := range map[string]string{"name": t.Name, "language": t.Language, "status": t.Status, "category": t.Category} {
		if asked := q.Get(parameter); asked != "" && !strings.EqualFold(asked, value) {
			return false
		}
	}
	return true
}

// page returns the position of the first template and the number of templates that the request asks for.
func (c *call) page() (from, size int, err error) {
	q := c.r.URL.Query()
	size = defaultPage
	if text := q.Get("limit"); text != "" {
		size, err = strconv.Atoi(text)
		if err != nil || size < 1 {
			return 0, 0, graph.New(graph.CodeInvalidParameter, "limit: The value must be a whole number above 0.")
		}
	}
	size = min(size, maxPage)
	if text := q.Get("after"); text != "" {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err == nil {
			from, err = strconv.Atoi(string(raw))
		}
		if err != nil || from < 0 {
			return 0, 0, graph.New(graph.CodeInvalidParameter, "after: The value must be a cursor of an answer.")
		}
	}
	return from, size, nil
}

func cursor(at int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(at))) }

// findAccount finds the account of the path. A key may see an account if it may use one of its numbers; to change it, it must be allowed
// to use them all.
func (c *call) findAccount(change bool) error {
	numbers := c.s.Numbers.Account(c.id)
	covered := func(n Number) bool { return c.key.Covers(n.ID) }
	switch {
	case len(numbers) == 0 || !slices.ContainsFunc(numbers, covered):
		return graph.NoObject(c.method(), c.id)
	case change && slices.ContainsFunc(numbers, func(n Number) bool { return !covered(n) }):
		return graph.New(graph.CodePermission, "the key %q may not use all numbers of the account", c.key.Name)
	}
	return nil
}
