// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fidelity

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/trace"
)

// TestUntried stands for the mutant that fidelity/leaf-coverage cannot have: what it finds is a suite that lacks something.
func TestUntried(t *testing.T) {
	t.Parallel()
	marks := trace.NewMarks(1, "coverage")
	assert.Empty(t, untried(sample.Kinds(), sample.Options{}, marks))
	without := slices.DeleteFunc(sample.Kinds(), func(kind string) bool { return kind == "contacts" })
	missing := untried(without, sample.Options{}, marks)
	require.NotEmpty(t, missing, "nothing tries the fields of contacts")
	for _, pattern := range missing {
		assert.True(t, strings.HasPrefix(pattern, "contacts"), pattern)
	}
}
