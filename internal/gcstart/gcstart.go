// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package gcstart makes the garbage collector of a program that imports it run less often while the program starts. Most of what packages
// allocate when they are initialized stays, so that collecting it takes a fifth of the time of a short command and frees little. The package
// imports little, so that it is initialized before those that allocate much.
package gcstart

import (
	"os"
	"runtime/debug"
)

// percent is GOGC: the first collection is at 16 MB rather than 4.
const percent = 400

// An operator who sets GOGC decides instead.
func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
