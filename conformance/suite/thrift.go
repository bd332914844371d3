// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import "github.com/wahost/wahost/core/launch"

// thriftyLimit is the memory of a thrifty process in bytes, as an operator may set it as memory_limit.
const thriftyLimit = 128 << 20

// Thrifty returns the environment of a process whose runtime collects its garbage early, as in a host with a memory_limit. Some runtimes
// take memory for thousands of messages before they collect any, which looks like a leak. What leaks does so in a thrifty process too.
func Thrifty() []string { return launch.Thrift(thriftyLimit) }
