// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
)

// maxSendAhead reads max_send_ahead from the wahost blocks.
func (l *loader) maxSendAhead(blocks hcl.Blocks) time.Duration {
	b := l.setting(blocks, "max_send_ahead")
	if b == nil {
		return config.DefaultMaxSendAhead
	}
	defer func() { l.add(b.Diags...) }()
	v, ok := b.Value("max_send_ahead", cty.String)
	if !ok {
		return config.DefaultMaxSendAhead
	}
	longest, err := time.ParseDuration(v.AsString())
	if err != nil || longest <= 0 {
		b.Error(b.RangeOf("max_send_ahead"), "Invalid duration", fmt.Sprintf(
			`%q is not a duration above zero. Write hours or minutes, such as "720h" for thirty days or "90m".`, v.AsString()))
	}
	return longest
}
