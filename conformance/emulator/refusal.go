// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
)

// refusesItems reports whether an error row refuses single recipients of the request, in an answer that has accepted ones too.
// A row that has a body of its own answers a request with one recipient.
func (c *call) refusesItems(row *dialect.Error) bool {
	return c.route != nil && !row.Item.IsZero() && c.route.Reply.Uses(dialect.VarRefusals) && (len(c.recipients) > 1 || row.Body.IsZero())
}

// refuse notes that the vendor refuses the recipients for which fault is next, and those for which the same kind of fault waits.
func (c *call) refuse(row *dialect.Error) answer {
	c.refused = map[string]*dialect.Error{}
	for _, to := range c.recipients {
		switch f, ok := c.server.script.waiting(c.faultFor, to); {
		case c.faultFor == "" || to == c.faultFor:
			c.refused[to] = row
		case ok:
			if other := c.server.dialect.Error(f.row); other != nil && c.refusesItems(other) {
				c.refused[to] = other
			}
		}
	}
	return c.normal()
}

// refusals returns the value of the variable refusals.
func (c *call) refusals() cty.Value {
	items := make([]cty.Value, 0, len(c.recipients))
	for _, to := range c.recipients {
		item := cty.NullVal(cty.DynamicPseudoType)
		if row := c.refused[to]; row != nil {
			v, err := c.server.env.Value(row.Item, c.variables(row.Item))
			if err != nil {
				v = cty.StringVal(fmt.Sprintf("the item of the error row %q: %v", row.Name, err))
			}
			item = v
		}
		items = append(items, item)
	}
	return cty.TupleVal(items)
}

// refusedRecipients returns the refused recipients in the order of the request.
func (c *call) refusedRecipients() []string {
	var out []string
	for _, to := range c.recipients {
		if c.refused[to] != nil {
			out = append(out, to)
		}
	}
	return out
}
