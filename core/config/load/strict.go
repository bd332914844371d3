// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config/lang"
)

// The values of templates in a wahost block. The first is the default.
var templateModes = []string{"open", "strict"}

// decodeStrictTemplates reads whether messages may name only the templates of the configuration.
func (l *loader) decodeStrictTemplates(blocks hcl.Blocks) bool {
	b := l.setting(blocks, "templates")
	if b == nil {
		return false
	}
	mode := b.Word("templates", "mode of templates", templateModes)
	l.add(b.Diags...)
	return mode == "strict"
}

// setting returns the wahost block that has an argument, or nil. Several wahost blocks count as one, so that another block with
// the argument is an error. Errors in the rest of the blocks are reported where the rest is read.
func (l *loader) setting(blocks hcl.Blocks, name string) *lang.Block {
	var found *lang.Block
	for _, wahost := range blocks {
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: name}}})
		attr := content.Attributes[name]
		switch {
		case attr == nil:
		case found != nil:
			l.add(lang.ErrorAt(attr.NameRange, "Duplicate argument", fmt.Sprintf(
				"The argument %q is written already, at %s. Remove one of the two.", name, lang.NewRange(found.Attrs[name].NameRange))))
		default:
			found = &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: wahost.DefRange}
		}
	}
	return found
}
