// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

// CheckJSON returns an error if data is not one JSON document in UTF-8 that every reader understands alike. It refuses a
// field that occurs twice, half of a character such as \ud83d alone, and nesting of more than 100 levels: encoding/json
// would silently change or drop these. The error is an *InvalidError.
func CheckJSON(data []byte) error {
	var ps problems
	decodeTree(data, &ps)
	return ps.err()
}
