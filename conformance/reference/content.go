// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

// object returns the object at a path of members, or nil if one is missing.
func object(m map[string]any, names ...string) map[string]any {
	for _, name := range names {
		m, _ = m[name].(map[string]any)
	}
	return m
}

func objects(m map[string]any, name string) []map[string]any {
	list, _ := m[name].([]any)
	var out []map[string]any
	for _, item := range list {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func str(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

func edit(m map[string]any, name string, change func(string) string) {
	if s, ok := m[name].(string); ok {
		m[name] = change(s)
	}
}

func cut(m map[string]any, name string, limit int) {
	edit(m, name, func(s string) string {
		if r := []rune(s); len(r) > limit {
			return string(r[:limit])
		}
		return s
	})
}

// everyText changes all strings in a value except those that name types.
func everyText(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		for i := range v {
			v[i] = everyText(v[i], change)
		}
	case map[string]any:
		for name := range v {
			if name != "type" && name != "sub_type" {
				v[name] = everyText(v[name], change)
			}
		}
	}
	return v
}

func everyObject(v any, change func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			everyObject(item, change)
		}
	case map[string]any:
		for _, member := range v {
			everyObject(member, change)
		}
		change(v)
	}
}

// optionalTexts are the paths of optional texts of a message.
var optionalTexts = [][]string{
	{"image", "caption"}, {"video", "caption"}, {"document", "caption"}, {"document", "filename"}, {"location", "name"}, {"location", "address"},
	{"interactive", "footer", "text"}, {"interactive", "header", "text"}, {"", "context", "message_id"}, {"", "biz_opaque_callback_data"},
}

func fill(m map[string]any, names ...string) {
	for _, name := range names {
		if m != nil && m[name] == nil {
			m[name] = ""
		}
	}
}

func rowsOf(m map[string]any) []map[string]any {
	var out []map[string]any
	for _, s := range objects(object(m, "interactive", "action"), "sections") {
		out = append(out, objects(s, "rows")...)
	}
	return out
}

func eachParameter(m map[string]any, change func(map[string]any)) {
	for _, c := range objects(object(m, "template"), "components") {
		for _, p := range objects(c, "parameters") {
			change(p)
		}
	}
}
