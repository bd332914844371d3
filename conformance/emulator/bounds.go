// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

const (
	// maxNesting bounds the nesting of a request's JSON. maxExponent and maxDigits bound each number in it. A dialect's
	// expressions are evaluated over the body, at a cost that grows with the square of the nesting and with the size of
	// the numbers.
	maxNesting  = 200
	maxExponent = 1000
	maxDigits   = 1000
)

// checkJSON returns an error if a JSON document exceeds these bounds. The document need not be valid JSON.
func checkJSON(data []byte) error {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case c == '[' || c == '{':
			if depth++; depth > maxNesting {
				return fmt.Errorf("the document is nested more than %d levels deep", maxNesting)
			}
		case c == ']' || c == '}':
			depth--
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(data) && bytes.IndexByte([]byte("+-.0123456789eE"), data[end]) >= 0 {
				end++
			}
			if !plainNumber(data[i:end]) {
				return errors.New("a number in the document is too large or has too many digits")
			}
			i = end - 1
		}
	}
	return nil
}

func plainNumber(text []byte) bool {
	if len(text) > maxDigits {
		return false
	}
	_, exponent, ok := bytes.Cut(bytes.ToLower(text), []byte("e"))
	if !ok {
		return true
	}
	n, err := strconv.Atoi(string(exponent))
	return err == nil && n <= maxExponent && n >= -maxExponent
}
