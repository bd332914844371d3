// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// structOf reads an object without a model of its own, such as the parameters of a flow.
func (p *parser) structOf(path *lazyPath, v any) *structpb.Struct {
	o, ok := p.unwrap(path, v).(*object)
	if !ok {
		p.expected(path, "an object", v)
		return nil
	}
	s := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(o.members))}
	for _, member := range o.members {
		s.Fields[member.name] = p.structValue(&lazyPath{parent: path, name: member.name}, member.value)
	}
	return s
}

func (p *parser) structValue(path *lazyPath, v any) *structpb.Value {
	switch v := v.(type) {
	case string:
		return structpb.NewStringValue(v)
	case bool:
		return structpb.NewBoolValue(v)
	case json.Number:
		f, err := v.Float64()
		if err != nil || digits(v.String()) != digits(strconv.FormatFloat(f, 'e', -1, 64)) {
			p.problems.add(path.String(), "The number has more digits than can be kept. Write it as a string.")
			return structpb.NewNullValue()
		}
		return structpb.NewNumberValue(f)
	case []any:
		list := &structpb.ListValue{}
		for i, item := range v {
			list.Values = append(list.Values, p.structValue(&lazyPath{parent: path, index: i}, item))
		}
		return structpb.NewListValue(list)
	case *object:
		return structpb.NewStructValue(p.structOf(path, v))
	default:
		return structpb.NewNullValue()
	}
}

// digits returns the significant digits of a number. Two numbers of the same magnitude are equal if their digits are.
func digits(number string) string {
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	return strings.Trim(strings.NewReplacer(".", "", "-", "", "+", "").Replace(mantissa), "0")
}
