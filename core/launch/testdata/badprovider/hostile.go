// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// forged is added to every text of the hostile provider: it clears the screen, forges lines and commands, and reverses and
// hides text.
const forged = "\x1b[2J\x1b]0;owned\x07\b\r\naccepted  forged\n::error::forged\n##[error]forged\u009b2J\u0085\u2028\u202e\u200b\ufeff\x7f<b>|`"

// isHostile tells the copy of this program each text of which is hostile.
func isHostile() bool { return strings.HasSuffix(filepath.Base(os.Args[0]), "-hostile") }

// logHostile writes to all streams what a hostile provider may write. Standard output is free when the process is served.
func logHostile(served bool) {
	fmt.Fprintln(os.Stderr, "raw "+forged+"\xff\xfe\x9b2J")
	fmt.Fprintf(os.Stderr, `{"@level":"error","@message":%q,%q:%q,"parts":[%q]}`+"\n", "json", "key\u202e\n", "value", "part")
	fmt.Fprintln(os.Stderr, `{"@level":"error","@message":"json \u001b[2J\naccepted  forged\n::error::forged\u202e","key\u001b\n":"value \u001b[2J\naccepted  forged","parts":["\u009b2J\naccepted  forged"]}`)
	if served {
		fmt.Println("printed " + forged)
	}
}

// kept are the texts that the host compares with others, or whose form it checks.
var kept = map[protoreflect.Name]bool{
	"delivery_id": true, "channel_id": true, "other_delivery_ids": true, "sender": true, "kind": true, "path": true, "recipient_kinds": true,
}

// makeHostile adds the forged text to all texts of an answer.
func makeHostile(m protoreflect.Message) {
	top := m.Descriptor().Name()
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if kept[f.Name()] || f.Name() == "name" && (top == "GetMetadataResponse" || top == "Attribute" || top == "NestedBlock") {
			return true
		}
		switch {
		case f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				switch f.Kind() {
				case protoreflect.StringKind:
					v.List().Set(i, protoreflect.ValueOfString(v.List().Get(i).String()+forged))
				case protoreflect.MessageKind:
					makeHostile(v.List().Get(i).Message())
				default:
				}
			}
		case f.Kind() == protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString(v.String()+forged))
		case f.Kind() == protoreflect.MessageKind:
			makeHostile(v.Message())
		}
		return true
	})
}
