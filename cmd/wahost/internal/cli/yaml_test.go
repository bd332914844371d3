// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
)

func readMessage(text string) error {
	raw, _, err := (&App{Stdin: strings.NewReader(text)}).ReadJSON("-")
	if err != nil {
		return err
	}
	_, err = message.Parse(raw)
	return err
}

func TestLargeYAMLIsRefused(t *testing.T) {
	t.Parallel()
	err := readMessage("text: [" + strings.Repeat("a,", maxYAML) + "]")
	require.ErrorContains(t, err, "write it as JSON")
}

// FuzzMessageFile reads files of any content as a message in JSON or YAML.
func FuzzMessageFile(f *testing.F) {
	for _, seed := range []string{
		"text:\n  body: Hi\n", "a: &a [b, *a]\n", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "location: {latitude: 1e333333339, longitude: .inf}\n", "? [a]\n: b\n", "a: !!binary x\n", "<<: {a: b}\n",
		`{"location":{"latitude":1e333333339,"longitude":-0}}`, strings.Repeat("[", 20_000), "a: " + strings.Repeat("[", 20_000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, data string) {
		_ = readMessage(data)
	})
}
