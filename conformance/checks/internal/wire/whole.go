// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/conformance/emulator"
)

// Whole returns all parts of a request that may contain a text: path, body and headers.
func Whole(x emulator.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s", x.Path, x.Body)
	for name, values := range x.Header {
		fmt.Fprintf(&b, "\n%s: %s", name, strings.Join(values, ", "))
	}
	return b.String()
}
