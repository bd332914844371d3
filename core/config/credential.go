// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

// Credential is a credentials block of the user's own file: how wahost proves to a web server who asks for packages. It has no secrets,
// only the names of the environment variables that hold them.
type Credential struct {
	// Host is a host name, with its port unless that is the one of HTTPS.
	Host string
	// TokenEnv is the variable with a bearer token, or empty.
	TokenEnv string
	// Username and PasswordEnv are for Basic authentication, and are empty if there is a token.
	Username, PasswordEnv string
	// Range is that of the block's header.
	Range Range
}
