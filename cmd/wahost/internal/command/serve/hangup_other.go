// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package serve

import "os"

// reloadSignals returns no signals: the system has none for this.
func reloadSignals() (signals <-chan os.Signal, stop func()) { return nil, func() {} }
