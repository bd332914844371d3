// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescribeFunctions(t *testing.T) {
	t.Parallel()
	all, err := DescribeFunctions()
	require.NoError(t, err)
	require.Len(t, all, len(withoutMeter()))
	require.Len(t, functionExamples, len(withoutMeter()), "each example is of a function that exists")
	for name := range functionDescriptions {
		require.Contains(t, withoutMeter(), name)
	}
	described := map[string]FunctionDoc{}
	for _, f := range all {
		described[f.Name] = f
	}
	require.Equal(t, FunctionDoc{
		Name: "join", Signature: "join(separator, lists...)", Example: `join(", ", ["a", "b"])`, Result: `"a, b"`,
		Description: "Concatenates together the elements of all given lists with a delimiter, producing a single string.",
	}, described["join"])
	require.Equal(t, "(sensitive value)", described["sensitive"].Result)
	require.Equal(t, `toset(["a", "b"])`, described["toset"].Result)
}

func TestDescribeFacts(t *testing.T) {
	t.Parallel()
	byName := map[string]FactDoc{}
	for _, f := range DescribeFacts() {
		byName[f.Name] = f
	}
	for name := range derivedFacts {
		require.NotEmpty(t, byName["message."+name].Description)
	}
	for name := range fieldFacts {
		require.NotEmpty(t, byName[name].Description, name)
	}
	for name, want := range map[string]string{
		"message.to": "string", "message.text.preview_url": "bool", "message.wahost.variables": "map(string)",
		"message.template.components[*].parameters[*].currency.amount_1000": "number",
		"message.image.link":                      "string",
		"message.video":                           "as message.image",
		"message.context.id":                      "",
		"message.contacts[*].name.formatted_name": "string",
	} {
		require.Equal(t, want, byName[name].Type, name)
	}
}
