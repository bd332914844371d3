// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package pagestyle holds what all web pages of wahost look like: distances, sizes of text and colours, as custom
// properties of CSS. A page has the tokens in a style element, before its own rules, and needs no other file.
package pagestyle

import _ "embed"

// Tokens is the style sheet with the custom properties, for bright and dark surroundings, and the few rules that every
// page needs.
//
//go:embed tokens.css
var Tokens string
