// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// BlockType declares one type of block that the host owns. The reader accepts only what its declaration names, and the
// reference of the configuration is written from it, so the two cannot differ. Texts are Markdown.
type BlockType struct {
	Type string
	// Labels are the names of the labels, in order.
	Labels []string
	// Doc says what the block is for.
	Doc string
	// Many is true if there may be several of these blocks in the block that it is in.
	Many bool
	// Entries describes the arguments of a block in which the configuration chooses the names. It is empty for the others.
	Entries string
	// Args are the arguments. If Entries is set, they are the keys of each entry, if it has any.
	Args []Argument
	// Blocks are the nested blocks.
	Blocks []BlockType
}

// Argument declares one argument of a BlockType.
type Argument struct {
	Name string
	// Type is the type in words, such as "list of strings".
	Type string
	// Doc says what the argument is for, in one or two sentences.
	Doc      string
	Required bool
	// Default is what holds without the argument, in words or as Markdown code. It is empty if the argument is required.
	Default string
	// Allowed are the allowed values, or nil if they are not a closed set.
	Allowed []string
}

// Schema returns what HCL must know to read a block of this type.
func (t BlockType) Schema() *hcl.BodySchema {
	s := &hcl.BodySchema{}
	for _, a := range t.Args {
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: a.Name})
	}
	for _, b := range t.Blocks {
		s.Blocks = append(s.Blocks, b.Header())
	}
	return s
}

// Header returns what HCL must know to find blocks of this type.
func (t BlockType) Header() hcl.BlockHeaderSchema {
	return hcl.BlockHeaderSchema{Type: t.Type, LabelNames: t.Labels}
}

// Names returns the names of the arguments, in order of declaration.
func (t BlockType) Names() []string {
	names := make([]string, 0, len(t.Args))
	for _, a := range t.Args {
		names = append(names, a.Name)
	}
	return names
}

// Has reports whether the block has an argument of this name.
func (t BlockType) Has(name string) bool { return slices.Contains(t.Names(), name) }

// Required returns the names of the required arguments.
func (t BlockType) Required() []string {
	var names []string
	for _, a := range t.Args {
		if a.Required {
			names = append(names, a.Name)
		}
	}
	return names
}
