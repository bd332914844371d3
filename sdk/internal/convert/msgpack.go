// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

const (
	// maxConfigBytes bounds an encoded configuration, maxConfigNodes the values in it, maxConfigDepth their nesting.
	maxConfigBytes = 8 << 20
	maxConfigNodes = 100_000
	maxConfigDepth = 64
)

var errTruncated = errors.New("the encoded value ends too early")

// packReader reads cty's msgpack form of values. It accepts the same values as cty's own reader. Unlike that reader, it
// never panics, and never allocates more than the input justifies: five bytes make cty's reader allocate 64 GiB.
type packReader struct {
	data  []byte
	nodes int
}

// configFromMsgpack reads a value of the type, which must use up all bytes.
func configFromMsgpack(data []byte, t cty.Type) (cty.Value, error) {
	if len(data) > maxConfigBytes {
		return cty.NilVal, fmt.Errorf("%d bytes, at most %d are allowed", len(data), maxConfigBytes)
	}
	r := packReader{data: data}
	v, err := r.value(t.WithoutOptionalAttributesDeep(), 1)
	if err == nil && len(r.data) > 0 {
		err = errors.New("more follows the value")
	}
	return v, err
}

func (r *packReader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.data)) {
		return nil, errTruncated
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken, nil
}

// number reads an unsigned big-endian number of width bytes.
func (r *packReader) number(width uint64) (uint64, error) {
	b, err := r.take(width)
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[8-width:], b)
	return binary.BigEndian.Uint64(wide[:]), nil
}

func (r *packReader) value(t cty.Type, depth int) (cty.Value, error) {
	if r.nodes++; r.nodes > maxConfigNodes {
		return cty.NilVal, fmt.Errorf("more than %d values", maxConfigNodes)
	}
	if depth > maxConfigDepth {
		return cty.NilVal, fmt.Errorf("nested more than %d levels deep", maxConfigDepth)
	}
	if len(r.data) == 0 {
		return cty.NilVal, errTruncated
	}
	code := r.data[0]
	if isExtension(code) {
		// The only extensions are unknown values; what is known about one is not needed.
		return cty.UnknownVal(t), r.skipExtension()
	}
	if code == 0xc0 {
		r.data = r.data[1:]
		return cty.NullVal(t), nil
	}
	switch {
	case t == cty.DynamicPseudoType:
		return r.dynamic(depth)
	case t == cty.Bool:
		r.data = r.data[1:]
		if code != 0xc2 && code != 0xc3 {
			return cty.NilVal, errors.New("a bool is required")
		}
		return cty.BoolVal(code == 0xc3), nil
	case t == cty.Number:
		return r.numberValue()
	case t == cty.String:
		s, err := r.text()
		return cty.StringVal(s), err
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		return r.sequence(t, depth)
	case t.IsMapType(), t.IsObjectType():
		return r.members(t, depth)
	}
	return cty.NilVal, fmt.Errorf("a value of type %s cannot be read", t.FriendlyName())
}

func isExtension(code byte) bool { return code >= 0xd4 && code <= 0xd8 || code >= 0xc7 && code <= 0xc9 }

func (r *packReader) skipExtension() error {
	code := r.data[0]
	r.data = r.data[1:]
	size := uint64(1)
	if code >= 0xd4 {
		size <<= code - 0xd4
	} else {
		var err error
		if size, err = r.number(1 << (code - 0xc7)); err != nil {
			return err
		}
	}
	_, err := r.take(size + 1) // and the type of the extension
	return err
}

// size reads the length of a text, list or map: fix is the code of its shortest form, which holds the length itself in the
// bits of mask, and wide the codes of the others with the width of their length.
func (r *packReader) size(what string, fix, mask byte, wide map[byte]uint64) (uint64, error) {
	if len(r.data) == 0 {
		return 0, errTruncated
	}
	code := r.data[0]
	r.data = r.data[1:]
	if code&^mask == fix {
		return uint64(code & mask), nil
	}
	if width, ok := wide[code]; ok {
		return r.number(width)
	}
	return 0, fmt.Errorf("a %s is required", what)
}

var (
	textCodes = map[byte]uint64{0xd9: 1, 0xda: 2, 0xdb: 4, 0xc4: 1, 0xc5: 2, 0xc6: 4}
	listCodes = map[byte]uint64{0xdc: 2, 0xdd: 4}
	mapCodes  = map[byte]uint64{0xde: 2, 0xdf: 4}
)

