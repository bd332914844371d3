// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/json"
	"strings"
)

// getObject describes a number or media.
func (c *call) getObject() error {
	if _, ok := c.s.Numbers.Number(c.id); ok {
		return c.getNumber()
	}
	return c.getMedia()
}

// numberFields are the fields of a number in the order of Meta's answers. What the gateway does not know of a number is not there.
var numberFields = []string{"verified_name", "display_phone_number", "id"}

// getNumber describes a number.
func (c *call) getNumber() error {
	if err := c.findNumber(); err != nil {
		return err
	}
	values := map[string]string{"id": c.number.ID, "display_phone_number": c.number.Display, "verified_name": c.number.VerifiedName}
	answer := map[string]json.RawMessage{}
	for _, f := range c.fields(numberFields) {
		if values[f] != "" {
			answer[f], _ = json.Marshal(values[f]) // a text can always be written
		}
	}
	return c.answer(answer)
}

// fields returns the names in the parameter `fields`, or all if there is no such parameter. The id is always among them. A name that the
// gateway does not know is left out of the answer, since Meta's objects have fields that no gateway can know.
func (c *call) fields(all []string) []string {
	text := c.r.URL.Query().Get("fields")
	if text == "" {
		return all
	}
	return append(strings.Split(strings.ReplaceAll(text, " ", ""), ","), "id")
}
