// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/provider"
)

// settings are the parts of a channel's configuration that are in each request.
type settings struct {
	Region, Pool string
	Labels       []label
}

// label is a label for acme's invoice, in the form of a request.
type label struct {
	Key     string      `json:"key"`
	Text    string      `json:"text,omitempty"`
	Number  json.Number `json:"number,omitempty"`
	Printed bool        `json:"printed"`
}

func newLabel(c provider.Config) label {
	return label{Key: c.String("key"), Text: c.String("text"), Number: number(c, "number"), Printed: c.Value.GetAttr("printed").True()}
}

// number returns the value of a number attribute, or "" if it is not set.
func number(c provider.Config, name string) json.Number {
	if c.Value == cty.NilVal || !c.Value.Type().HasAttribute(name) {
		return ""
	}
	v := c.Value.GetAttr(name)
	if v.IsNull() || !v.IsKnown() {
		return ""
	}
	return json.Number(v.AsBigFloat().Text('f', -1))
}

// add adds the settings and the options of a message to the body of a request.
func (s settings) add(body map[string]any, options provider.Config) {
	for name, text := range map[string]string{"region": s.Region, "pool": s.Pool, "priority": options.String("priority")} {
		if text != "" {
			body[name] = text
		}
	}
	if ttl := number(options, "ttl"); ttl != "" {
		body["ttl"] = ttl
	}
	if len(s.Labels) > 0 {
		body["labels"] = s.Labels
	}
}
