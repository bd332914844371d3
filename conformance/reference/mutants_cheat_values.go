// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/json"
	"math"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/wahost/wahost/sdk/message"
)

// eachText replaces the texts of a message object by what the function returns, which may be another type. It keeps the
// names of types and the places of the vendor's own words.
func eachText(v any, change func(string) any) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		for i := range v {
			v[i] = eachText(v[i], change)
		}
	case map[string]any:
		for name := range v {
			if name != "type" && name != "sub_type" && name != "index" {
				v[name] = eachText(v[name], change)
			}
		}
	}
	return v
}

func texts(change func(string) any) func(m map[string]any) {
	return func(m map[string]any) { eachText(m, change) }
}

var (
	plainNumber = regexp.MustCompile(`^0\d+$`)
	exponent    = regexp.MustCompile(`^\d+e\d+$`)
	placeholder = regexp.MustCompile(`\{\{\w+\}\}`)
)

// parameters returns a hook that changes the texts of a template's parameters.
func parameters(change func(string) string) func(m map[string]any) {
	return func(m map[string]any) {
		eachParameter(m, func(p map[string]any) { edit(p, "text", change) })
	}
}

// amount returns a hook that changes the amounts of currencies.
func amount(change func(int64) int64) func(m map[string]any) {
	return func(m map[string]any) {
		eachParameter(m, func(p map[string]any) {
			if n, ok := object(p, "currency")["amount_1000"].(json.Number); ok {
				if v, err := n.Int64(); err == nil {
					object(p, "currency")["amount_1000"] = change(v)
				}
			}
		})
	}
}

