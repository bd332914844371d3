// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package plugins contains the providers that come with wahost. Each is a program in a folder of its own. The package
// embeds the dialects of their vendors.
package plugins

import "embed"

// Dialects contains <provider>/dialect.hcl for each provider, and the dialects and JSON Schemas that they name.
//
//go:embed */dialect.hcl */schemas/*.json internal/*/common.hcl
var Dialects embed.FS
