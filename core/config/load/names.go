// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"slices"
	"strings"
)

// Names returns the labels of the blocks of a type, such as "innopaas.in_otp" for a channel, also of a configuration that has
// mistakes or whose variables have no values. It is for suggestions; Load knows all names.
func (f *Folder) Names(blockType string) []string {
	content, _ := f.content()
	var names []string
	for _, b := range content.blocks(blockType) {
		names = append(names, strings.Join(b.Labels, "."))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
