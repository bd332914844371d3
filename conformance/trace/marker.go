// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package trace finds the fields of a message in a vendor's requests. Mark puts a marker, a recognisable text, into
// every text of a message. Flatten returns all texts of a request, and Classify returns how each marker arrived.
package trace

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"
)

// Form is the form that a text must have to be legal in a field.
type Form string

// The forms.
const (
	// Free is any text. Its markers have a quote, an upper-case letter, a 2-byte and a 4-byte character.
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
	// Word is one of a few values. A marker is not legal, so Flips changes the value instead.
	Word Form = "word"
)

// Marker is a text that can be recognised in a request.
type Marker struct {
	Text string
	// Prefix and Tail are unique parts of Text, by which a truncated or changed text is recognised. They are empty for
	// forms that are too short.
	Prefix, Tail string
}

// Marks generates markers that are all different. It is not safe for concurrent use.
type Marks struct {
	salt  uint32
	n     int
	inner string
}

// digits are the characters of a counter. They do not include the letters that begin and end markers.
const digits = "0123456789abcdefghijklmnoprstuvw"

// NewMarks returns a source of 1024 markers. Equal seeds and names lead to equal markers.
func NewMarks(seed int64, name string) *Marks {
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%d %s", seed, name)
	return &Marks{salt: h.Sum32(), inner: `"Aé😀`}
}

// With sets the text in the middle of free markers.
func (m *Marks) With(inner string) *Marks {
	m.inner = inner
	return m
}

// Around returns the marker with a text before and after it. Both become part of the marker.
func (m Marker) Around(text string) Marker {
	m.Text = text + m.Text + text
	return m
}

// Next returns a new marker of a form. Free markers have 12 characters and so fit the title of a button.
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
