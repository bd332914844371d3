// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact

import "strings"

const (
	// keyLength is how many bytes of a text are its key: those that fit into a number.
	keyLength = 8
	// filterBits is the logarithm of the number of bits of the filter.
	filterBits = 14
)

// Finder finds which of many texts a longer text contains. It reads the longer text once, however many there are to look for. The
// zero value has no texts. Add must not be called while First runs.
type Finder struct {
	texts []string
	// short are the indexes of the texts that are shorter than a key.
	short []int
	// byKey are the indexes of the other texts by their first bytes.
	byKey map[uint64][]int
	// filter has a bit for each key. Most positions of a longer text need no look into the map.
	filter [1 << (filterBits - 6)]uint64
}

// Add adds texts. Their indexes continue those of the texts before. An empty text is in no other text.
func (f *Finder) Add(texts ...string) {
	if f.byKey == nil {
		f.byKey = map[uint64][]int{}
	}
	for _, text := range texts {
		i := len(f.texts)
		f.texts = append(f.texts, text)
		if len(text) < keyLength {
			f.short = append(f.short, i)
			continue
		}
		var key uint64
		for _, c := range []byte(text[:keyLength]) {
			key = next(key, c)
		}
		f.byKey[key] = append(f.byKey[key], i)
		bit := place(key)
		f.filter[bit>>6] |= 1 << (bit & 63)
	}
}

// First returns the lowest index of a text that is in the longer text, or -1 if there is no such text.
func (f *Finder) First(in string) int {
	first := len(f.texts)
	for _, i := range f.short {
		if f.texts[i] != "" && strings.Contains(in, f.texts[i]) {
			first = i
			break
		}
	}
	var key uint64
	for end := range len(in) {
		key = next(key, in[end])
		bit := place(key)
		if f.filter[bit>>6]&(1<<(bit&63)) == 0 || end < keyLength-1 {
			continue
		}
		for _, i := range f.byKey[key] {
			if i >= first {
				break
			}
			if strings.HasPrefix(in[end+1-keyLength:], f.texts[i]) {
				first = i
				break
			}
		}
	}
	if first == len(f.texts) {
		return -1
	}
	return first
}

// next returns the key that ends with the byte c, one byte after the given one.
func next(key uint64, c byte) uint64 { return key>>8 | uint64(c)<<56 }

// place returns the bit of the filter that belongs to a key.
func place(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> (64 - filterBits) }
