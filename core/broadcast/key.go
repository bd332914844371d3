// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/wahost/wahost/sdk/message"
)

// digest is the first half of a sha256 digest, which is enough to tell the rows of a file from each other.
type digest [16]byte

// short returns the first half of the digest, for a first comparison.
func (d digest) short() uint64 { return binary.BigEndian.Uint64(d[:]) }

// digest returns the digest of what a row sends: the recipient, and the cells of the columns that complete the message. It
// does not depend on the order of rows and columns, on the separator, on quotes, or on columns that are ignored. So a row is
// known again in a file that was mended, sorted or saved by another program.
func (c Columns) digest(to message.Recipient, cells []string) digest {
	buf := make([]byte, 0, 256)
	add := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	add(c.address(to, cells))
	for _, col := range c.content {
		add(col.name)
		cell := "" // a missing cell is an empty one
		if col.index < len(cells) {
			cell = cells[col.index]
		}
		add(cell)
	}
	if len(cells) > len(c.names) {
		// A row that is too long is another row than the one without its last cells.
		for _, cell := range cells[len(c.names):] {
			add(cell)
		}
	}
	sum := sha256.Sum256(buf)
	return digest(sum[:16])
}

// keys tells equal rows from each other: the second of them has another key than the first.
type keys struct {
	// repeated has the digests, in short, that several rows have, with how many.
	repeated map[uint64]int
	seen     map[digest]int
}

// next returns the key of the next row with that digest, such as "0f3a…" for the first and "0f3a…-2" for the second.
func (k *keys) next(d digest) string {
	text := hex.EncodeToString(d[:])
	if k.repeated[d.short()] == 0 {
		return text
	}
	if k.seen == nil {
		k.seen = map[digest]int{}
	}
	k.seen[d]++
	if n := k.seen[d]; n > 1 {
		text += "-" + strconv.Itoa(n)
	}
	return text
}
