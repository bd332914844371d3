// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

func TestMarkersAreLegalAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	marks := trace.NewMarks(7, "test")
	for range 40 {
		for _, form := range []trace.Form{trace.Free, trace.Token, trace.Name, trace.Code, trace.URL, trace.Email, trace.Filename, trace.Phone, trace.Date, trace.Decimal} {
			m := marks.Next(form)
			assert.False(t, seen[m.Text], "%s twice", m.Text)
			seen[m.Text] = true
			assert.Contains(t, m.Text, m.Prefix)
			assert.Contains(t, m.Text, m.Tail)
			switch form {
			case trace.Free:
				assert.LessOrEqual(t, utf8.RuneCountInString(m.Text), 20)
				assert.Contains(t, m.Text, `"`)
			case trace.Code:
				assert.LessOrEqual(t, len(m.Text), 15)
			case trace.URL:
				_, err := url.Parse(m.Text)
				assert.NoError(t, err)
			}
		}
	}
	assert.Equal(t, trace.NewMarks(3, "a").Next(trace.Free), trace.NewMarks(3, "a").Next(trace.Free))
	assert.NotEqual(t, trace.NewMarks(3, "a").Next(trace.Free), trace.NewMarks(4, "a").Next(trace.Free))
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	jsonType := http.Header{"Content-Type": {"application/json"}}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(`{"a":"in gzip"}`))
	require.NoError(t, z.Close())
	var parts bytes.Buffer
	w := multipart.NewWriter(&parts)
	require.NoError(t, w.WriteField("purpose", `{"k":"v"}`))
	file, err := w.CreateFormFile("file", "né.pdf")
	require.NoError(t, err)
	_, _ = file.Write([]byte("bytes"))
	require.NoError(t, w.Close())
	tests := []struct {
		name string
		raw  trace.Raw
		want map[string]string
	}{
		{"query and path", trace.Raw{Target: "/v1/a%20b?x=1&x=2"}, map[string]string{"path#1": "a b", "query/x": "1", "query/x[1]": "2"}},
		{"header", trace.Raw{Target: "/", Header: http.Header{"X-Id": {"h"}}}, map[string]string{"header/X-Id": "h"}},
		{"json", trace.Raw{Header: jsonType, Body: []byte(`{"a":{"b":["x",1.50,true,null]}}`)},
			map[string]string{"$.a.b[0]": "x", "$.a.b[1]": "1.50", "$.a.b[2]": "true"}},
		{"json in json", trace.Raw{Header: jsonType, Body: []byte(`{"a":"{\"b\":\"c\"}"}`)}, map[string]string{"$.a~json.b": "c"}},
		{"form with json", trace.Raw{Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
			Body: []byte(url.Values{"Body": {"é+&"}, "Vars": {`{"1":"one"}`}}.Encode())}, map[string]string{"$.Body": "é+&", "$.Vars~json.1": "one"}},
		{"multipart", trace.Raw{Header: http.Header{"Content-Type": {w.FormDataContentType()}}, Body: parts.Bytes()},
			map[string]string{"$.purpose~json.k": "v", "$.file": "bytes", "$.file~filename": "né.pdf"}},
		{"gzip", trace.Raw{Header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, Body: zipped.Bytes()},
			map[string]string{"$.a": "in gzip"}},
		{"base64", trace.Raw{Header: jsonType, Body: []byte(`{"a":"` + base64.StdEncoding.EncodeToString([]byte(`{"b":"deep inside"}`)) + `"}`)},
			map[string]string{"$.a~base64~json.b": "deep inside"}},
		{"percent", trace.Raw{Header: jsonType, Body: []byte(`{"a":"x%20y"}`)}, map[string]string{"$.a": "x%20y", "$.a~percent": "x y"}},
		{"neither", trace.Raw{Header: jsonType, Body: []byte("{broken")}, map[string]string{"$": "{broken"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for _, p := range trace.Flatten(test.raw) {
				got[p.At] = p.Value
			}
			for at, value := range test.want {
				assert.Equal(t, value, got[at], "%s in %v", at, got)
			}
		})
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	m := trace.NewMarks(1, "x").Next(trace.Free)
	leaf := trace.Leaf{Path: "text.body", Form: trace.Free, Marker: m}
	tests := []struct {
		name  string
		pairs []trace.Pair
		want  trace.Class
	}{
		{"carried", []trace.Pair{{At: "$.a", Value: m.Text}}, trace.Carried},
		{"wrapped and carried", []trace.Pair{{At: "$.a", Value: m.Text}, {At: "$.a~percent", Value: m.Text}}, trace.Carried},
		{"duplicated", []trace.Pair{{At: "$.a", Value: m.Text}, {At: "$.b", Value: m.Text}}, trace.Duplicated},
		{"duplicated inside", []trace.Pair{{At: "$.a", Value: m.Text}, {At: "$.b", Value: "x " + m.Text}}, trace.Duplicated},
		{"folded", []trace.Pair{{At: "$.a", Value: "before " + m.Text}}, trace.Folded},
		{"truncated", []trace.Pair{{At: "$.a", Value: m.Text[:6]}}, trace.Truncated},
		{"beginning lost", []trace.Pair{{At: "$.a", Value: m.Text[6:]}}, trace.Truncated},
		{"altered", []trace.Pair{{At: "$.a", Value: strings.ToLower(m.Text)}}, trace.Altered},
		{"dropped", []trace.Pair{{At: "$.a", Value: "other"}}, trace.Dropped},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, trace.Classify(leaf, test.pairs).Class)
		})
	}
}

