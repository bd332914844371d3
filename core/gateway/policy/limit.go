// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is a number of messages in a period.
type Limit struct {
	Count  int
	Period time.Duration
}

var periods = []struct {
	unit   string
	period time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// maxCount bounds a limit.
const maxCount = 1_000_000

// ParseLimit reads a limit such as "10/h". The unit is s, m, h or d.
func ParseLimit(s string) (Limit, error) {
	count, unit, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > maxCount || strconv.Itoa(n) != count {
		return Limit{}, fmt.Errorf(`%.20q is not a limit: write a number from 1 to %d, a slash and s, m, h or d, such as "10/h"`, s, maxCount)
	}
	for _, p := range periods {
		if p.unit == unit {
			return Limit{n, p.period}, nil
		}
	}
	return Limit{}, fmt.Errorf(`%.20q has no unit of time: write s, m, h or d after the slash, such as "10/h"`, s)
}

// String returns the limit in words.
func (l Limit) String() string {
	for _, p := range periods {
		if p.period == l.Period {
			return fmt.Sprintf("%d/%s", l.Count, p.unit)
		}
	}
	return fmt.Sprintf("%d in %s", l.Count, l.Period)
}
