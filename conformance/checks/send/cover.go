// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import "math/rand/v2"

// candidates is how many random rows are compared for each row of a covering array.
const candidates = 24

// coverPairs returns rows of n choices in which every two choices have all four combinations. A row is the best of a few
// random ones, so that about twenty rows are enough for fifty choices.
func coverPairs(n int, r *rand.Rand) [][]bool {
	if n == 0 {
		return nil
	}
	seen := make([]bool, 4*n*n)
	at := func(row []bool, i, j int) int {
		k := 4 * (i*n + j)
		if row[i] {
			k += 2
		}
		if row[j] {
			k++
		}
		return k
	}
	fresh := func(row []bool) int {
		count := 0
		for i := range n {
			for j := range i {
				if !seen[at(row, i, j)] {
					count++
				}
			}
		}
		return count
	}
	rows := [][]bool{make([]bool, n), make([]bool, n)}
	for i := range n {
		rows[1][i] = true
	}
	left := 2 * n * (n - 1)
	mark := func(row []bool) {
		left -= fresh(row)
		for i := range n {
			for j := range i {
				seen[at(row, i, j)] = true
			}
		}
	}
	mark(rows[0])
	mark(rows[1])
	for left > 0 {
		var best []bool
		most := 0
		for range candidates {
			row := make([]bool, n)
			for i := range row {
				row[i] = r.IntN(2) == 0
			}
			if count := fresh(row); count > most {
				best, most = row, count
			}
		}
		if best == nil {
			continue // the last combinations are rare among random rows, but not impossible
		}
		mark(best)
		rows = append(rows, best)
	}
	return rows
}
