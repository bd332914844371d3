// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/internal/boundfile"
	"github.com/wahost/wahost/internal/hclbound"
)

// pluginFile is a PLUGIN.hcl, which says who maintains a provider whose report is published. All fields are required.
type pluginFile struct {
	Organisation, Contact, URL, Licence, Support string
}

var pluginSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
	{Name: "organisation", Required: true}, {Name: "contact", Required: true}, {Name: "url", Required: true},
	{Name: "licence", Required: true}, {Name: "support", Required: true},
}}

// maxPluginText is the largest length of each value in bytes.
const maxPluginText = 300

var (
	spdxExpression = regexp.MustCompile(`^\(?[A-Za-z0-9.+\-]+\)?( (AND|OR|WITH) \(?[A-Za-z0-9.+\-]+\)?)*$`)
	mailAddress    = regexp.MustCompile(`^mailto:[^\s@?]+@[^\s@?]+$`)
)

// readPluginFile reads and checks a PLUGIN.hcl. The diagnostics have positions in the file.
func readPluginFile(path string) (*pluginFile, hcl.Diagnostics) {
	src, err := boundfile.ReadRegular(path, hclbound.MaxFile)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Failed to read file", Detail: err.Error()}}
	}
	if d := hclbound.Check(src, path); d != nil {
		return nil, hcl.Diagnostics{d}
	}
	file, diags := hclparse.NewParser().ParseHCL(src, path)
	if diags.HasErrors() {
		return nil, diags
	}
	content, diags := file.Body.Content(pluginSchema)
	if diags.HasErrors() {
		return nil, diags
	}
	text := func(name, want string, ok func(string) bool) string {
		attr := content.Attributes[name]
		v, d := attr.Expr.Value(nil)
		if diags = append(diags, d...); d.HasErrors() {
			return ""
		}
		if v.IsNull() || v.Type() != cty.String || !ok(v.AsString()) {
			at := attr.Expr.Range()
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Subject: &at, Summary: "Incorrect value",
				Detail: fmt.Sprintf("The argument %s must be %s, of at most %d bytes.", name, want, maxPluginText),
			})
			return ""
		}
		return v.AsString()
	}
	f := &pluginFile{
		Organisation: text("organisation", "a name on one line", isLine),
		Contact:      text("contact", "an https:// or mailto: address", func(s string) bool { return isLink(s) || isLine(s) && mailAddress.MatchString(s) }),
		URL:          text("url", "an https:// address", isLink),
		Licence: text("licence", `an SPDX expression, such as "Apache-2.0" or "LicenseRef-Proprietary"`, func(s string) bool {
			return isLine(s) && spdxExpression.MatchString(s)
		}),
		Support: text("support", "a sentence on one line", isLine),
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return f, nil
}

// diagLines returns each diagnostic on one line, with its position if it has one.
func diagLines(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		out = append(out, diagview.Line(d))
	}
	return out
}

// isLine reports whether a text is one line that is neither empty nor too long.
func isLine(s string) bool {
	return strings.TrimSpace(s) == s && s != "" && len(s) <= maxPluginText && !strings.ContainsFunc(s, unicode.IsControl)
}

// isLink reports whether a text is an https address without credentials.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isLine(s) && !strings.Contains(s, " ") && u.Scheme == "https" && u.Host != "" && u.User == nil
}
