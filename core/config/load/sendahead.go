// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

// maxSendAhead reads max_send_ahead from the wahost blocks.
func (l *loader) maxSendAhead(blocks hcl.Blocks) time.Duration {
	longest := config.DefaultMaxSendAhead
	var first *hcl.Attribute
	for _, wahost := range blocks {
		// Errors in the rest of the block are reported where the rest is read.
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "max_send_ahead"}}})
		attr := content.Attributes["max_send_ahead"]
		if attr == nil {
			continue
		}
		if first != nil {
			l.add(lang.ErrorAt(attr.NameRange, "Duplicate argument", fmt.Sprintf(
				"The argument \"max_send_ahead\" is written already, at %s. Remove one of the two.", lang.NewRange(first.NameRange))))
			continue
		}
		first = attr
		b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: wahost.DefRange}
		if v, ok := b.Value(attr.Name, cty.String); ok {
			d, err := time.ParseDuration(v.AsString())
			if err != nil || d <= 0 {
				b.Error(attr.Expr.Range(), "Invalid duration", fmt.Sprintf(
					`%q is not a duration above zero. Write hours or minutes, such as "720h" for thirty days or "90m".`, v.AsString()))
			}
			longest = d
		}
		l.add(b.Diags...)
	}
	return longest
}
