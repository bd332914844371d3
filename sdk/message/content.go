// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
)

// Content returns a copy of the message without its recipient: to, recipient and recipient_type are empty.
func Content(m *Message) *Message {
	c := proto.CloneOf(m)
	for _, path := range addressFields() {
		clearPath(c.ProtoReflect(), path)
	}
	return c
}

// ContentKey returns a string that is equal for messages of equal content, whoever their recipients are. It is for
// grouping messages in memory: it is not readable text, and another version of wahost may return another string.
func ContentKey(m *Message) string {
	// A shallow copy is enough, because nothing below the top level is written.
	c := (&Message{}).ProtoReflect()
	m.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !slices.ContainsFunc(addressFields(), func(path fieldPath) bool { return path[0] == fd }) {
			c.Set(fd, v)
		}
		return true
	})
	key, err := proto.MarshalOptions{Deterministic: true}.Marshal(c.Interface())
	if err != nil {
		// The only possible error is text that is not UTF-8. Such a message is equal to itself only.
		return m.String()
	}
	return string(key)
}

// ForProvider returns the message as the provider of a name gets it: without its recipient, route and channel, which are
// the host's own, and without the options of other vendors. It returns m itself if there is nothing to remove, and otherwise
// a copy.
func ForProvider(m *Message, provider string) *Message {
	withheld := withheldFields()
	options := m.GetWahost().GetVendor().GetFields()
	own := options[provider]
	foreign := m.GetWahost().GetVendor() != nil && (own == nil || len(options) > 1)
	if !foreign && !slices.ContainsFunc(withheld, func(path fieldPath) bool { return hasPath(m.ProtoReflect(), path) }) {
		return m
	}
	c := proto.CloneOf(m)
	if foreign {
		c.Wahost.Vendor = nil
		if own != nil {
			c.Wahost.Vendor = &structpb.Struct{Fields: map[string]*structpb.Value{provider: own}}
		}
	}
	for _, path := range withheld {
		clearPath(c.ProtoReflect(), path)
	}
	return c
}

// fieldPath leads from a message to one of its fields. All but its last field are objects.
type fieldPath []protoreflect.FieldDescriptor

var (
	addressFields  = sync.OnceValue(func() []fieldPath { return hostPaths(func(f HostField) bool { return f.Address }) })
	withheldFields = sync.OnceValue(func() []fieldPath { return hostPaths(func(f HostField) bool { return f.Withheld }) })
)

// hostPaths resolves the host fields that are chosen.
func hostPaths(chosen func(HostField) bool) []fieldPath {
	var paths []fieldPath
	for _, f := range hostFields {
		if !chosen(f) {
			continue
		}
		var path fieldPath
		d := (&Message{}).ProtoReflect().Descriptor()
		for name := range strings.SplitSeq(f.Path, ".") {
			fd := d.Fields().ByName(protoreflect.Name(name))
			path, d = append(path, fd), fd.Message()
		}
		paths = append(paths, path)
	}
	return paths
}

func hasPath(m protoreflect.Message, path fieldPath) bool {
	for _, fd := range path[:len(path)-1] {
		m = m.Get(fd).Message()
	}
	return m.Has(path[len(path)-1])
}

func clearPath(m protoreflect.Message, path fieldPath) {
	for _, fd := range path[:len(path)-1] {
		if !m.Has(fd) {
			return
		}
		m = m.Mutable(fd).Message()
	}
	m.Clear(path[len(path)-1])
}