// valueCheats change texts and numbers that look like something else, or are long.
var valueCheats = []Mutant{
	{Name: "numbers-for-texts", Defect: "a text of digits with leading zeros is sent as a number", body: content(texts(func(s string) any {
		if plainNumber.MatchString(s) {
			n, _ := strconv.ParseInt(s, 10, 64)
			return n
		}
		return s
	}))},
	{Name: "booleans-for-texts", Defect: "the text true is sent as a boolean", body: content(texts(func(s string) any {
		if s == "true" || s == "false" {
			return s == "true"
		}
		return s
	}))},
	{Name: "null-for-texts", Defect: "the text null is not sent", body: content(texts(func(s string) any {
		if strings.EqualFold(s, "null") {
			return nil
		}
		return s
	}))},
	{Name: "spells-out-exponents", Defect: "the text 1e5 is sent as 100000", body: content(func(m map[string]any) {
		edit(object(m, "text"), "body", func(s string) string {
			if exponent.MatchString(s) {
				f, _ := strconv.ParseFloat(s, 64)
				return strconv.FormatFloat(f, 'f', -1, 64)
			}
			return s
		})
	})},
	{Name: "drops-joiners", Defect: "joiners and marks without width are removed from texts of one word", body: content(texts(func(s string) any {
		if len(s) > 40 || strings.ContainsAny(s, "qzQZ") {
			return s
		}
		return strings.NewReplacer("\u200c", "", "\u200d", "").Replace(s)
	}))},
	{Name: "composes-accents", Defect: "texts are normalised, so that signs of several characters become one", body: content(texts(func(s string) any {
		if len(s) > 12 {
			return s
		}
		return norm.NFC.String(s)
	}))},
	{Name: "fills-placeholders", Defect: "placeholders in a template's parameters are replaced by nothing", body: content(parameters(func(s string) string {
		return placeholder.ReplaceAllString(s, "")
	}))},
	{Name: "unescapes-parameters", Defect: "percent escapes in a template's parameters are decoded", body: content(parameters(func(s string) string {
		if plain, err := url.PathUnescape(s); err == nil {
			return plain
		}
		return s
	}))},
	{Name: "plus-is-space", Defect: "a plus sign between digits in a message with buttons becomes a space", body: content(func(m map[string]any) {
		if object(m, "interactive", "action")["buttons"] != nil {
			everyText(m, func(s string) string { return strings.ReplaceAll(s, "+", " ") })
		}
	})},
	{Name: "tidies-links", Defect: "links are written in their usual form", body: content(func(m map[string]any) {
		edit(object(m, "image"), "link", func(s string) string {
			u, err := url.Parse(s)
			if err != nil {
				return s
			}
			u.Host = strings.TrimSuffix(strings.ToLower(u.Host), ":443")
			u.Path, u.RawPath = path.Clean(u.Path), ""
			return u.String()
		})
	})},
	{Name: "trims-file-names", Defect: "the extension of a file's name is written in lower case", body: content(func(m map[string]any) {
		edit(object(m, "document"), "filename", func(s string) string {
			return strings.TrimSuffix(s, path.Ext(s)) + strings.ToLower(path.Ext(s))
		})
	})},
	{Name: "half-an-amount", Defect: "amounts are sent as numbers of 32 bits", body: content(amount(func(n int64) int64 { return int64(int32(n)) }))}, //nolint:gosec // the defect
	{Name: "amounts-without-sign", Defect: "a negative amount is sent as a positive one", body: content(amount(func(n int64) int64 { return max(n, -n) }))},
	{Name: "amounts-as-floats", Defect: "amounts beyond 53 bits lose their last digit", body: content(amount(func(n int64) int64 {
		return int64(math.Float64frombits(math.Float64bits(float64(n))))
	}))},
	{Name: "cuts-references", Defect: "references are cut to 64 characters", body: content(func(m map[string]any) { cut(m, "biz_opaque_callback_data", 64) })},
	{Name: "cuts-file-names", Defect: "names of files are cut to 80 characters", body: content(func(m map[string]any) { cut(object(m, "document"), "filename", 80) })},
	{Name: "cuts-links", Defect: "links are cut to 255 characters", body: content(func(m map[string]any) { cut(object(m, "image"), "link", 255) })},
	{Name: "cuts-parameters", Defect: "parameters of a template are cut to 100 characters", body: content(func(m map[string]any) {
		eachParameter(m, func(p map[string]any) { cut(p, "text", 100) })
	})},
	{Name: "cuts-message-ids", Defect: "the id of the message that is reacted to is cut to 64 characters",
		body: content(func(m map[string]any) { cut(object(m, "reaction"), "message_id", 64) })},
	{Name: "foreign-digits-as-latin", Defect: "digits of other scripts are sent as those from 0 to 9", body: content(texts(func(s string) any {
		return strings.Map(func(r rune) rune {
			for _, zero := range []rune{0x660, 0x6f0, 0x966, 0x9e6, 0xbe6, 0xe50, 0xff10} {
				if r >= zero && r <= zero+9 {
					return r - zero + '0'
				}
			}
			return r
		}, s)
	}))},
	{Name: "one-line-end", Defect: "line ends of messages with buttons are sent as one character", body: content(func(m map[string]any) {
		if object(m, "interactive", "action")["buttons"] != nil {
			everyText(m, func(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) })
		}
	})},
	{Name: "straight-quotes", Defect: "quotation marks and dashes of a template's parameters are sent as those of a keyboard", body: content(parameters(func(s string) string {
		return strings.NewReplacer("\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`, "\u2013", "-", "\u2014", "-", "\u2026", "...").Replace(s)
	}))},
	{Name: "header-files-in-lower-case", Defect: "the name of a file in a header is written in lower case", body: content(func(m map[string]any) {
		edit(object(m, "interactive", "header", "document"), "filename", strings.ToLower)
		eachParameter(m, func(p map[string]any) { edit(object(p, "document"), "filename", strings.ToLower) })
	})},
	{Name: "one-chinese", Defect: "all Chinese templates are sent in one language", body: content(func(m map[string]any) {
		edit(object(m, "template", "language"), "code", func(s string) string {
			if strings.HasPrefix(s, "zh_") {
				return "zh_CN"
			}
			return s
		})
	})},
	{Name: "marketing-as-utility", Defect: "templates of the category marketing are sent as utility", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if body["category"] == message.CategoryMarketing {
			body["category"] = message.CategoryUtility
		}
	}},
	{Name: "drops-authentication", Defect: "the category authentication is not sent", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if body["category"] == message.CategoryAuthentication {
			delete(body, "category")
		}
	}},
	{Name: "reacts-without-colour", Defect: "an emoji loses its skin colour", body: content(func(m map[string]any) {
		edit(object(m, "reaction"), "emoji", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 0x1f3fb && r <= 0x1f3ff {
					return -1
				}
				return r
			}, s)
		})
	})},
	{Name: "reacts-without-selector", Defect: "an emoji loses the sign that asks for a picture", body: content(func(m map[string]any) {
		edit(object(m, "reaction"), "emoji", func(s string) string { return strings.ReplaceAll(s, "\ufe0f", "") })
	})},
}
