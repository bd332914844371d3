// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheReferenceIsComplete compares docs/providers/dialect.md with the schema of the reader, block by block and in
// both directions.
func TestTheReferenceIsComplete(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/providers/dialect.md")
	require.NoError(t, err)
	page := sectionsOf(string(data))
	checkBlock(t, page, "dialect", reflect.TypeFor[dialectBlock]())
	for name := range page {
		t.Errorf("the page describes a block %q, which the reader does not know", name)
	}
}

var (
	blockTitle = regexp.MustCompile("^#+ `([a-z_]+)[^`]*`")
	argument   = regexp.MustCompile("^\\| `([a-z_]+)` \\| (required)?")
)

// sectionsOf returns for each block that a page describes its arguments, and whether they are required.
func sectionsOf(page string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	block := ""
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			block = ""
		}
		if found := blockTitle.FindStringSubmatch(line); found != nil {
			block = found[1]
			out[block] = map[string]bool{}
		}
		if found := argument.FindStringSubmatch(line); found != nil && block != "" {
			out[block][found[1]] = found[2] != ""
		}
	}
	return out
}

// checkBlock compares one block and the blocks in it, and takes them off the page.
func checkBlock(t *testing.T, page map[string]map[string]bool, name string, block reflect.Type) {
	t.Helper()
	described, ok := page[name]
	if !ok {
		t.Errorf("docs/providers/dialect.md does not describe the block %q", name)
		return
	}
	delete(page, name)
	for i := range block.NumField() {
		field, kind, _ := strings.Cut(block.Field(i).Tag.Get("hcl"), ",")
		inner := block.Field(i).Type
		switch kind {
		case "block":
			if k := inner.Kind(); k == reflect.Slice || k == reflect.Pointer {
				inner = inner.Elem()
			}
			checkBlock(t, page, field, inner)
		case "label", "def_range":
		default:
			required, ok := described[field]
			assert.True(t, ok, "docs/providers/dialect.md does not describe the argument %s of %s", field, name)
			assert.Equal(t, kind == "", required, fmt.Sprintf("whether %s of %s is required", field, name))
			delete(described, field)
		}
	}
	assert.Empty(t, described, "docs/providers/dialect.md describes arguments of %s which the reader does not know", name)
}

// TestTheReferenceHasTheFunctions looks for the functions of dialects on the page. Those of configurations have a page of their own.
func TestTheReferenceHasTheFunctions(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/providers/dialect.md")
	require.NoError(t, err)
	for name := range functions(Functions{}) {
		assert.Contains(t, string(page), "`"+name+"(", "the page does not describe the function %s", name)
	}
}
