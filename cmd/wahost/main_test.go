// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/internal/testbin"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

var providerDir string

func TestMain(m *testing.M) {
	remove := func() {}
	if filepath.Base(os.Args[0]) != "wahost" {
		providerDir, remove = testbin.Build(map[string]string{
			"github.com/wahost/wahost/plugins/pushwoosh/wahost-provider-pushwoosh":             "wahost-provider-pushwoosh",
			"github.com/wahost/wahost/plugins/innopaas/wahost-provider-innopaas":               "wahost-provider-innopaas",
			"github.com/wahost/wahost/plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite": "wahost-provider-innopaas-mmlite",
			"github.com/wahost/wahost/plugins/cloudapi/wahost-provider-cloudapi":               "wahost-provider-cloudapi",
			"github.com/wahost/wahost/plugins/twilio/wahost-provider-twilio":                   "wahost-provider-twilio",
			"github.com/wahost/wahost/core/launch/testdata/badprovider":                        "wahost-provider-bad",
			"github.com/wahost/wahost/conformance/reference/wahost-provider-acme":              "wahost-provider-acme",
		})
	}
	testscript.Main(cleaning{m, remove}, map[string]func(){"wahost": main})
}

// cleaning removes the built providers after the tests.
type cleaning struct {
	*testing.M
	remove func()
}

// Run runs more tests at the same time than there are processors, because many of them wait for slow vendors and for providers that hang.
func (c cleaning) Run() int {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	code := c.M.Run()
	c.remove()
	return code
}

// acme returns the binary of the reference provider.
func acme(t *testing.T) string {
	t.Helper()
	return filepath.Join(providerDir, "wahost-provider-acme")
}

// program runs one command line and returns its exit code and output.
func program(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, cli.NewApp(strings.NewReader(""), &out, &errs), args)
	return code, out.String(), errs.String()
}

// moduleCache returns where the Go tool keeps modules, which a script with a HOME of its own would not find.
var moduleCache = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

// concurrent are the scripts in which a command does several things at a time: it sends, serves, downloads or runs the suite.
var concurrent = []string{
	"attach", "bad_answers", "bulk", "failover", "init", "logs", "recipients", "report_serve", "sandbox_write", "send", "signal", "start_limit", "test",
}

// scripts returns the folder of all scripts. The race detector has something to look at only in some of them, whose files are
// returned if it runs.
func scripts() (dir string, files []string) {
	if !testbin.Raced {
		return "testdata/script", nil
	}
	for _, name := range concurrent {
		files = append(files, filepath.Join("testdata", "script", name+".txtar"))
	}
	return "", files
}

func TestScripts(t *testing.T) {
	t.Parallel()
	dir, files := scripts()
	testscript.Run(t, testscript.Params{
		Dir: dir, Files: files, UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("WAHOST_PROVIDER_DIR", providerDir)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("NO_COLOR", "1")
			env.Setenv("PLATFORM", release.Current().String())
			dialect, err := filepath.Abs("../../conformance/reference/dialect.hcl")
			if err != nil {
				return err
			}
			repository, err := filepath.Abs("../..")
			if err != nil {
				return err
			}
			env.Setenv("REPOSITORY", repository)
			env.Setenv("ACME_DIALECT", dialect)
			env.Setenv("ACME_DIR", providerDir)
			env.Setenv("GOMODCACHE", moduleCache())
			env.Setenv("ACME", filepath.Join(providerDir, "wahost-provider-acme"))
			env.Values[vendorsKey] = &vendors{}
			env.Values[debuggedKey] = map[string]*testbin.Debugged{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"vendor": startVendor, "requests": writeRequests, "exits": exits, "replace": replace,
			"debug": startDebugged, "interrupt": interrupt, "pack": packProvider, "flip": flipByte, "mirror": serveMirror, "sign": signFile, "registry": startRegistry, "env-name": setNamed,
		},
	})
}

type contextKey string

const vendorsKey = contextKey("vendors")

