// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Raw is a request as received.
type Raw struct {
	Method string
	// Target is the path and query.
	Target string
	Header http.Header
	Body   []byte
}

// Pair is a text of a request with its location: "$.a.b[0]" in a JSON or form body, "$.a~json.b" inside a string that
// contains JSON, "query/a", "path#0" or "header/Name".
type Pair struct {
	At, Value string
	// Bare is set if the value is a number or a boolean of a JSON document, and not a text.
	Bare bool
}

// maxDepth bounds how many encodings of a text are decoded. maxInflated is the largest size of a decompressed body, in
// bytes.
const (
	maxDepth    = 8
	maxInflated = 16 << 20
)

// Flatten returns the texts of a request with their locations. A part that cannot be decoded is returned as one text.
func Flatten(r Raw) []Pair {
	f := flattener{}
	target, err := url.Parse(r.Target)
	if err == nil {
		for i, segment := range strings.Split(strings.TrimPrefix(target.EscapedPath(), "/"), "/") {
			if text, err := url.PathUnescape(segment); err == nil && text != "" {
				f.text("path#"+strconv.Itoa(i), text, 0)
			}
		}
		f.values("query/", target.Query())
	}
	for _, name := range slices.Sorted(mapKeys(r.Header)) {
		for _, v := range r.Header[name] {
			f.pairs = append(f.pairs, Pair{At: "header/" + name, Value: v})
		}
	}
	f.body(r.Header, inflate(r.Header, r.Body))
	return f.pairs
}

func inflate(h http.Header, body []byte) []byte {
	if !strings.EqualFold(h.Get("Content-Encoding"), "gzip") {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxInflated))
	if err != nil {
		return body
	}
	return plain
}

type flattener struct{ pairs []Pair }

func (f *flattener) body(h http.Header, body []byte) {
	if len(body) == 0 {
		return
	}
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case kind == "application/x-www-form-urlencoded":
		if values, err := url.ParseQuery(string(body)); err == nil {
			f.values("$.", values)
			return
		}
	case strings.HasPrefix(kind, "multipart/"):
		if f.multipart(multipart.NewReader(bytes.NewReader(body), params["boundary"])) {
			return
		}
	}
	f.text("$", string(body), 0)
	// The locations in a JSON body do not begin with "~json".
	for i := range f.pairs {
		f.pairs[i].At = strings.Replace(f.pairs[i].At, "$~json", "$", 1)
	}
}

func (f *flattener) values(prefix string, values url.Values) {
	for _, name := range slices.Sorted(mapKeys(values)) {
		for i, v := range values[name] {
			at := prefix + name
			if i > 0 {
				at += "[" + strconv.Itoa(i) + "]"
			}
			f.text(at, v, 0)
		}
	}
}

func (f *flattener) multipart(r *multipart.Reader) bool {
	for first := true; ; first = false {
		part, err := r.NextPart()
		if err != nil {
			return errors.Is(err, io.EOF) && !first
		}
		content, err := io.ReadAll(io.LimitReader(part, maxInflated))
		if err != nil {
			return false
		}
		at := "$." + part.FormName()
		if part.FileName() != "" {
			f.pairs = append(f.pairs, Pair{At: at + "~filename", Value: part.FileName()})
		}
		if t := part.Header.Get("Content-Type"); t != "" {
			f.pairs = append(f.pairs, Pair{At: at + "~type", Value: t})
		}
		f.text(at, string(content), 0)
	}
}

// text adds a text and what is encoded in it. JSON is replaced by its texts. JSON without a text, such as "[]" or "[1]", and
// texts in other encodings are added as well, because they may be meant literally.
func (f *flattener) text(at, s string, depth int) {
	if depth > maxDepth {
		f.pairs = append(f.pairs, Pair{At: at, Value: s})
		return
	}
	if value, ok := decodeJSON(s); ok {
		before := len(f.pairs)
		f.tree(at+"~json", value, depth+1)
		if !slices.ContainsFunc(f.pairs[before:], func(p Pair) bool { return !p.Bare }) {
			f.pairs = append(f.pairs, Pair{At: at, Value: s})
		}
		return
	}
	f.pairs = append(f.pairs, Pair{At: at, Value: s})
	if plain, ok := decodeBase64(s); ok {
		f.text(at+"~base64", plain, depth+1)
	}
	if strings.Contains(s, "%") {
		if plain, err := url.QueryUnescape(s); err == nil && plain != s && utf8.ValidString(plain) {
			f.text(at+"~percent", plain, depth+1)
		}
	}
}

func (f *flattener) tree(at string, value any, depth int) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(mapKeys(v)) {
			f.tree(at+"."+name, v[name], depth)
		}
	case []any:
		for i, item := range v {
			f.tree(at+"["+strconv.Itoa(i)+"]", item, depth)
		}
	case string:
		f.text(at, v, depth)
	case json.Number:
		f.pairs = append(f.pairs, Pair{At: at, Value: v.String(), Bare: true})
	case bool:
		f.pairs = append(f.pairs, Pair{At: at, Value: strconv.FormatBool(v), Bare: true})
	}
}

// decodeJSON decodes objects and lists only, because every number is valid JSON, too.
func decodeJSON(s string) (any, bool) {
	trimmed := strings.TrimSpace(s)
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, false
	}
	d := json.NewDecoder(strings.NewReader(trimmed))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil || d.More() {
		return nil, false
	}
	return value, true
}

// decodeBase64 decodes a text as base64 if it is too long to be a word and the result is readable text.
func decodeBase64(s string) (string, bool) {
	if len(s) < 16 {
		return "", false
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		plain, err := encoding.DecodeString(s)
		if err == nil && utf8.Valid(plain) && bytes.IndexFunc(plain, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' }) < 0 {
			return string(plain), true
		}
	}
	return "", false
}
