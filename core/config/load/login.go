// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

const (
	clientSecretArg  = "client_secret"
	requestScopesArg = "request_scopes"
	nameClaimArg     = "name_claim"
)

var (
	requestScopes = []string{"openid", "email"}
	nameClaims    = []string{config.ClaimEmail, config.ClaimPreferredUsername, config.ClaimSubject}
)

var consoleBlock = lang.BlockType{
	Type: "console",
	Doc:  "How people reach the console, which is at `admin_listen`, and how they log in other than with a key.",
	Args: []lang.Argument{
		{Name: urlArg, Type: "string", Required: true, Doc: "The address of the console as browsers see it, such as `\"https://wahost.example.com\"`. With https, the browser keeps the " +
			"cookie of a session for https only."},
	},
	Blocks: []lang.BlockType{loginBlock},
}

var loginBlock = lang.BlockType{
	Type: "login", Labels: []string{"name"}, Many: true,
	Doc: "An issuer of OpenID Connect that says who people are. The page for the login shows the name on a button. Register the gateway at the issuer as a web application with the " +
		"redirect URI `URL/console/login/NAME/return`, where `URL` is that of the console. The gateway uses the authorization code flow with PKCE.",
	Args: []lang.Argument{
		{Name: "issuer", Type: "string", Required: true, Doc: "The URL of the issuer, as its tokens have it, such as `\"https://accounts.google.com\"`. Below it is `/.well-known/openid-configuration`. " +
			"It begins with https unless it is on this machine."},
		{Name: "client_id", Type: "string", Required: true, Doc: "The id that the issuer gave to the gateway."},
		{Name: clientSecretArg, Type: "string", Required: true, Doc: "The secret that belongs to it, from a sensitive variable."},
		{Name: requestScopesArg, Type: "list of strings", Default: code(requestScopes...), Doc: "What the gateway asks the issuer for. Many issuers give groups only if `\"groups\"` is among them, " +
			"and some refuse what they do not know. `openid` is always asked for."},
		{Name: "claim", Type: "string", Default: code("groups"), Doc: "The claim that grants are for: a text or a list of texts. It is looked for in the ID token, and then in the answer of the userinfo endpoint. " +
			"With `\"email\"`, only an address counts that the issuer has verified."},
		{Name: nameClaimArg, Type: "string", Default: code(nameClaims[0]), Allowed: nameClaims, Doc: "The claim that names a person in the audit, after the name of the login. It is `sub` for a person without that claim, " +
			"and for an e-mail address that the issuer has not verified."},
	},
	Blocks: []lang.BlockType{grantBlock},
}

var grantBlock = lang.BlockType{
	Type: "grant", Labels: []string{"value"}, Many: true,
	Doc: "What people may do whose claim has the value of the label, such as a group. The first grant that fits a person decides, and who has none is not let in.",
	Args: []lang.Argument{
		{Name: "scopes", Type: "list of strings", Required: true, Doc: "What the people may do, as for an `api_key`.", Allowed: keyScopes},
		{Name: "senders", Type: "list of strings", Default: "all senders", Doc: "The phone number ids that they may see and use."},
	},
}

