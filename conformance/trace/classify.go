// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/lazyregexp"
)

// Class describes how a marker arrived.
type Class string

// The classes.
const (
	// Carried means that the marker is in exactly one place.
	Carried Class = "carried"
	// Duplicated means that the marker is in several places.
	Duplicated Class = "duplicated"
	// Folded means that the marker is part of a longer text.
	Folded Class = "folded"
	// Truncated means that only the beginning or only the end of the marker arrived.
	Truncated Class = "truncated"
	// Altered means that the beginning and the end of the marker arrived, but the text between them is missing or
	// changed.
	Altered Class = "altered"
	// Dropped means that no part of the marker arrived.
	Dropped Class = "dropped"
)

// Finding describes how the value of a leaf arrived.
type Finding struct {
	Leaf  Leaf
	Class Class
	// At are the places of the marker or of its parts.
	At []string
}

// Classify searches the texts of a request for the marker of a leaf. A phone number may lack its "+", because vendors
// use both notations.
func Classify(leaf Leaf, pairs []Pair) Finding {
	var exact, inside, begin, end []string
	for _, p := range pairs {
		at := place(p.At)
		switch {
		case p.Value == leaf.Marker.Text, leaf.Form == Phone && "+"+p.Value == leaf.Marker.Text:
			exact = append(exact, at)
		case strings.Contains(p.Value, leaf.Marker.Text):
			inside = append(inside, at)
		case leaf.Marker.Prefix != "":
			if strings.Contains(p.Value, leaf.Marker.Prefix) {
				begin = append(begin, at)
			}
			if strings.Contains(p.Value, leaf.Marker.Tail) {
				end = append(end, at)
			}
		}
	}
	exact, inside = unique(exact), unique(inside)
	inside = slices.DeleteFunc(inside, func(at string) bool { return slices.Contains(exact, at) })
	f := Finding{Leaf: leaf, At: unique(slices.Concat(exact, inside))}
	switch {
	case len(exact) == 1 && len(inside) == 0:
		f.Class = Carried
	case len(f.At) > 1:
		f.Class = Duplicated
	case len(inside) == 1:
		f.Class = Folded
	case len(begin) > 0 && len(end) > 0:
		f.Class, f.At = Altered, unique(slices.Concat(begin, end))
	case len(begin)+len(end) > 0:
		f.Class, f.At = Truncated, unique(slices.Concat(begin, end))
	default:
		f.Class = Dropped
	}
	return f
}

var wrapper = lazyregexp.New(`~(base64|percent)`)

// place returns the location of a text without the encodings around it.
func place(at string) string {
	if !strings.Contains(at, "~") {
		return at
	}
	return wrapper().ReplaceAllString(at, "")
}

// WireMap returns the place of each leaf whose marker was carried.
func WireMap(leaves []Leaf, pairs []Pair) map[string]string {
	m := map[string]string{}
	for _, leaf := range leaves {
		if leaf.Marker.Text == "" {
			continue
		}
		if f := Classify(leaf, pairs); f.Class == Carried {
			m[leaf.Path] = f.At[0]
		}
	}
	return m
}

func unique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func mapKeys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
