// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // the weak signature that must not be accepted
	"crypto/sha1" //nolint:gosec // the same
	"hash"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

func trust() []suite.Check {
	return []suite.Check{
		{
			ID: "webhook/challenge", Level: report.Cap, Needs: needs("a challenge in the dialect", hasChallenge), Run: challenged,
			Requirement: "The vendor's test of the URL is answered exactly, and a test with a wrong token is refused.",
			Kills:       []string{"accepts-any-challenge", "accepts-half-a-token"},
		},
		{
			ID: "webhook/signature-valid", Level: report.Cap, Needs: needs("", nil), Run: validProof,
			Requirement: "A call with the vendor's proof is accepted.",
			Kills:       []string{"refuses-webhooks"},
		},
		{
			ID: "webhook/signature-raw-bytes", Level: report.Cap, Needs: needs("a signature over the content of calls in the dialect", coversContent), Run: rawBytes,
			Requirement: "The proof is checked over the bytes as they came, including escapes, white space and line ends. " +
				"If the vendor signs the values of a form, it is checked over them, however the form writes them.",
			Control: "A call whose content was changed after it was signed is refused.",
			Kills:   []string{"signature-over-reserialised", "trims-webhook-body"},
		},
		{
			ID: "webhook/signature-wrong", Level: report.Cap, Needs: needs("a proof of calls in the dialect", proven), Run: wrongProof,
			Requirement: "A call with a wrong, changed, missing or weaker proof is refused.",
			Control:     "The untouched call is accepted.",
			Kills: []string{
				"accepts-any-signature", "accepts-missing-signature", "accepts-truncated-signature", "accepts-upper-case-signature", "unauthenticated-events",
				"accepts-signature-of-nothing", "accepts-hash-without-key", "accepts-other-credentials",
			},
			Note: "Upper-case hexadecimal is another spelling of the same proof, so it must be refused only if the dialect says exact. " +
				"If a vendor signs no body, nobody can notice that the body was changed.",
		},
		{
			ID: "webhook/signature-replay", Level: report.Rec, Needs: needs("a signature with a window in the dialect", windowed), Run: replayed,
			Requirement: "A call that is older than the vendor's window is refused.",
			Control:     "A call of the present time is accepted.",
			Kills:       []string{"accepts-old-webhooks"},
		},
		{
			ID: "webhook/unconfigured-secret", Level: report.Cap, Needs: needs("secrets of webhooks in the dialect", hasSecrets), Isolation: suite.Own, Run: unconfigured,
			Requirement: "Without the secrets that prove a call every call is refused.",
			Control:     "With the secrets the same call is accepted.",
			Kills:       []string{"accepts-unconfigured-secret"},
		},
		{
			ID: "webhook/parse-pure", Level: report.Cap, Needs: needs("", nil), Isolation: suite.Own, Run: parsePure,
			Requirement: "Reading a call makes no vendor request and works without a network.",
			Kills:       []string{"webhook-asks-vendor"},
		},
	}
}

func hasChallenge(f *suite.Facts) bool { return f.Dialect.Webhook.Challenge != nil }
func hasSecrets(f *suite.Facts) bool   { return len(f.Dialect.Webhook.Secrets) > 0 }

// proven reports whether the vendor proves its calls, by a signature or by headers.
func proven(f *suite.Facts) bool {
	return len(f.Dialect.Webhook.Signatures) > 0 || !f.Dialect.Webhook.Headers.IsZero()
}

func coversContent(f *suite.Facts) bool {
	return slices.ContainsFunc(f.Dialect.Webhook.Signatures, dialect.Signature.CoversContent)
}

func covers(d *dialect.Dialect, part string) bool {
	return slices.ContainsFunc(d.Webhook.Signatures, func(s dialect.Signature) bool { return s.Covers(part) })
}

func windowed(f *suite.Facts) bool {
	return slices.ContainsFunc(f.Dialect.Webhook.Signatures, func(s dialect.Signature) bool { return s.Window > 0 && s.Covers(dialect.PartTimestamp) })
}

// believed reports whether a call was accepted as authentic.
func believed(ctx context.Context, e *suite.Env, o wire.HookOptions) bool {
	_, res := wire.Hook(ctx, e, anyEvent(e), o)
	if !res.Authenticated && len(res.Events) > 0 {
		e.Failf("events", "none of a call that is not proven", "%d", len(res.Events))
	}
	return res.Authenticated
}