// everything declares all that a channel can.
func everything() sample.Options {
	var o sample.Options
	for _, kind := range sample.Kinds() {
		headers := []string{"text"}
		if kind == message.KindTemplate || kind == message.KindButton {
			headers = []string{"text", "image", "video", "document"}
		}
		o.Capabilities.Kinds = append(o.Capabilities.Kinds, capability.Kind{
			Kind: kind, HeaderKinds: headers,
			ButtonKinds: []string{"url", "quick_reply", "copy_code"}, ParameterTypes: []string{"text", "currency", "date_time"},
		})
	}
	return o
}

func TestSamplesAreValidMessages(t *testing.T) {
	t.Parallel()
	for _, kind := range sample.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := everything()
			messages := []*message.Message{sample.Minimal(kind, o)}
			for _, header := range o.Headers(kind) {
				full := sample.Full(kind, header, o)
				marked, leaves := trace.Mark(full, trace.NewMarks(1, kind))
				assert.NotEmpty(t, leaves)
				messages = append(messages, full, marked)
			}
			for _, m := range messages {
				m = proto.CloneOf(m)
				m.To = "+12025550100"
				assert.NoError(t, message.Validate(m, message.DefaultLimits()), "%v", m)
			}
		})
	}
}

func TestFlipsChangeOneValueEach(t *testing.T) {
	t.Parallel()
	m := sample.Full(message.KindTemplate, "text", everything())
	flips := trace.Flips(m)
	var paths []string
	for _, f := range flips {
		paths = append(paths, f.Path)
		assert.False(t, proto.Equal(m, f.Message), f.Path)
	}
	assert.Contains(t, paths, "template.language.code")
	assert.Contains(t, paths, "template.components[1].parameters[2].currency.amount_1000")
	audio := sample.Full(message.KindAudio, "", everything())
	assert.Len(t, trace.Flips(audio, "audio.voice"), 1)
}

// TestEveryLeafIsReached guards against new fields of the model: each must be set by a sample or by a probe.
func TestEveryLeafIsReached(t *testing.T) {
	t.Parallel()
	base := sample.Full(message.KindTemplate, "text", everything())
	set := map[string]bool{}
	_, leaves := trace.Mark(base, trace.NewMarks(1, "x"))
	for _, leaf := range leaves {
		set[message.PathPattern(leaf.Path)] = true
	}
	patterns := trace.Leaves()
	assert.Greater(t, len(patterns), 150)
	for _, pattern := range patterns {
		probed, leaf := trace.Probe(base, pattern, trace.NewMarks(2, pattern))
		if probed == nil {
			assert.True(t, set[pattern], pattern)
			continue
		}
		assert.Equal(t, pattern, message.PathPattern(leaf.Path))
		assert.False(t, proto.Equal(base, probed), pattern)
	}
}

func TestMapFindsPlaces(t *testing.T) {
	t.Parallel()
	m, err := trace.NewMap(map[string]string{
		"interactive.action.sections[*].rows[*].title":    "$.s[*].r[*].t",
		"template.components[body].parameters[*].text":    "$.vars.{n}",
		"template.components[button*].parameters[*].text": "$.buttons.{i}",
	})
	require.NoError(t, err)
	template := sample.Full(message.KindTemplate, "text", everything())
	tests := map[string]string{
		"interactive.action.sections[1].rows[0].title": "$.s[1].r[0].t",
		"template.components[1].parameters[1].text":    "$.vars.2",
		"template.components[2].parameters[0].text":    "$.buttons.0",
	}
	for path, want := range tests {
		got, ok := m.Place(template, path)
		assert.True(t, ok, path)
		assert.Equal(t, want, got)
	}
	_, ok := m.Place(template, "template.components[0].parameters[0].text")
	assert.False(t, ok)
	for _, bad := range []map[string]string{{"text.boby": "$"}, {"text.body": "$.a[*]"}} {
		_, err := trace.NewMap(bad)
		assert.Error(t, err)
	}
}

func TestSizedReachesLimits(t *testing.T) {
	t.Parallel()
	o := everything()
	for _, l := range message.DefaultLimits().All() {
		for _, kind := range sample.Kinds() {
			if l.Kind != "" && l.Kind != kind || l.Kind == "" && kind != message.KindButton {
				continue
			}
			base := sample.Minimal(kind, o)
			if l.Unit != message.UnitItems {
				base = sample.Full(kind, "text", o)
			}
			at := sample.Sized(base, l, l.Maximum, "😀")
			over := sample.Sized(base, l, l.Maximum+1, "😀")
			if at == nil {
				continue
			}
			one := (&message.Limits{}).With(l)
			assert.Nil(t, one.First(at), "%s %s", kind, l.Path)
			assert.NotNil(t, one.First(over), "%s %s", kind, l.Path)
		}
	}
}

// FuzzFlatten: no request makes it fail, and no body is lost altogether.
func FuzzFlatten(f *testing.F) {
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		f.Add("text", kind)
		f.Add(`{"a":["b"]}`, kind)
	}
	f.Fuzz(func(t *testing.T, text, kind string) {
		trace.Flatten(trace.Raw{Target: text, Header: http.Header{"Content-Type": {kind}}, Body: []byte(text)})
		escaped, err := json.Marshal(map[string]string{"k": "<" + text})
		if err != nil || !utf8.ValidString(text) {
			return
		}
		pairs := trace.Flatten(trace.Raw{Header: http.Header{"Content-Type": {"application/json"}}, Body: escaped})
		assert.Contains(t, pairs, trace.Pair{At: "$.k", Value: "<" + text})
	})
}
