// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import "github.com/wahost/wahost/internal/buildinfo"

// Version returns the version that a provider built from a tag has, such as "1.2.3" for a program that was installed with
// `go install example.com/provider@v1.2.3`. It returns dev for any other build. It is meant for Metadata.Version.
func Version(dev string) string { return buildinfo.Version(dev) }