func control(ctx context.Context, e *suite.Env) {
	if !believed(ctx, e, wire.HookOptions{}) {
		e.Blocked("control: an untouched call of the vendor's is not accepted")
	}
}

func validProof(ctx context.Context, e *suite.Env) {
	for _, event := range e.Dialect().Webhook.Events {
		_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{})
		if !res.Authenticated {
			e.Failf(event.Name, "authenticated", "not: %s", res.Problem)
		}
		if len(res.Events) == 0 {
			e.Failf(event.Name, "an event", "none: %s", res.Problem)
		}
		if res.Reply.Status != 0 && (res.Reply.Status < 200 || res.Reply.Status > 299) {
			e.Failf(event.Name, "a reply of status 2xx", "%d", res.Reply.Status)
		}
	}
}

func rawBytes(ctx context.Context, e *suite.Env) {
	// The control does not add white space, so that a provider that trims or reformats the body fails instead of being
	// blocked.
	if believed(ctx, e, wire.HookOptions{After: func(c *emulator.Webhook) { c.Body = append(c.Body, "x"...) }}) {
		e.Blocked("control: a call whose body was changed after it was signed must be refused")
	}
	if believed(ctx, e, wire.HookOptions{After: func(c *emulator.Webhook) { c.Body = append(c.Body, ' ') }}) {
		e.Failf("unsigned space", "refused: the signature is that of other bytes", "accepted")
	}
	if !covers(e.Dialect(), dialect.PartBody) {
		otherSpellings(ctx, e)
		return
	}
	for name, change := range map[string]func([]byte) []byte{
		"leading space": func(b []byte) []byte { return append([]byte(" \r\n\t"), b...) },
		"trailing line": func(b []byte) []byte { return append(bytes.Clone(b), '\n') },
		"spaces inside": func(b []byte) []byte { return bytes.Replace(b, []byte("{"), []byte("{ \n "), 1) },
		"escaped slash": func(b []byte) []byte {
			return bytes.Replace(b, []byte("{"), []byte(`{"extra":"a\/b\u00e9\u0040<>&",`), 1)
		},
	} {
		if !believed(ctx, e, wire.HookOptions{Change: change}) {
			e.Failf(name, "accepted: the signature is right", "refused")
		}
	}
}

// otherSpellings writes the same form in other ways, and forms of one more value.
func otherSpellings(ctx context.Context, e *suite.Env) {
	for name, change := range map[string]func(string) string{
		"other order": func(form string) string {
			parts := strings.Split(form, "&")
			slices.Reverse(parts)
			return strings.Join(parts, "&")
		},
		"space as %20":     func(form string) string { return strings.ReplaceAll(form, "+", "%20") },
		"escapes of signs": func(form string) string { return strings.NewReplacer("-", "%2D", "_", "%5F").Replace(form) },
		"lower-case escapes": func(form string) string {
			return escape.ReplaceAllStringFunc(form, strings.ToLower)
		},
	} {
		if !believed(ctx, e, wire.HookOptions{After: func(c *emulator.Webhook) { c.Body = []byte(change(string(c.Body))) }}) {
			e.Failf(name, "accepted: the values are those that were signed", "refused")
		}
	}
	for name, more := range map[string]func(form string) string{
		"unsigned value": func(string) string { return "&extra=1" },
		"unsigned name":  func(string) string { return "&extra" },
		"unsigned second value of a name": func(form string) string {
			first, _, _ := strings.Cut(form, "=")
			return "&" + first + "=1"
		},
	} {
		if believed(ctx, e, wire.HookOptions{After: func(c *emulator.Webhook) { c.Body = append(c.Body, more(string(c.Body))...) }}) {
			e.Failf(name, "refused: the signature is that of other values", "accepted")
		}
	}
}

// escape is an escaped byte of a form.
var escape = regexp.MustCompile("%[0-9A-F]{2}")

