// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"errors"
	"io"
	"iter"
	"slices"
)

// partBytes is the largest size of a part of media in a stream.
const partBytes = 256 << 10

// Parts returns the parts of media for a stream, or an error as the last element if the content cannot be read to its end.
// A part is never used again, because gRPC forbids changing a message that was sent.
func Parts(content io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buf := make([]byte, partBytes)
		for {
			n, err := content.Read(buf)
			if n > 0 && !yield(slices.Clone(buf[:n]), nil) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(nil, err)
				}
				return
			}
		}
	}
}
