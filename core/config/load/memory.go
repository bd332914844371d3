// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"regexp"
	"strconv"
)

// memoryLimit matches an amount of memory.
var memoryLimit = regexp.MustCompile(`^([1-9][0-9]{0,6}) ?([MG])iB$`)

// minMemory and maxMemory bound memory_limit, in bytes. A provider without any message uses about 20 MiB.
const (
	minMemory = 64 << 20
	maxMemory = 1024 << 30
)

// parseMemory returns an amount of memory in bytes, such as 536870912 for "512MiB".
func parseMemory(text string) (int64, bool) {
	parts := memoryLimit.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return 0, false
	}
	n <<= 20
	if parts[2] == "G" {
		n <<= 10
	}
	return n, n >= minMemory && n <= maxMemory
}
