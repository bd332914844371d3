// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testissuer starts a real issuer of OpenID Connect on this machine, for tests: the npm package oidc-provider, run by node.
//
// A machine need not have it. Then the tests are skipped, unless the environment variable WAHOST_TEST_ISSUER_REQUIRED is set, as in the gate.
package testissuer

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const (
	// envPackages is the environment variable with the folder node_modules that has oidc-provider.
	envPackages = "WAHOST_TEST_ISSUER"
	// envRequired is the environment variable that makes its absence an error.
	envRequired = "WAHOST_TEST_ISSUER_REQUIRED"
)

//go:embed issuer.mjs
var program string

// stop ends the program. It is nil before it has started.
var stop func()

// start starts the program and returns its address.
var start = sync.OnceValues(func() (*url.URL, error) {
	packages, err := filepath.Abs(os.Getenv(envPackages))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("node", "--input-type=module", "--eval", program)
	cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1", "PACKAGES="+packages)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = input.Close()
		_ = cmd.Wait()
	}
	port, err := bufio.NewReader(output).ReadString('\n')
	return &url.URL{Scheme: "http", Host: "127.0.0.1:" + strings.TrimSpace(port)}, err
})

// Stop ends the program of all issuers, after all tests.
func Stop() {
	if stop != nil {
		stop()
	}
}

// Options are what an issuer knows.
type Options struct {
	// Issuer is the URL of the issuer. Start sets it.
	Issuer string `json:"issuer"`
	// People are the claims of everybody who may log in, by their subjects. Each password is right.
	People map[string]map[string]any `json:"people"`
	// InToken puts all claims into ID tokens. Otherwise they are in the answers of the userinfo endpoint only.
	InToken bool `json:"in_token"`
}

// Issuer is a running issuer.
type Issuer struct {
	// URL is what its tokens have as issuer.
	URL string
	t   *testing.T
	// change changes answers.
	change atomic.Pointer[func(*http.Response) error]
}

// Start starts an issuer, which ends with the test. Without oidc-provider it skips the test, or fails it if the issuer is required.
func Start(t *testing.T, o Options) *Issuer {
	t.Helper()
	missing := t.Skipf
	if os.Getenv(envRequired) != "" {
		missing = t.Fatalf
	}
	if os.Getenv(envPackages) == "" {
		missing("%s is not set: it names the folder node_modules with the npm package oidc-provider", envPackages)
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing("there is no node to run the issuer: install nodejs")
	}
	program, err := start()
	if err != nil {
		t.Fatalf("the issuer does not start: %v", err)
	}
	i := &Issuer{t: t}
	i.Change(nil)
	// The issuer is behind a server of its own, which can change its answers.
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: &http.Transport{DisableKeepAlives: true},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(program)
			r.Out.Host = r.In.Host // the issuer writes its addresses from it
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(answer *http.Response) error {
			answer.Header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'") // pages ask for fonts of the Internet
			return (*i.change.Load())(answer)
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(server.Close)
	i.URL, o.Issuer = server.URL, server.URL
	options, err := json.Marshal(o)
	check(t, err)
	answer, body := i.send(http.DefaultClient, program.JoinPath("issuers").String(), "application/json", string(options))
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("the issuer does not start: %s: %s", answer.Status, body)
	}
	return i
}

// Change lets a function change the answers of the issuer from now on. Nil stands for no change.
func (i *Issuer) Change(f func(*http.Response) error) {
	if f == nil {
		f = func(*http.Response) error { return nil }
	}
	i.change.Store(&f)
}

// Register makes a client with a redirect URI, and returns its id and its secret.
func (i *Issuer) Register(redirect string) (id, secret string) {
	i.t.Helper()
	answer, body := i.send(http.DefaultClient, i.URL+"/reg", "application/json", `{"redirect_uris":["`+redirect+`"]}`)
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	check(i.t, json.Unmarshal(body, &client))
	if client.ID == "" {
		i.t.Fatalf("the issuer registers no client: %s: %s", answer.Status, body)
	}
	return client.ID, client.Secret
}

// LogIn follows a person from the URL to which the gateway sends a browser to the one to which the issuer sends it back.
func (i *Issuer) LogIn(to, person string) *url.URL {
	i.t.Helper()
	jar, err := cookiejar.New(nil)
	check(i.t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if "http://"+r.URL.Host != i.URL {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	answer, page := i.send(browser, to, "", "")
	for {
		if back, err := answer.Location(); err == nil {
			return back
		}
		if answer.StatusCode != http.StatusOK {
			i.t.Fatalf("the issuer answers %s: %s", answer.Status, page)
		}
		form := url.Values{"prompt": {"consent"}}
		if bytes.Contains(page, []byte(`value="login"`)) {
			form = url.Values{"prompt": {"login"}, "login": {person}, "password": {"any"}}
		}
		answer, page = i.send(browser, answer.Request.URL.String(), "application/x-www-form-urlencoded", form.Encode())
	}
}

// send makes a request, with a body if it has a type, and returns the answer and its body.
func (i *Issuer) send(client *http.Client, to, contentType, body string) (*http.Response, []byte) {
	i.t.Helper()
	method := http.MethodGet
	if contentType != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(i.t.Context(), method, to, strings.NewReader(body))
	check(i.t, err)
	r.Header.Set("Content-Type", contentType)
	answer, err := client.Do(r)
	check(i.t, err)
	page, err := io.ReadAll(answer.Body)
	check(i.t, errors.Join(err, answer.Body.Close()))
	return answer, page
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
