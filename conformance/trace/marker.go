// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package trace follows the fields of a message onto a vendor's wire. Markers are texts that stand out: Mark puts
// one into every text of a message, Flatten takes a request apart, and Classify says what became of each.
package trace

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"
)

// Form is what the text of a field must look like to be legal.
type Form string

// The forms.
const (
	// Free is any text: it gets a quote, an upper-case letter, a 2-byte and a 4-byte character.
	Free Form = "text"
	// Token is an id: letters, digits and a dash.
	Token Form = "token"
	// Name is a template's name: lower-case letters, digits and an underscore.
	Name Form = "name"
	// Code has letters and digits only, at most 15.
	Code     Form = "code"
	URL      Form = "url"
	Email    Form = "email"
	Filename Form = "filename"
	// Phone is a number in E.164, with "+".
	Phone Form = "phone"
	// Date is YYYY-MM-DD.
	Date Form = "date"
	// Decimal is a number from -80 to 80 with six places.
	Decimal Form = "decimal"
	// Word is one of a few values. A marker would not be legal: Flips changes it instead.
	Word Form = "word"
)

// Marker is a text that stands out on the wire.
type Marker struct {
	Text string
	// Prefix and Tail are unique parts of Text, so that a text that was cut or changed is recognised; empty for forms
	// that are too short to have any.
	Prefix, Tail string
}

// Marks makes markers that all differ. It is not safe for concurrent use.
type Marks struct {
	salt  uint32
	n     int
	inner string
}

// digits leave out the letters that begin and end markers.
const digits = "0123456789abcdefghijklmnoprstuvw"

// NewMarks returns a source of markers: equal seeds and names give equal markers. It has 1024 of them.
func NewMarks(seed int64, name string) *Marks {
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%d %s", seed, name)
	return &Marks{salt: h.Sum32(), inner: `"Aé😀`}
}

// With puts another text into the middle of free markers.
func (m *Marks) With(inner string) *Marks {
	m.inner = inner
	return m
}

// Around puts a text before and behind a marker: both belong to it then.
func (m Marker) Around(text string) Marker {
	m.Text = text + m.Text + text
	return m
}

// Next returns a marker of a form. Free markers have 12 characters, which fits the title of a button.
func (m *Marks) Next(form Form) Marker {
	n := m.n
	m.n++
	count := string([]byte{digits[n/len(digits)%len(digits)], digits[n%len(digits)]})
	prefix := "q" + count + string(digits[m.salt%32])
	tail := string(digits[m.salt/32%32]) + count + "z"
	marker := Marker{Prefix: prefix, Tail: tail}
	switch form {
	case Token:
		marker.Text = prefix + "-A" + tail
	case Name:
		marker.Text = prefix + "_" + tail
	case Code:
		marker.Text = prefix + "A" + tail
	case URL:
		marker.Text = "https://cdn.example.com/" + prefix + "/a%20b.bin?x=1&y=%C3%A9#" + tail
	case Email:
		marker.Text = prefix + "@" + tail + ".example.com"
	case Filename:
		marker.Text = prefix + "é😀 A." + tail + ".pdf"
	case Phone:
		return Marker{Text: fmt.Sprintf("+1202555%04d", (n+int(m.salt%5000))%10000)}
	case Date:
		first := time.Date(1930, 1, 1, 0, 0, 0, 0, time.UTC)
		return Marker{Text: first.AddDate(0, 0, 17*n+int(m.salt%5000)).Format(time.DateOnly)}
	case Decimal:
		return Marker{Text: strconv.Itoa(n%79+1) + fmt.Sprintf(".%05d7", (n*7919+int(m.salt%90000)+10000)%100000)}
	default:
		marker.Text = prefix + m.inner + tail
	}
	return marker
}