// vendors are the HTTP servers of one script. They are ordinary servers, not the emulators.
type vendors struct {
	mu   sync.Mutex
	logs map[string]*bytes.Buffer
}

// startVendor implements `vendor NAME [FAULT...]`. It starts a server that answers as the vendors document and records its
// requests, and sets the variable NAME_URL. Each fault applies to one request, in order: a status, "lost" (no answer is
// sent), "echo" (the answer is an error that contains the request) or "zeros" (an undocumented code and an id). "down" means that nobody listens on the port.
func startVendor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: vendor NAME [FAULT...]")
	}
	name, faults := args[0], args[1:]
	if len(faults) == 1 && faults[0] == "down" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Setenv(name+"_URL", "http://"+l.Addr().String())
		ts.Check(l.Close())
		return
	}
	v := ts.Value(vendorsKey).(*vendors)
	log := &bytes.Buffer{}
	v.mu.Lock()
	if v.logs == nil {
		v.logs = map[string]*bytes.Buffer{}
	}
	v.logs[name] = log
	v.mu.Unlock()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		v.mu.Lock()
		fault := ""
		if n < len(faults) {
			fault = faults[n]
		}
		n++
		record(log, r, body)
		v.mu.Unlock()
		answerAs(w, r, body, fault)
	}))
	ts.Defer(server.Close)
	ts.Setenv(name+"_URL", server.URL)
}

var uid = regexp.MustCompile(`"uid":"[0-9a-v]{26}-[0-9a-v]+"`)

func record(log *bytes.Buffer, r *http.Request, body []byte) {
	fmt.Fprintf(log, "%s %s\n", r.Method, r.URL.RequestURI())
	for _, name := range []string{"Content-Type", "AppKey", "Authorization"} {
		if value := r.Header.Get(name); value != "" {
			fmt.Fprintf(log, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(log, "%s\n\n", uid.ReplaceAll(body, []byte(`"uid":"ID"`)))
}

func answerAs(w http.ResponseWriter, r *http.Request, body []byte, fault string) {
	status, err := strconv.Atoi(fault)
	switch {
	case fault == "lost":
		panic(http.ErrAbortHandler)
	case fault == "echo":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"status_code":210,"status_message":%q}`, body)
		return
	case fault == "zeros":
		_, _ = io.WriteString(w, `{"code":"000000","message":"success","data":"400000000000000001"}`)
		return
	case err == nil:
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/json/1.3/") {
		_, _ = io.WriteString(w, `{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`)
		return
	}
	if r.URL.Path == "/v1/messages" {
		answerAsAcme(w, body)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/v1/signals") {
		_, _ = io.WriteString(w, `{"success":true}`)
		return
	}
	_, _ = io.WriteString(w, `{"code":"0","message":"submitted","data":"400000000000000001"}`)
}

// answerAsAcme writes an id for each recipient of a request.
func answerAsAcme(w http.ResponseWriter, body []byte) {
	var request struct {
		Recipients []struct {
			To string `json:"to"`
		} `json:"recipients"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var messages []map[string]string
	for i, r := range request.Recipients {
		messages = append(messages, map[string]string{"to": r.To, "id": fmt.Sprintf("acme-%d", i)})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"messages": messages})
}

// writeRequests implements `requests NAME FILE`, which writes the recorded requests of a vendor into a file.
func writeRequests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: requests NAME FILE")
	}
	v := ts.Value(vendorsKey).(*vendors)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.logs[args[0]] == nil {
		ts.Fatalf("no vendor %s", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), v.logs[args[0]].Bytes(), 0o600))
	v.logs[args[0]].Reset()
}

// exits implements `exits CODE COMMAND...`, which runs a command and requires the exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if want, _ := strconv.Atoi(args[0]); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// replace implements `replace FILE PATTERN TEXT`, which replaces the matches of a regular expression.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE PATTERN TEXT")
	}
	pattern := regexp.MustCompile(args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pattern.ReplaceAll([]byte(ts.ReadFile(args[0])), []byte(args[2])), 0o600))
}
