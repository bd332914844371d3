// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux && !amd64 && !arm64

package isolation

// removing is empty: the system calls of this processor are not known.
var removing calls
