// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
)

func TestToNumber(t *testing.T) {
	t.Parallel()
	value := func(text string) (cty.Value, error) {
		expr, diags := hclsyntax.ParseExpression([]byte(`tonumber("`+text+`")`), "", hcl.InitialPos)
		require.False(t, diags.HasErrors())
		return NewEnv(Functions{}).Value(Expr{expr: expr}, nil)
	}
	v, err := value("-77.500001")
	require.NoError(t, err)
	assert.True(t, v.RawEquals(cty.MustParseNumberVal("-77.500001")))
	for _, text := range []string{"", "north", "1e999999999"} {
		_, err = value(text)
		require.Error(t, err, text)
	}
}
