// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
)

var rootSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "wahost"},
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "locals"},
	{Type: "provider", LabelNames: []string{"name"}},
	{Type: "channel", LabelNames: []string{"provider", "name"}},
	{Type: "template", LabelNames: []string{"name"}},
	{Type: "route", LabelNames: []string{"name"}},
	{Type: "gateway"},
}}

// rootContent holds the blocks of all files, in the order of the files.
type rootContent struct {
	byType map[string]hcl.Blocks
}

func (c rootContent) blocks(kind string) hcl.Blocks { return c.byType[kind] }

func (f *Folder) content() (rootContent, hcl.Diagnostics) {
	bodies := make([]hcl.Body, 0, len(f.config))
	for _, file := range f.config {
		bodies = append(bodies, file.Body)
	}
	content, diags := hcl.MergeBodies(bodies).Content(rootSchema)
	byType := map[string]hcl.Blocks{}
	if content != nil {
		for _, b := range content.Blocks {
			byType[b.Type] = append(byType[b.Type], b)
		}
	}
	for _, b := range byType["gateway"] {
		diags = append(diags, problem(b.DefRange, "Unsupported block",
			"The gateway block is not in this version of wahost. Remove it."))
	}
	return rootContent{byType}, diags
}

// unique gives the blocks of a kind whose names are good and that are the first of their name.
func unique(blocks hcl.Blocks, name func(*hcl.Block) string) (hcl.Blocks, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	var out hcl.Blocks
	seen := map[string]*hcl.Block{}
	for _, b := range blocks {
		bad := false
		for i, label := range b.Labels {
			check := addr.CheckBlockName
			if b.Type == "provider" || b.Type == "channel" && i == 0 {
				check = addr.CheckProviderName
			}
			if err := check(label); err != nil {
				diags = append(diags, problem(b.LabelRanges[i], "Invalid name", sentence(err)))
				bad = true
			}
		}
		if bad {
			continue
		}
		key := name(b)
		if previous := seen[key]; previous != nil {
			diags = append(diags, duplicate(b.DefRange, b.Type, fmt.Sprintf("%q", key), previous.DefRange))
			continue
		}
		seen[key] = b
		out = append(out, b)
	}
	return out, diags
}

func duplicate(at hcl.Range, what, name string, previous hcl.Range) *hcl.Diagnostic {
	return problem(at, "Duplicate "+what, fmt.Sprintf(
		"There is already a %s %s, at %s. Rename or remove one of the two.", what, name, newRange(previous)))
}

// sorted puts diagnostics in the order of the files; those without a place come first.
func (f *Folder) sorted(diags hcl.Diagnostics) hcl.Diagnostics {
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int {
		var x, y hcl.Range
		if a.Subject != nil {
			x = *a.Subject
		}
		if b.Subject != nil {
			y = *b.Subject
		}
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Start.Byte, y.Start.Byte))
	})
	return diags
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// sentence makes the text of an error a sentence.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