func wrongProof(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	w := e.Dialect().Webhook
	tries := map[string]wire.HookOptions{
		"no headers": {After: func(c *emulator.Webhook) {
			for name := range c.Header {
				if name != "Content-Type" {
					c.Header.Del(name)
				}
			}
		}},
		"empty headers": {After: func(c *emulator.Webhook) {
			for name := range c.Header {
				if name != "Content-Type" {
					c.Header.Set(name, "")
				}
			}
		}},
	}
	if !w.Headers.IsZero() {
		tries["wrong fixed headers"] = wire.HookOptions{Sign: emulator.SignOptions{Static: "not-the-value-that-was-agreed"}}
	}
	if len(w.Signatures) > 0 {
		sign := func(change func(string) string) wire.HookOptions {
			return wire.HookOptions{Sign: emulator.SignOptions{Change: change}}
		}
		tries["wrong key"] = wire.HookOptions{Sign: emulator.SignOptions{Key: "not-the-key-that-was-agreed"}}
		tries["empty signature"] = sign(func(string) string { return "" })
		tries["half a signature"] = sign(func(s string) string { return s[:len(s)/2] })
		tries["first byte of a signature"] = sign(func(s string) string { return s[:2] })
		tries["changed signature"] = sign(flipHex)
		if slices.ContainsFunc(w.Signatures, func(s dialect.Signature) bool { return s.Exact && s.Scheme.Hex() }) {
			tries["upper-case signature"] = sign(strings.ToUpper)
		}
		tries["longer signature"] = sign(func(s string) string { return s + "00" })
		maps.Copy(tries, otherSignatures(e))
	}
	if coversContent(e.Facts()) {
		tries["changed body"] = wire.HookOptions{After: func(c *emulator.Webhook) { c.Body = append(c.Body, ' ') }}
		sign := `"`
		if w.Form {
			sign = "="
		}
		tries["other body"] = wire.HookOptions{After: func(c *emulator.Webhook) {
			c.Body = bytes.Replace(c.Body, []byte(sign), []byte(sign+" "), 1)
		}}
	}
	if covers(e.Dialect(), dialect.PartURL) {
		tries["other address"] = wire.HookOptions{After: func(c *emulator.Webhook) { c.Query = "channel=another" }}
	}
	for name, o := range tries {
		if believed(ctx, e, o) {
			e.Failf(name, "refused", "accepted")
		}
	}
	control(ctx, e)
}

// otherSignatures returns calls that are signed in ways that somebody without the secret could use, or that prove nothing of the body.
func otherSignatures(e *suite.Env) map[string]wire.HookOptions {
	scheme := e.Dialect().Webhook.Signatures[0].Scheme
	hashed := func(hash func(key, data []byte) []byte) wire.HookOptions {
		return wire.HookOptions{Sign: emulator.SignOptions{Hash: func(key, data []byte) string { return scheme.Encode(hash(key, data)) }}}
	}
	mac := func(of func() hash.Hash, key, data []byte) []byte {
		m := hmac.New(of, key)
		m.Write(data)
		return m.Sum(nil)
	}
	plain := func(data []byte) []byte {
		h := scheme.Hash()()
		h.Write(data)
		return h.Sum(nil)
	}
	theirs := scheme.Hash()
	weaker := sha1.New
	if theirs().Size() <= sha1.Size {
		weaker = md5.New
	}
	tries := map[string]wire.HookOptions{
		"weaker algorithm":                 hashed(func(key, data []byte) []byte { return mac(weaker, key, data) }),
		"the signature of nothing":         hashed(func(key, _ []byte) []byte { return mac(theirs, key, nil) }),
		"the signature of an empty object": hashed(func(key, _ []byte) []byte { return mac(theirs, key, []byte("{}")) }),
		"a signature with an empty key":    hashed(func(_, data []byte) []byte { return mac(theirs, nil, data) }),
		"a hash without a key":             hashed(func(_, data []byte) []byte { return plain(data) }),
		"a hash of the key":                hashed(func(key, _ []byte) []byte { return plain(key) }),
		"a signature by the body":          hashed(func(key, data []byte) []byte { return mac(theirs, data, key) }),
	}
	secrets := e.Dialect().Webhook.Secrets
	for name, v := range e.Emulator().ProviderConfig() {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() && !slices.Contains(secrets, name) {
			tries["a signature with "+name] = hashed(func(_, data []byte) []byte { return mac(theirs, []byte(v.AsString()), data) })
		}
	}
	return tries
}

// flipHex changes the last significant character of a hexadecimal or base64 text.
func flipHex(s string) string {
	text := []byte(s)
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] != '=' {
			i = max(i-1, 0) // the last one of base64 may have bits that do not count
			if text[i] == 'a' {
				text[i] = 'b'
			} else {
				text[i] = 'a'
			}
			break
		}
	}
	return string(text)
}

