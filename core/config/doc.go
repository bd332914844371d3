// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package config turns the *.wahost.hcl files of a folder into a typed configuration that the host runs on, or
// into diagnostics that say what to change, all of them in one run.
//
// Open reads the files, Folder.Requirements gives the providers that they need, Folder.Load evaluates everything
// with the schemas that the providers serve. WriteDiagnostics and WriteJSON show what went wrong.
//
// The result holds no types of HCL, so the packages that route and send know nothing of the language. Secrets are
// marked before anything is evaluated; what Folder.Files hands to the renderers has their text blotted out.
package config
