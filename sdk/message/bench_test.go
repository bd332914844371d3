// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import "testing"

// The gateway reads and checks each message once, and writes it once for the application's log or webhook.

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"text": good["text"], "template": good["template"]} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse([]byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	m, err := Parse([]byte(good["template"]))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := Validate(m, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkContentKey(b *testing.B) {
	m, err := Parse([]byte(good["template"]))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		ContentKey(m)
	}
}
