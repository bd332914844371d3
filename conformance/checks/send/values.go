// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// A class makes texts of one kind that programs often change. The texts of a class are short, and differ with the seed.
type class func(r *rand.Rand) string

func one(texts ...string) class {
	return func(r *rand.Rand) string { return texts[r.IntN(len(texts))] }
}

// freeClasses are texts for people, at most twelve characters long.
var freeClasses = []class{
	func(r *rand.Rand) string { return fmt.Sprintf("0%05d", r.IntN(100_000)) },
	func(r *rand.Rand) string { return fmt.Sprintf("00%d", 1+r.IntN(9)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%d", 1_000_000+r.IntN(9_000_000)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%d", 9_007_199_254+r.IntN(1_000_000)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%de%d", 1+r.IntN(9), 2+r.IntN(8)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%d.%d0", 1+r.IntN(99), r.IntN(10)) },
	func(r *rand.Rand) string { return fmt.Sprintf("-%d", 1+r.IntN(999)) },
	func(r *rand.Rand) string { return fmt.Sprintf("+%d", 1+r.IntN(999)) },
	func(r *rand.Rand) string { return fmt.Sprintf("0x%X", 16+r.IntN(4000)) },
	one("true"), one("false"), one("True", "TRUE", "yes", "no", "on"), one("null"), one("nil", "None", "NULL"), one("undefined", "NaN", "Infinity"),
	one("[]", "[1]", "{}"), one(`"x"`, "''", "``"),
	func(r *rand.Rand) string { return fmt.Sprintf("%%%X", 0x41+r.IntN(20)) },
	one("&amp;", "&lt;b&gt;", "&#65;"), one(`\u0041`, `\n`, `\x41`), one("{{1}}", "{{name}}", "{0}", "${x}", "%s", "%(n)s", "#{x}"),
	func(r *rand.Rand) string { return fmt.Sprintf("%d+%d", r.IntN(99), r.IntN(99)) },
	one("a+b", "1 + 1", "+ +"), one("a;b", "a|b", "a,b,c", "a\tb"), one("<b>x</b>", "<3", "a<b>c"), one("*b* _i_ ~s~", "`x`"),
	one("नमस्ते", "ক্ষ", "தமிழ்", "ക്\u200dഷ", "हिन्\u200dदी"), one("نام\u200cها", "سلام", "شکر"), one("שלום", "עבר\u05b4ית"),
	one("e\u0301a\u0308", "n\u0303o", "\u1100\u1161\u11a8"), one("é", "Å", "ﬁ", "①", "Ａ"), one("👩🏽\u200d🚀", "🇩🇪", "1\ufe0f\u20e3"),
	one("İstanbul", "ıIiİ", "ẞß", "ΣΑΣς"), one("𝔘𐍈", "𠮷野家"), one("2026-01-02", "01/02/03", "12:30"),
	one("=1+1", "@SUM(1)", "-cmd"), one("../x", "C:\\x", "a/b"), one("a\nb", "a\n\nb"),
}

