// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// issuerTime is how long an issuer may take to answer a request.
const issuerTime = 10 * time.Second

// RefusedError is the reason why somebody is not let in.
type RefusedError struct {
	// Status is that of the answer. Below 500 it is the browser's fault or the person's.
	Status int
	// Text tells the person, in sentences.
	Text string
	// Cause is for the log. It may be nil, and has no secret.
	Cause error
}

// Error returns the text for the person.
func (p *RefusedError) Error() string { return p.Text }

// Unwrap returns the cause.
func (p *RefusedError) Unwrap() error { return p.Cause }

// Logins are the ways to log in other than with a key. They are safe for concurrent use.
type Logins struct {
	console config.GatewayConsole
	all     []*Login
}

// New returns the logins of a console, to which people come back below a path of its URL: NAME/return.
func New(c config.GatewayConsole, path string) *Logins {
	l := &Logins{console: c}
	for _, one := range c.Logins {
		l.all = append(l.all, &Login{GatewayLogin: one, redirect: c.URL + path + one.Name + "/return", now: time.Now})
	}
	return l
}

// URL returns the address of the console as browsers see it, or "" if the configuration does not name it.
func (l *Logins) URL() string { return l.console.URL }

// All returns the logins in the order of the configuration.
func (l *Logins) All() []*Login { return l.all }

// Find returns the login with a name, or nil.
func (l *Logins) Find(name string) *Login {
	for _, one := range l.all {
		if one.Name == name {
			return one
		}
	}
	return nil
}

// Key returns what a person may do, or nil if that is nothing, since the configuration is another one than at the login.
func (l *Logins) Key(p *Person) *keys.Key {
	one := l.Find(p.from.login)
	if one == nil || sourceOf(one.GatewayLogin) != p.from {
		return nil
	}
	return one.key(p)
}

// Login is an issuer that says who people are.
type Login struct {
	config.GatewayLogin
	redirect string
	now      func() time.Time
	known    atomic.Pointer[issuer]
	asking   singleflight.Group
}

// issuer is what an issuer tells about itself.
type issuer struct {
	*oidc.Provider
	client oauth2.Config
}

// client makes requests to issuers. An answer that leads elsewhere is not followed: a request may have the secret of the gateway.
var client = &http.Client{Timeout: issuerTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask returns what the issuer tells about itself. It is asked once, and again only after a failure.
func (l *Login) ask(ctx context.Context) (*issuer, error) {
	if known := l.known.Load(); known != nil {
		return known, nil
	}
	_, err, _ := l.asking.Do("", func() (any, error) {
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client), l.Issuer)
		if err != nil {
			return nil, err
		}
		var takes struct {
			Methods []string `json:"token_endpoint_auth_methods_supported"`
		}
		if err := p.Claims(&takes); err != nil {
			return nil, err
		}
		at := p.Endpoint()
		if at.AuthStyle = oauth2.AuthStyleInHeader; len(takes.Methods) > 0 && !slices.Contains(takes.Methods, "client_secret_basic") {
			at.AuthStyle = oauth2.AuthStyleInParams
		}
		l.known.Store(&issuer{p, oauth2.Config{ClientID: l.ClientID, ClientSecret: l.ClientSecret, Endpoint: at, RedirectURL: l.redirect, Scopes: l.RequestScopes}})
		return nil, nil
	})
	if err != nil {
		return nil, l.unavailable(err)
	}
	return l.known.Load(), nil
}

// unavailable says that the issuer does not do its part.
func (l *Login) unavailable(cause error) *RefusedError {
	return &RefusedError{http.StatusBadGateway, fmt.Sprintf("Nobody can log in with %s at the moment, since the issuer %s does not answer as it should. The log of the gateway has the cause. "+
		"Try again later, or log in with a key.", l.Name, l.Issuer), fmt.Errorf("%.500s", cause.Error())}
}

// Begin returns where the browser of a person is to go. The error is a *RefusedError.
func (l *Login) Begin(ctx context.Context, f Flow) (string, error) {
	i, err := l.ask(ctx)
	if err != nil {
		return "", err
	}
	return i.client.AuthCodeURL(f.state(), oidc.Nonce(f.nonce()), oauth2.S256ChallengeOption(f.verifier())), nil
}

// Finish returns who came back from the issuer with the parameters of a URL. The error is a *RefusedError, also for a person without a grant.
func (l *Login) Finish(ctx context.Context, f Flow, answer url.Values) (*Person, error) {
	if f.text == "" || answer.Get("state") != f.state() {
		return nil, &RefusedError{Status: http.StatusBadRequest, Text: "This login was not begun in this browser, took longer than ten minutes, or another one was begun meanwhile. Log in again."}
	}
	if from := answer.Get("iss"); from != "" && from != l.Issuer {
		return nil, l.untrusted(fmt.Errorf("the answer says that it is of %.200q", from))
	}
	if code := answer.Get("error"); code != "" {
		return nil, &RefusedError{Status: http.StatusForbidden, Text: fmt.Sprintf("%s did not let you in: %.50q.", l.Name, code)}
	}
	i, err := l.ask(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, client)
	token, err := i.client.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(f.verifier()))
	if err != nil {
		return nil, l.refused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := i.Verifier(&oidc.Config{ClientID: l.ClientID, Now: l.now}).Verify(ctx, raw)
	if err != nil {
		return nil, l.untrusted(err)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, l.untrusted(err)
	}
	if id.Nonce != f.nonce() {
		return nil, l.untrusted(errors.New("the ID token is that of another login"))
	}
	if claims[l.Claim] == nil || claims[l.NameClaim] == nil {
		if err := i.addUserInfo(ctx, token, id.Subject, claims); err != nil {
			return nil, l.unavailable(err)
		}
	}
	p, err := l.person(id.Subject, claims)
	if err != nil {
		return nil, err
	}
	if l.key(p) == nil {
		return nil, l.noGrant(p)
	}
	return p, nil
}

// refused says that a code gives no tokens.
func (l *Login) refused(err error) *RefusedError {
	var told *oauth2.RetrieveError
	if !errors.As(err, &told) || told.ErrorCode == "" || told.Response != nil && told.Response.StatusCode >= http.StatusInternalServerError {
		return l.unavailable(err)
	}
	return &RefusedError{http.StatusForbidden, fmt.Sprintf("%s took the login back: %.50q. Log in again. If that does not help, the log of the gateway has more.", l.Name, told.ErrorCode),
		fmt.Errorf("the issuer refused the code: %.50q", told.ErrorCode)}
}

func (l *Login) untrusted(cause error) *RefusedError {
	return &RefusedError{http.StatusForbidden, fmt.Sprintf("The answer of %s cannot be trusted, so you are not let in. The log of the gateway has the cause. Log in again.", l.Name), fmt.Errorf("%.500s", cause.Error())}
}

// addUserInfo adds the claims of the userinfo endpoint, if the issuer has one. An address and whether it is verified come from one place.
func (i *issuer) addUserInfo(ctx context.Context, token *oauth2.Token, subject string, claims map[string]any) error {
	if i.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := i.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return err
	}
	if info.Subject != subject {
		return errors.New("the userinfo endpoint answers about somebody else")
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return err
	}
	if more["email"] != nil || more["email_verified"] != nil {
		delete(claims, "email")
		delete(claims, "email_verified")
	}
	maps.Copy(claims, more)
	return nil
}