func (r *packReader) text() (string, error) {
	n, err := r.size("string", 0xa0, 0x1f, textCodes)
	if err != nil {
		return "", err
	}
	b, err := r.take(n)
	if err == nil && !utf8.Valid(b) {
		err = errors.New("a string is not valid UTF-8")
	}
	return string(b), err
}

func (r *packReader) numberValue() (cty.Value, error) {
	code := r.data[0]
	switch {
	case code < 0x80 || code >= 0xe0:
		r.data = r.data[1:]
		return cty.NumberIntVal(int64(int8(code))), nil
	case code >= 0xcc && code <= 0xcf: // unsigned
		r.data = r.data[1:]
		n, err := r.number(1 << (code - 0xcc))
		return cty.NumberUIntVal(n), err
	case code >= 0xd0 && code <= 0xd3: // signed
		r.data = r.data[1:]
		width := uint64(1) << (code - 0xd0)
		n, err := r.number(width)
		unused := 64 - 8*width
		return cty.NumberIntVal(int64(n<<unused) >> unused), err
	case code == 0xca || code == 0xcb:
		r.data = r.data[1:]
		n, err := r.number(4 << (code - 0xca))
		f := math.Float64frombits(n)
		if code == 0xca {
			f = float64(math.Float32frombits(uint32(n)))
		}
		if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
			err = schema.ErrNumberRange
		}
		if err != nil {
			return cty.NilVal, err
		}
		return cty.NumberFloatVal(f), nil
	}
	s, err := r.text()
	if err != nil {
		return cty.NilVal, errors.New("a number is required")
	}
	return parseNumber(s)
}

func (r *packReader) sequence(t cty.Type, depth int) (cty.Value, error) {
	n, err := r.size("list", 0x90, 0x0f, listCodes)
	if err != nil {
		return cty.NilVal, err
	}
	if n > uint64(len(r.data)) { // each item takes a byte at least
		return cty.NilVal, errTruncated
	}
	if t.IsTupleType() && n != uint64(t.Length()) {
		return cty.NilVal, fmt.Errorf("a list of %d items is required, not of %d", t.Length(), n)
	}
	if n > maxConfigNodes {
		return cty.NilVal, fmt.Errorf("more than %d values", maxConfigNodes)
	}
	values := make([]cty.Value, n)
	for i := range values {
		var element cty.Type
		if t.IsTupleType() {
			element = t.TupleElementType(i)
		} else {
			element = t.ElementType()
		}
		if values[i], err = r.value(element, depth+1); err != nil {
			return cty.NilVal, err
		}
	}
	return sequence(t, values)
}

// members reads a map or an object.
func (r *packReader) members(t cty.Type, depth int) (cty.Value, error) {
	n, err := r.size("map", 0x80, 0x0f, mapCodes)
	if err != nil {
		return cty.NilVal, err
	}
	if n > uint64(len(r.data))/2 { // each member takes two bytes at least
		return cty.NilVal, errTruncated
	}
	if t.IsObjectType() && n != uint64(len(t.AttributeTypes())) {
		return cty.NilVal, fmt.Errorf("an object of %d attributes is required, not of %d", len(t.AttributeTypes()), n)
	}
	if n > maxConfigNodes {
		return cty.NilVal, fmt.Errorf("more than %d values", maxConfigNodes)
	}
	values := make(map[string]cty.Value, n)
	for range n {
		name, err := r.text()
		if err != nil {
			return cty.NilVal, err
		}
		name = cty.NormalizeString(name)
		if _, ok := values[name]; ok {
			return cty.NilVal, fmt.Errorf("the name %q appears twice", cut(name, maxShown))
		}
		var element cty.Type
		switch {
		case t.IsMapType():
			element = t.ElementType()
		case t.HasAttribute(name):
			element = t.AttributeType(name)
		default:
			return cty.NilVal, fmt.Errorf("attribute %q is not expected", cut(name, maxShown))
		}
		if values[name], err = r.value(element, depth+1); err != nil {
			return cty.NilVal, err
		}
	}
	if t.IsMapType() {
		return mapping(t, values)
	}
	return cty.ObjectVal(values), nil
}

// dynamic reads a value that is preceded by its type.
func (r *packReader) dynamic(depth int) (cty.Value, error) {
	n, err := r.size("list", 0x90, 0x0f, listCodes)
	if err != nil {
		return cty.NilVal, err
	}
	if n != 2 {
		return cty.NilVal, errors.New("a value with its type is required")
	}
	encoded, err := r.text()
	if err != nil {
		return cty.NilVal, err
	}
	t, err := typeFromJSON([]byte(encoded))
	if err != nil {
		return cty.NilVal, err
	}
	return r.value(t.WithoutOptionalAttributesDeep(), depth+1)
}