func replayed(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	for _, s := range e.Dialect().Webhook.Signatures {
		if s.Window == 0 {
			continue
		}
		for name, at := range map[string]time.Time{"old": time.Now().Add(-s.Window - time.Minute), "ahead": time.Now().Add(s.Window + time.Hour)} {
			if believed(ctx, e, wire.HookOptions{Sign: emulator.SignOptions{Time: at}}) {
				e.Failf(name, "refused: outside of the window of "+s.Window.String(), "accepted")
			}
		}
	}
}

func unconfigured(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	without := map[string]cty.Value{}
	for _, name := range e.Dialect().Webhook.Secrets {
		without[name] = cty.NullVal(cty.String)
	}
	other, err := e.NewProcess(ctx, suite.StationOptions{Provider: without})
	if err != nil {
		e.Note("the provider does not start without its secrets of webhooks")
		return
	}
	calls := map[string]wire.HookOptions{
		"the vendor's call": {},
		"a call without proof": {After: func(c *emulator.Webhook) {
			for name := range c.Header {
				c.Header.Del(name)
			}
		}},
	}
	for _, s := range e.Dialect().Webhook.Signatures {
		calls["a call signed with nothing, "+string(s.Scheme)] = wire.HookOptions{Sign: emulator.SignOptions{Hash: func(_, data []byte) string {
			return s.Scheme.Sign(nil, data)
		}}}
	}
	for name, o := range calls {
		if believed(ctx, other, o) {
			e.Failf(name, "refused: nothing proves it", "accepted")
		}
	}
}

func challenged(ctx context.Context, e *suite.Env) {
	call, want, err := e.Emulator().Challenge(false)
	if err != nil {
		e.Blocked("%v", err)
	}
	res := wire.Hand(ctx, e, call)
	if got := string(res.Reply.Body); !res.Authenticated || got != want || res.Reply.Status != 0 && res.Reply.Status != 200 {
		e.Failf("reply", "status 200 and the text "+want, "authenticated %v, status %d, %q", res.Authenticated, res.Reply.Status, got)
	}
	wrong, _, err := e.Emulator().Challenge(true)
	if err != nil {
		e.Blocked("%v", err)
	}
	refused := func(what string, call emulator.Webhook) {
		if res := wire.Hand(ctx, e, call); res.Authenticated || strings.Contains(string(res.Reply.Body), want) {
			e.Failf("reply", "refused: "+what, "%q", res.Reply.Body)
		}
	}
	refused("the token is wrong", wrong)
	query, _ := url.ParseQuery(call.Query)
	name := e.Dialect().Webhook.Challenge.Token
	for what, token := range partsOf(query.Get(name)) {
		query.Set(name, token)
		part := call
		part.Query = query.Encode()
		refused(what, part)
	}
	query.Del(name)
	call.Query = query.Encode()
	refused("there is no token", call)
}

// partsOf returns texts that are like a token, by what is wrong with them.
func partsOf(token string) map[string]string {
	out := map[string]string{
		"the token is empty": "", "the token is longer": token + "0", "the token is one character": token[:1], "only the first half of the token is right": token[:len(token)/2],
		"only the second half of the token is there": token[len(token)/2:], "the token has another end": token[:len(token)-1] + string(other(rune(token[len(token)-1]))),
		"the token has a space": token + " ",
	}
	if upper := strings.ToUpper(token); upper != token {
		out["the token is in upper case"] = upper
	}
	return out
}

// parsePure passes calls to the provider while the vendor refuses connections.
func parsePure(ctx context.Context, e *suite.Env) {
	if err := e.Emulator().Script("", emulator.MustFault("refuse")); err != nil {
		e.Blocked("%v", err)
	}
	before := len(e.Emulator().Exchanges())
	for _, event := range e.Dialect().Webhook.Events {
		began := time.Now()
		if _, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{}); len(res.Events) == 0 {
			e.Failf(event.Name, "an event, without asking the vendor", "none: %s", res.Problem)
		}
		if took := time.Since(began); took > e.Grace() {
			e.Failf(event.Name, "an answer at once", "after %s", took.Round(100*time.Millisecond))
		}
	}
	if err := e.Emulator().Reset(); err != nil {
		e.Blocked("%v", err)
	}
	for _, event := range e.Dialect().Webhook.Events {
		wire.Hook(ctx, e, event.Name, wire.HookOptions{})
	}
	if n := len(e.Emulator().Exchanges()); n > 0 {
		e.Failf("wire", "no vendor request", "%d, %d before", n, before)
	}
}
