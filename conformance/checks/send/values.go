// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	ucd "unicode"

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
	one("a\r\nb", "a\n\n\nb", "a\rb"), one("a  b", "a    b"), one("**b**", "__i__", "~~s~~", "# x", "> x", "[a](b)", "- x"), decimalDigits,
	one("\u2018x\u2019", "\u201cx\u201d", "\u2026", "a\u2013b", "a\u2014b", "«x»"), one("1,25", "1.234,56", "1 234,5", "12.50", "1'000.00"),
	one("a\u00a0b", "a\u2009b", "a\u3000b", "a\u202fb"), one("a\u200eb", "a\u200fb", "a\u00adb", "a\u2060b", "a\ufeffb", "\u202ba\u202c"), sign, sign,
	one("❤️", "☎️", "☎", "👍🏿"), one("https://a.example", "a@b.example", "tel:+1"),
}

// decimalDigits returns digits of a script other than the Latin one.
func decimalDigits(r *rand.Rand) string {
	zeros := []rune{0x660, 0x6f0, 0x966, 0x9e6, 0xbe6, 0xe50, 0xff10}
	zero := zeros[r.IntN(len(zeros))]
	var b strings.Builder
	for range 4 {
		b.WriteRune(zero + rune(r.IntN(10)))
	}
	return b.String()
}

// sign returns a sign, mark or rare letter between two letters.
func sign(r *rand.Rand) string {
	tables := []*ucd.RangeTable{ucd.Mn, ucd.Pd, ucd.Pi, ucd.Pf, ucd.Po, ucd.Sc, ucd.Sk, ucd.Sm, ucd.So, ucd.No, ucd.Nl, ucd.Lm, ucd.Lo}
	for {
		table := tables[r.IntN(len(tables))]
		of := table.R16[r.IntN(len(table.R16))]
		c := rune(of.Lo + uint16(r.IntN(int((of.Hi-of.Lo)/of.Stride)+1))*of.Stride)
		if ucd.IsPrint(c) {
			return "x" + string(c) + "y"
		}
	}
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
	tryValues(ctx, e, base, nil)
	seen := patterns(base)
	// The other headers have texts of their own.
	for _, m := range wire.Full(e.Facts(), kind) {
		m = named(ctx, e, m)
		if more := patterns(m); slices.ContainsFunc(more, func(p string) bool { return !slices.Contains(seen, p) }) {
			tryValues(ctx, e, m, seen)
			seen = append(seen, more...)
		}
	}
	amounts(ctx, e, base)
}

// named returns the message with a name of the file in its header, or as it is if the provider does not carry it.
func named(ctx context.Context, e *suite.Env, m *message.Message) *message.Message {
	more := proto.CloneOf(m)
	files := []*message.Media{more.GetInteractive().GetHeader().GetDocument()}
	for _, c := range more.GetTemplate().GetComponents() {
		for _, p := range c.GetParameters() {
			files = append(files, p.GetDocument())
		}
	}
	for _, f := range files {
		if f != nil {
			f.Filename = "report.pdf"
		}
	}
	if proto.Equal(m, more) || !legalFor(e, more) {
		return m
	}
	t := wire.Trace(ctx, e, more, wire.Marks(e, "named"))
	if !t.Accepted() {
		return m
	}
	t.Lost(e, e.Dialect().Map(m.Kind()))
	return more
}

// patterns returns the patterns of the texts of a message that have classes of values.
func patterns(m *message.Message) []string {
	_, leaves := trace.Mark(m, trace.NewMarks(0, "patterns"))
	var out []string
	for _, leaf := range leaves {
		if classesOf(leaf.Form) != nil {
			out = append(out, message.PathPattern(leaf.Path))
		}
	}
	return out
}

// tryValues sets the texts of a message, but those with a pattern in without.
func tryValues(ctx context.Context, e *suite.Env, base *message.Message, without []string) {
	marked, found := spots(ctx, e, base, fmt.Sprint("values", len(without)))
	found = slices.DeleteFunc(found, func(s spot) bool { return slices.Contains(without, message.PathPattern(s.leaf.Path)) })
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
