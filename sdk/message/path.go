// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"regexp"
	"strconv"
	"strings"
)

// JoinPath appends a field name to a field path: JoinPath("text", "body") is "text.body". An empty path stands for
// the message itself.
func JoinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// IndexPath appends a list index to a field path: IndexPath("contacts", 0) is "contacts[0]".
func IndexPath(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

var pathIndex = regexp.MustCompile(`\[\d+\]`)

// PathPattern returns the path with each list index replaced by [*], as the paths of Limit are written.
func PathPattern(path string) string { return pathIndex.ReplaceAllString(path, "[*]") }

// PathCovers reports whether path names the same field as other, or an object or list that contains it. The empty
// path covers nothing.
func PathCovers(path, other string) bool {
	rest, ok := strings.CutPrefix(other, path)
	return ok && path != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// lazyPath is a path that is written out only if it is reported. Nil is the message itself.
type lazyPath struct {
	parent *lazyPath
	// name is the field. If it is empty, the path is an element of a list and index is its position.
	name  string
	index int
}

// String returns the path written out.
func (p *lazyPath) String() string {
	switch {
	case p == nil:
		return ""
	case p.name == "":
		return IndexPath(p.parent.String(), p.index)
	}
	return JoinPath(p.parent.String(), p.name)
}
