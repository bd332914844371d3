// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config/lang"
)

// The values of templates in a wahost block. The first is the default.
var templateModes = []string{"open", "strict"}

// decodeStrictTemplates reads whether messages may name only the templates of the configuration.
func (l *loader) decodeStrictTemplates(blocks hcl.Blocks) bool {
	var first *hcl.Attribute
	strict := false
	for _, wahost := range blocks {
		// Errors in the rest of the block are reported where the rest is read.
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "templates"}}})
		attr := content.Attributes["templates"]
		switch {
		case attr == nil:
		case first != nil:
			l.add(lang.Duplicate(attr.NameRange, "setting", `"templates"`, first.NameRange))
		default:
			first = attr
			b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: wahost.DefRange}
			strict = b.Word("templates", "mode of templates", templateModes) == "strict"
			l.add(b.Diags...)
		}
	}
	return strict
}
