// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// garbage returns a body that is not JSON, with the content type of JSON.
func garbage(*call, Fault) answer {
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}},
		body: []byte("\x00\xff{]\x16garbage")}
}

func empty(*call, Fault) answer { return answer{status: http.StatusOK} }

// html returns the page of a proxy in front of the vendor.
func html(_ *call, f Fault) answer {
	text := strconv.Itoa(f.number) + " " + http.StatusText(f.number)
	return answer{status: f.number, header: http.Header{"Content-Type": {"text/html"}},
		body: []byte("<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1></body></html>\n")}
}

// padding is white space, which JSON allows before a value.
var padding = bytes.Repeat([]byte(" "), 64<<10)

func jsonAnswer(body []byte) answer {
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// noContentType returns the usual answer without a content type.
func noContentType(c *call, _ Fault) answer {
	a := c.normal()
	if a.header != nil {
		a.header["Content-Type"] = nil
	}
	return a
}

// wrongContentType returns the usual answer with the content type of an image.
func wrongContentType(c *call, _ Fault) answer {
	a := c.normal()
	a.header = http.Header{"Content-Type": {"image/png"}}
	return a
}

func jsonNull(*call, Fault) answer { return jsonAnswer([]byte("null")) }

// jsonEmpty returns an empty JSON object.
func jsonEmpty(*call, Fault) answer { return jsonAnswer([]byte("{}")) }

// jsonWrongTypes returns the usual answer with an object for each text and list, and a list for each number.
func jsonWrongTypes(c *call, _ Fault) answer {
	a := c.normal()
	var body any
	if json.Unmarshal(a.body, &body) != nil {
		return a
	}
	a.body, _ = json.Marshal(wrong(body, true))
	return a
}

func wrong(v any, top bool) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return []any{}
		}
		for name, member := range v {
			v[name] = wrong(member, false)
		}
		return v
	case []any:
		if top {
			return map[string]any{}
		}
		return map[string]any{"0": "list"}
	case string:
		return map[string]any{"text": v}
	case float64:
		return []any{v}
	}
	return "text"
}

// jsonDuplicateKeys returns the usual answer with each key of its object twice: first null, then the value.
func jsonDuplicateKeys(c *call, _ Fault) answer {
	a := c.normal()
	var object map[string]json.RawMessage
	if json.Unmarshal(a.body, &object) != nil || len(object) == 0 {
		return a
	}
	var b strings.Builder
	b.WriteString("{")
	for name := range object {
		b.WriteString(strconv.Quote(name) + ":null,")
	}
	b.Write(bytes.TrimLeft(a.body, " {"))
	a.body = []byte(b.String())
	return a
}

// ExtraID is the suffix of the ids that extra_ids adds.
const ExtraID = "-extra"

// extraIDs returns the usual answer with one more item in each list, whose texts end in ExtraID.
func extraIDs(c *call, _ Fault) answer {
	a := c.normal()
	var body any
	if json.Unmarshal(a.body, &body) != nil {
		return a
	}
	a.body, _ = json.Marshal(longer(body))
	return a
}

func longer(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = longer(member)
		}
	case []any:
		if len(v) > 0 {
			return append(v, renamed(v[len(v)-1]))
		}
	}
	return v
}

func renamed(v any) any {
	switch v := v.(type) {
	case string:
		return v + ExtraID
	case map[string]any:
		out := map[string]any{}
		for name, member := range v {
			out[name] = renamed(member)
		}
		return out
	}
	return v
}

// jsonDeep returns deeply nested lists.
func jsonDeep(_ *call, f Fault) answer {
	return jsonAnswer([]byte(strings.Repeat("[", f.number) + strings.Repeat("]", f.number)))
}

// bom returns the usual answer after a byte order mark.
func bom(c *call, _ Fault) answer {
	a := c.normal()
	a.body = append([]byte("\xef\xbb\xbf"), a.body...)
	return a
}

// invalidUTF8 returns the usual answer with a byte in its first string that is never part of UTF-8.
func invalidUTF8(c *call, _ Fault) answer {
	a := c.normal()
	if at := bytes.IndexByte(a.body, '"'); at >= 0 {
		a.body = append(append(bytes.Clone(a.body[:at+1]), 0xff), a.body[at+1:]...)
	}
	return a
}

// huge sends the usual answer after megabytes of white space.
func huge(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{}) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		for range f.number << 20 / len(padding) {
			if _, err := w.Write(padding); err != nil {
				return
			}
			select {
			case <-r.Context().Done():
				return
			case <-done:
				return
			default:
			}
		}
		_, _ = w.Write(a.body)
	}
	return a
}

// gzipBadCRC returns the usual answer compressed, with a wrong checksum.
func gzipBadCRC(c *call, _ Fault) answer {
	a := c.normal()
	a.body = zip(a.body)
	a.body[len(a.body)-8] ^= 0xff
	a.header = http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	return a
}

// bombSize is the decompressed size of the gzip_bomb answer: about 400 MB from 400 KB.
const bombSize = 400 << 20

// bomb returns compressed white space. It is made when the fault is scripted and not while a request waits for it.
var bomb = sync.OnceValue(func() []byte { return zipSpace(bombSize / spacePart) })

// spacePart is how much white space zipSpace compresses at a time.
const spacePart = 4 << 20

// zipSpace returns one gzip member with a number of parts of white space, at least 2. All parts but the first are the same
// when compressed, because the same white space precedes them, so that only two parts are really compressed.
func zipSpace(parts int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	part := bytes.Repeat([]byte(" "), spacePart)
	_, _ = z.Write(part)
	_ = z.Flush()
	first := b.Len()
	_, _ = z.Write(part)
	_ = z.Flush()
	again := bytes.Clone(b.Bytes()[first:])
	sum := uint32(0)
	for i := range parts {
		sum = crc32.Update(sum, crc32.IEEETable, part)
		if i >= 2 {
			b.Write(again)
		}
	}
	// The end of a member: an empty last block, the checksum, and the length.
	member := append(b.Bytes(), 1, 0, 0, 0xff, 0xff)
	member = binary.LittleEndian.AppendUint32(member, sum)
	return binary.LittleEndian.AppendUint32(member, uint32(parts*spacePart))
}

// gzipBomb returns the usual answer after a lot of white space, both compressed. A gzip stream may have several
// members.
func gzipBomb(c *call, _ Fault) answer {
	a := c.normal()
	a.body = append(bytes.Clone(bomb()), zip(a.body)...)
	a.header = http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	return a
}

func zip(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}
