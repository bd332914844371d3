// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainTree converts a tree to the types of encoding/json.
func plainTree(v any) any {
	switch v := v.(type) {
	case *object:
		members := map[string]any{}
		for _, m := range v.members {
			members[m.name] = plainTree(m.value)
		}
		return members
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, plainTree(item))
		}
		return list
	}
	return v
}

// FuzzDecodeTree compares with encoding/json: what is read without a problem must be the same.
func FuzzDecodeTree(f *testing.F) {
	f.Add([]byte(` {"a":[1,-2.5e+3,true,false,null,"x\"\\",{}],"b":{"c":[]}} `))
	f.Add([]byte(`["\ud83d\ude00"]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var ps problems
		tree, ok := decodeTree(data, &ps)
		if !ok || len(ps.list) > 0 {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		require.NoError(t, dec.Decode(&want))
		assert.Empty(t, cmp.Diff(want, plainTree(tree)))
	})
}

func TestDecodeTreeBoundsDepth(t *testing.T) {
	t.Parallel()
	nested := func(n int) []byte { return append(bytes.Repeat([]byte("["), n), bytes.Repeat([]byte("]"), n)...) }
	var ps problems
	_, ok := decodeTree(nested(maxDepth+1), &ps)
	assert.True(t, ok)
	_, ok = decodeTree(nested(maxDepth+2), &ps)
	assert.False(t, ok)
	assert.Equal(t, []Problem{{"", "The message is nested more than 100 levels deep."}}, ps.list)
}