// decodeConsole reads the console block.
func (l *loader) decodeConsole(blocks hcl.Blocks, g *config.Gateway) {
	if len(blocks) == 0 {
		return
	}
	for _, surplus := range blocks[1:] {
		l.add(lang.Duplicate(surplus.DefRange, "block", fmt.Sprintf("%q", consoleBlock.Type), blocks[0].DefRange))
	}
	b, inner := l.outer(blocks[0], consoleBlock)
	g.Console.URL = strings.TrimSuffix(notEmpty(b, urlArg, checkConsoleURL), "/")
	l.add(b.Diags...)
	logins, diags := lang.Unique(inner, func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	for _, hb := range logins {
		b, inner := l.outer(hb, loginBlock)
		login := config.GatewayLogin{
			Name: hb.Labels[0], Issuer: notEmpty(b, "issuer", checkIssuer), ClientID: notEmpty(b, "client_id", nil), ClientSecret: l.secretText(b, clientSecretArg, 1),
			RequestScopes: requestScopes, Claim: "groups", NameClaim: b.Word(nameClaimArg, "claim", nameClaims), DeclRange: lang.NewRange(hb.DefRange),
		}
		b.NotEmpty("Leave the argument out, or name at least one.", requestScopesArg)
		if b.Given(requestScopesArg) {
			login.RequestScopes = texts(b.Checked(requestScopesArg, func(it lang.Item) (string, bool) { return it.Text, oneWord(b, it) }))
		}
		if !slices.Contains(login.RequestScopes, requestScopes[0]) {
			login.RequestScopes = append([]string{requestScopes[0]}, login.RequestScopes...)
		}
		if claim := notEmpty(b, "claim", nil); claim != "" {
			login.Claim = claim
		}
		l.add(b.Diags...)
		login.Grants = l.decodeGrants(hb, inner, g)
		g.Console.Logins = append(g.Console.Logins, login)
	}
}

func (l *loader) decodeGrants(login *hcl.Block, blocks hcl.Blocks, g *config.Gateway) (grants []config.GatewayGrant) {
	if len(blocks) == 0 {
		l.add(lang.ErrorAt(login.DefRange, "Missing block", fmt.Sprintf(
			"Nobody could log in with %q: a login has at least one %q block, whose label is a value of the claim, such as a group.", login.Labels[0], grantBlock.Type)))
	}
	declared := map[string]hcl.Range{}
	for _, hb := range blocks {
		b := l.inner(hb, grantBlock)
		value := hb.Labels[0]
		if previous, twice := declared[value]; twice {
			b.Diags = append(b.Diags, lang.Duplicate(hb.DefRange, grantBlock.Type, fmt.Sprintf("%q", value), previous))
		} else if value == "" {
			b.Error(hb.LabelRanges[0], "Missing value", "The label of a grant is a value of the claim, such as a group. It is not empty.")
		}
		declared[value] = hb.DefRange
		b.NotEmpty("Name at least one scope.", "scopes")
		b.NotEmpty("Leave the argument out, or name at least one.", "senders")
		grants = append(grants, config.GatewayGrant{
			Value: value, Scopes: texts(b.Words("scopes", "scope", keyScopes)),
			Senders: texts(b.Checked("senders", func(it lang.Item) (string, bool) { return it.Text, knownSender(b, it, g) })),
		})
		l.add(b.Diags...)
	}
	return grants
}

// outer returns the arguments of a block, and the blocks in it, which are of one type.
func (l *loader) outer(hb *hcl.Block, t lang.BlockType) (*lang.Block, hcl.Blocks) {
	content, diags := hb.Body.Content(t.Schema())
	b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: hb.DefRange, Diags: diags}
	b.Require(t.Required()...)
	return b, content.Blocks
}

// notEmpty returns the text of an argument, or "" if it is missing or wrong. A text that is empty is wrong, and check, which may be nil, says
// what else is wrong about a URL.
func notEmpty(b *lang.Block, name string, check func(string) error) string {
	v, ok := b.Value(name, cty.String)
	if !ok {
		return ""
	}
	text := v.AsString()
	if text == "" {
		b.Error(b.RangeOf(name), "Invalid argument value", fmt.Sprintf("The argument %q must not be empty.", name))
	} else if check != nil {
		if err := check(text); err != nil {
			b.Error(b.RangeOf(name), "Invalid URL", lang.Sentence(err))
			return ""
		}
	}
	return text
}

func oneWord(b *lang.Block, it lang.Item) bool {
	if it.Text != "" && !strings.ContainsAny(it.Text, " \t\r\n\"\\") {
		return true
	}
	b.Error(it.Range, "Invalid scope", fmt.Sprintf("%q is not one scope: write each as an element of its own, without blanks.", it.Text))
	return false
}

func checkConsoleURL(text string) error {
	if u, err := url.Parse(text); err != nil || checkPublicURL(text) != nil || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf(`%q is not the URL of a console. Write one without a path, such as "https://wahost.example.com"`, text)
	}
	return nil
}

// checkIssuer returns an error for a text that is not the URL of an issuer. Without TLS anybody on the way could say who people are.
func checkIssuer(text string) error {
	u, err := url.Parse(text)
	if err != nil || checkPublicURL(text) != nil {
		return fmt.Errorf(`%q is not the URL of an issuer. Write one such as "https://accounts.google.com"`, text)
	}
	at, err := netip.ParseAddr(u.Hostname())
	if local := u.Hostname() == "localhost" || err == nil && at.IsLoopback(); u.Scheme != "https" && !local {
		return fmt.Errorf("the issuer %q is not on this machine, so its URL must begin with https", text)
	}
	return nil
}
