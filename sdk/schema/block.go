// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Nesting says how often a nested block may occur. The zero value is not valid.
type Nesting int

const (
	// NestingSingle is at most one block. Its value is an object, which is null if there is no block.
	NestingSingle Nesting = iota + 1
	// NestingList is any number of blocks. Their value is a list of objects, which is never null.
	NestingList
)

// String returns "single" or "list", as in documentation and JSON.
func (n Nesting) String() string {
	if n == NestingList {
		return "list"
	}
	return "single"
}

// NestedBlock is a block within a block.
type NestedBlock struct {
	// Name is the type of the block. It follows the rules of Attribute.Name, and no attribute of the same body has it.
	Name string
	// Description says what the block is for, in a sentence or more.
	Description string
	Nesting     Nesting
	// Schema describes the body of the block. None of its attributes has a role. Within a NestingList, all types are known
	// before any value: cty.DynamicPseudoType is not allowed.
	Schema Schema
	// MinItems and MaxItems are the smallest and the largest number of blocks. A MaxItems of 0 means that there is no bound.
	// For a NestingSingle, each is 0 or 1.
	MinItems, MaxItems int
	// Deprecated says what to use instead. It is empty if the block is not deprecated.
	Deprecated string
}

// Block returns the nested block with the given name.
func (s Schema) Block(name string) (NestedBlock, bool) {
	i := slices.IndexFunc(s.Blocks, func(b NestedBlock) bool { return b.Name == name })
	if i < 0 {
		return NestedBlock{}, false
	}
	return s.Blocks[i], true
}

// ImpliedType returns the type of the value of the block: an object type, or a list of it.
func (b NestedBlock) ImpliedType() cty.Type {
	body := b.Schema.ImpliedType()
	if b.Nesting == NestingList {
		return cty.List(body)
	}
	return body
}
