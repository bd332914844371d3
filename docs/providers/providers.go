// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package providers holds the example provider of the guide. It is also what `wahost provider new` writes, with another name: one
// template, which is compiled and tested like any other code.
package providers

import "embed"

// Example is the folder acme, without go.mod and go.sum.
//
//go:embed acme/*.go acme/dialect.hcl acme/schemas acme/testdata acme/Makefile acme/README.md acme/.gitignore acme/.github
var Example embed.FS
