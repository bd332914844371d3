// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const templatesPath = "/v1/templates"

// ListTemplates asks acme for one page.
func (c *channel) ListTemplates(ctx context.Context, page string) (provider.TemplatePage, *outcome.Rejected) {
	return c.account.mutant.listed.of(c.templates(ctx, page))
}

func (c *channel) templates(ctx context.Context, page string) (provider.TemplatePage, *outcome.Rejected) {
	query := url.Values{"from": {c.sender}}
	if page != "" {
		query.Set("page", page)
	}
	response, failure := c.account.post(ctx, vendorhttp.Request{Method: http.MethodGet, Path: templatesPath + "?" + query.Encode(), Header: c.authorized()})
	if failure != nil {
		return provider.TemplatePage{}, c.failed(failure.Outcome())
	}
	var a struct {
		Templates *[]struct {
			Name     string `json:"name"`
			Language string `json:"language"`
			Category string `json:"category"`
			Status   string `json:"status"`
			ID       string `json:"id"`
		} `json:"templates"`
		Next string `json:"next"`
	}
	// An answer without a list is not an empty list.
	if response.Status != http.StatusOK || json.Unmarshal(response.Body, &a) != nil || a.Templates == nil {
		return provider.TemplatePage{}, c.rejection(response)
	}
	list := provider.TemplatePage{Next: a.Next}
	for _, t := range *a.Templates {
		list.Templates = append(list.Templates, provider.TemplateInfo{
			Name: t.Name, Language: t.Language, Category: strings.ToLower(t.Category), Status: t.Status, ID: t.ID,
		})
	}
	return list, nil
}
