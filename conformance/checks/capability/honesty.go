// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import "github.com/wahost/wahost/conformance/suite"

func honesty(*suite.Facts) []suite.Check { return nil }
