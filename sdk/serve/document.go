// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"encoding/json"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/wahost/wahost/sdk/schema"
)

// SchemaDocument is the body of a block, for documentation.
type SchemaDocument struct {
	Attributes []AttributeDocument `json:"attributes"`
	Blocks     []BlockDocument     `json:"blocks,omitempty"`
	// ExactlyOneOf lists groups of attributes and blocks. Exactly one of each group is set.
	ExactlyOneOf [][]string `json:"exactly_one_of,omitempty"`
}

// AttributeDocument is one argument of a block, for documentation.
type AttributeDocument struct {
	Name          string          `json:"name"`
	Type          json.RawMessage `json:"type"`
	Description   string          `json:"description,omitempty"`
	Required      bool            `json:"required"`
	Sensitive     bool            `json:"sensitive"`
	Default       json.RawMessage `json:"default,omitempty"`
	Allowed       []string        `json:"allowed,omitempty"`
	Pattern       string          `json:"pattern,omitempty"`
	PatternHint   string          `json:"pattern_hint,omitempty"`
	Minimum       *float64        `json:"minimum,omitempty"`
	Maximum       *float64        `json:"maximum,omitempty"`
	ConflictsWith []string        `json:"conflicts_with,omitempty"`
	Endpoint      bool            `json:"endpoint,omitempty"`
	Deprecated    string          `json:"deprecated,omitempty"`
}

// BlockDocument is a block within a block, for documentation.
type BlockDocument struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Nesting is "single" or "list".
	Nesting  string `json:"nesting"`
	MinItems int    `json:"min_items,omitempty"`
	// MaxItems is 0 if there is no bound.
	MaxItems   int            `json:"max_items,omitempty"`
	Deprecated string         `json:"deprecated,omitempty"`
	Body       SchemaDocument `json:"body"`
}

// DocumentSchema returns a schema for documentation. Everything is in the order of the schema.
func DocumentSchema(s schema.Schema) (SchemaDocument, error) {
	if err := s.CheckBounds(); err != nil {
		return SchemaDocument{}, err
	}
	return documentBody(s)
}

func documentBody(s schema.Schema) (SchemaDocument, error) {
	out := SchemaDocument{Attributes: []AttributeDocument{}, ExactlyOneOf: s.ExactlyOneOf}
	for _, a := range s.Attributes {
		typ, err := ctyjson.MarshalType(a.Type)
		if err != nil {
			return out, fmt.Errorf("attribute %q: %w", a.Name, err)
		}
		doc := AttributeDocument{
			Name: a.Name, Type: typ, Description: a.Description, Required: a.Required, Sensitive: a.Sensitive, Allowed: a.Allowed,
			Pattern: a.Pattern, PatternHint: a.PatternHint, Minimum: a.Minimum, Maximum: a.Maximum, ConflictsWith: a.ConflictsWith,
			Endpoint: a.Role == schema.RoleEndpoint, Deprecated: a.Deprecated,
		}
		if a.Default != cty.NilVal {
			if doc.Default, err = ctyjson.Marshal(a.Default, a.Type); err != nil {
				return out, fmt.Errorf("attribute %q: %w", a.Name, err)
			}
		}
		out.Attributes = append(out.Attributes, doc)
	}
	for _, b := range s.Blocks {
		body, err := documentBody(b.Schema)
		if err != nil {
			return out, fmt.Errorf("block %q: %w", b.Name, err)
		}
		out.Blocks = append(out.Blocks, BlockDocument{
			Name: b.Name, Description: b.Description, Nesting: b.Nesting.String(), MinItems: b.MinItems, MaxItems: b.MaxItems,
			Deprecated: b.Deprecated, Body: body,
		})
	}
	return out, nil
}
