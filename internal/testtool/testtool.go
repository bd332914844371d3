// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testtool finds programs of the system with which tests read what wahost writes, such as unzip.
//
// A machine need not have them. Then the tests are skipped, unless the environment variable WAHOST_TEST_TOOLS is "required", as it is where
// changes are tested before they land.
package testtool

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// EnvRequired is the environment variable that makes a missing program an error.
const EnvRequired = "WAHOST_TEST_TOOLS"

// Path returns the path of a program, which is named as for a shell. Without the program the test ends.
func Path(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	switch {
	case err == nil:
		return path
	case os.Getenv(EnvRequired) == "required":
		t.Fatalf("%s cannot be found, and %s requires it", name, EnvRequired)
	}
	t.Skipf("%s cannot be found: this test is about what it makes of our files", name)
	return ""
}
