// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCoverPairs(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 7, 50} {
		rows := coverPairs(n, rand.New(rand.NewPCG(7, uint64(n))))
		assert.LessOrEqual(t, len(rows), 30, "%d choices", n)
		seen := map[string]bool{}
		for _, row := range rows {
			for i := range n {
				for j := range i {
					seen[fmt.Sprint(i, j, row[i], row[j])] = true
				}
			}
		}
		assert.Len(t, seen, 2*n*max(0, n-1), "combinations of %d choices", n)
	}
}