// tokenClasses are ids: letters, digits, a dash and an underscore.
var tokenClasses = []class{
	func(r *rand.Rand) string { return fmt.Sprintf("0%05d", r.IntN(100_000)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%d", 9_007_199_254_740_993+r.Int64N(1_000_000)) },
	func(r *rand.Rand) string { return fmt.Sprintf("%de%d", 1+r.IntN(9), 2+r.IntN(8)) },
	func(r *rand.Rand) string { return fmt.Sprintf("0x%X", 16+r.IntN(4000)) },
	one("true"), one("false"), one("null"), one("NaN"), one("A-b_C", "a-B_c"), one("-1", "-0"),
}

// urlClasses are links in forms that programs tidy up.
var urlClasses = []class{
	one("https://cdn.example.com/%41%2F.bin", "https://cdn.example.com/a%2fb"), one("https://cdn.example.com/a+b?c=d+e", "https://cdn.example.com/?q=1+1"),
	one("https://CDN.Example.com/A", "https://cdn.example.COM/x"), one("https://cdn.example.com:443/a", "https://cdn.example.com:8443/a"),
	one("https://cdn.example.com/a/../b//c", "https://cdn.example.com//x/"), one("https://cdn.example.com/a?b=&c&c=1#d", "https://cdn.example.com/a?#"),
	one("https://cdn.example.com/%7Ea?sig=a%3D%3D", "https://cdn.example.com/{{1}}"), one("https://cdn.example.com/a?x=007&y=1e5&z=null"),
}

// nameClasses are names of files.
var nameClasses = []class{
	one("007.pdf", "1e5.pdf", "null"), one("a+b %41.pdf", "100%.pdf"), one("rapport é.tar.gz", "e\u0301.pdf"), one("REPORT.PDF", "Report.Pdf"),
	one("no extension", "a.b.c.pdf"), one("हिन्दी.pdf", "תעודה.pdf", "報告.pdf"), one("{{1}}.pdf", "$x.pdf"), one("a&b=c;d.pdf", "it's.pdf"),
}

func classesOf(form trace.Form) []class {
	switch form {
	case trace.Free:
		return freeClasses
	case trace.Token:
		return tokenClasses
	case trace.URL:
		return urlClasses
	case trace.Filename:
		return nameClasses
	}
	return nil
}

// spot is a text of a message with its place in the request.
type spot struct {
	leaf trace.Leaf
	at   string
}

// spots traces a message and returns the texts that are carried in one place each, and the message with its markers.
func spots(ctx context.Context, e *suite.Env, m *message.Message, name string) (*message.Message, []spot) {
	t := wire.Trace(ctx, e, m, wire.Marks(e, name))
	if !t.Accepted() {
		e.Blocked("control: the message with ordinary texts is not accepted: %s", t.Sent)
	}
	var out []spot
	for _, leaf := range t.Leaves {
		if leaf.Marker.Text == "" || t.Ignores(leaf.Path) || trace.Classify(leaf, t.Pairs).Class != trace.Carried {
			continue
		}
		i := slices.IndexFunc(t.Pairs, func(p trace.Pair) bool { return p.Value == leaf.Marker.Text })
		if i >= 0 && !t.Pairs[i].Bare && !strings.Contains(t.Pairs[i].At, "~base64") {
			out = append(out, spot{leaf, t.Pairs[i].At})
		}
	}
	return t.Message, out
}

// values sets each text of a message to a text of each class, many of them in one message.
func values(ctx context.Context, e *suite.Env, kind string) {
	base := full(e, kind)
	marked, found := spots(ctx, e, base, "values")
	rounds := 0
	for _, s := range found {
		rounds = max(rounds, len(classesOf(s.leaf.Form)))
	}
	for round := range rounds {
		m, texts := marked, map[string]string{}
		for i, s := range found {
			classes := classesOf(s.leaf.Form)
			if len(classes) == 0 {
				continue
			}
			text := classes[(round+i)%len(classes)](e.Rand())
			if changed := trace.Set(m, s.leaf.Path, text); changed != nil && legalFor(e, changed) {
				m, texts[s.leaf.Path] = changed, text
			}
		}
		sendValues(ctx, e, m, found, texts)
	}
	amounts(ctx, e, base)
}

// sendValues sends a message and compares its texts with the request. A text that is refused by its path is left out, and
// the message sent again.
func sendValues(ctx context.Context, e *suite.Env, m *message.Message, found []spot, texts map[string]string) {
	for range len(texts) + 1 {
		s := e.Send(ctx, m, suite.SendOptions{})
		if r := s.Rejected(); r != nil {
			i := slices.IndexFunc(found, func(s spot) bool { return texts[s.leaf.Path] != "" && trace.Covers(r.Path, s.leaf.Path) })
			if i < 0 || len(s.Exchanges) > 0 {
				e.Failf("outcome", "accepted, or a refusal that names the field, for "+listed(texts), "%s", s)
				return
			}
			path := found[i].leaf.Path
			delete(texts, path)
			m = trace.Set(m, path, found[i].leaf.Marker.Text)
			continue
		}
		if !s.Accepted() {
			e.Failf("outcome", "accepted, or a refusal that names the field, for "+listed(texts), "%s", s)
			return
		}
		compare(e, s, found, texts)
		return
	}
}

func listed(texts map[string]string) string {
	var all []string
	for path, text := range texts {
		all = append(all, fmt.Sprintf("%s = %q", path, text))
	}
	slices.Sort(all)
	return strings.Join(all[:min(len(all), 6)], ", ")
}

// compare reports a deviation for each text that is not the same text at its place.
func compare(e *suite.Env, s suite.Sent, found []spot, texts map[string]string) {
	at := map[string]trace.Pair{}
	for _, p := range wire.Pairs(s) {
		if _, ok := at[p.At]; !ok {
			at[p.At] = p
		}
	}
	for _, spot := range found {
		text, ok := texts[spot.leaf.Path]
		if !ok || (wire.Traced{Sent: s}).Ignores(spot.leaf.Path) {
			continue
		}
		p, there := at[spot.at]
		if inner, decoded := at[spot.at+"~json"]; !there && decoded {
			p, there = inner, true
		}
		switch {
		case !there && embedded(s, text):
		case !there:
			e.Failf(spot.leaf.Path, fmt.Sprintf("the text %q at %s", text, spot.at), "nothing is there")
		case p.Value != text:
			e.Failf(spot.leaf.Path, fmt.Sprintf("the text %q at %s", text, spot.at), "%q", p.Value)
		case p.Bare:
			e.Failf(spot.leaf.Path, fmt.Sprintf("the text %q at %s", text, spot.at), "a number or a boolean")
		}
	}
}

// embedded reports whether a text that is a JSON document itself is in a request, which Flatten then takes apart.
func embedded(s suite.Sent, text string) bool {
	if !strings.ContainsAny(text[:1], "[{") {
		return false
	}
	return slices.ContainsFunc(s.Exchanges, func(x emulatorExchange) bool { return strings.Contains(string(x.Body), `"`+text+`"`) })
}

// legalFor reports whether the host would pass the message to this provider.
func legalFor(e *suite.Env, m *message.Message) bool {
	m = proto.CloneOf(m)
	m.To = "+12025550100"
	return message.Validate(m, e.Facts().Limits()) == nil
}

// limitAt returns the declared limit of a text, in its unit, or 0 if the text has no limit.
func limitAt(e *suite.Env, kind, path string) int {
	pattern := message.PathPattern(path)
	for _, l := range e.Facts().Limits().For(kind) {
		if l.Path == pattern {
			return l.Maximum
		}
	}
	return 0
}
