// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package plugins holds the providers that come with wahost, each a program in a folder of its own, and embeds
// the dialects of their vendors.
package plugins

import "embed"

// Dialects has <provider>/dialect.hcl for each provider, and the JSON Schemas that it names.
//
//go:embed */dialect.hcl */schemas/*.json
var Dialects embed.FS
