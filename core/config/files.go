// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

// The names that make up a configuration from outside.
const (
	// FileSuffix is the end of the names of configuration files.
	FileSuffix = ".wahost.hcl"
	// VarsFileSuffix is the end of the names of files with values of variables.
	VarsFileSuffix = ".wahostvars.hcl"
	// AutoVarsFile is the only file with values of variables that is read without being named.
	AutoVarsFile = "wahost.auto" + VarsFileSuffix
	// TestFileSuffix is the end of the names of files with tests of routes.
	TestFileSuffix = ".wahosttest.hcl"
	// EnvPrefix is the start of the names of environment variables with values of variables.
	EnvPrefix = "WAHOST_VAR_"
)
