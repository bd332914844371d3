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

func TestMessageFilesMustBeUTF8(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"JSON":         "{\"text\":\n {\"body\":\"Gr\xfc\xdfe\"}}",
		"YAML":         "text:\n  body: Gr\xfc\xdfe\n",
		"YAML comment": "# Gr\xfc\xdfe\ntext: {body: b}\n",
	} {
		err := readMessage(text)
		require.ErrorContains(t, err, "standard input: line ", name)
		require.ErrorContains(t, err, "the byte 0xFC is not valid UTF-8. Save the file as UTF-8", name)
	}
	err := readMessage(`{"text":{"body":"cut \ud83d"}}`)
	require.ErrorContains(t, err, `text.body: The text has half of a character: \ud83d.`)
	require.Error(t, readMessage("text:\n  body: \"cut \\ud83d\"\n"), "YAML knows no halves")
	utf16 := []byte("\xff\xfe")
	for _, r := range "text: {body: Grüße}\n" {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	require.NoError(t, readMessage(string(utf16)), "YAML may be written in UTF-16")
}
