//go:build !unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import "os/exec"

func isolate(*exec.Cmd) {}
