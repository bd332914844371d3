// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import "time"

// WithStartTimeout shortens how long a provider may take to start.
func WithStartTimeout(o Options, d time.Duration) Options {
	o.startTimeout = d
	return o
}
