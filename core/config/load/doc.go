// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package load turns the *.wahost.hcl files of a folder into a configuration, or into diagnostics that say what to
// change. One run reports all errors.
//
// Open reads the files, Folder.Requirements returns the providers that they need, and Folder.Load evaluates everything
// with the schemas that the providers serve. The Result holds the model, and finds the places in the files for what
// providers say later. Package diagview shows the diagnostics, with the sources that Folder.Files returns, in which
// secrets are overwritten.
package load
