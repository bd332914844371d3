// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/internal/buildinfo"
)

// newExam returns an examination of a folder with files, each with a mode.
func newExam(t *testing.T, files map[string]os.FileMode, env ...string) *Exam {
	t.Helper()
	dir := t.TempDir()
	for name, mode := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("# nothing\n"), 0o600))
		require.NoError(t, os.Chmod(path, mode))
	}
	for i := range env {
		env[i] = strings.ReplaceAll(env[i], "HERE", dir)
	}
	h, err := host.Open(t.Context(), host.Options{Dir: dir, Env: env, Find: func(string) (string, error) { return "", errors.New("none") }})
	require.NoError(t, err)
	t.Cleanup(func() { h.Close() })
	return &Exam{Host: h, Env: env, Now: time.Now(), Build: buildinfo.Info{Version: "1.0.0", Date: "2026-01-01"}}
}

// of returns the findings of a check as "LEVEL WHERE: TEXT -> DO", with DIR for the folder.
func (e *Exam) of(check string) string {
	var out []string
	for _, f := range e.findings {
		if f.Check == check {
			out = append(out, strings.ReplaceAll(string(f.Level)+" "+f.Where+": "+f.Found+" -> "+f.Do, e.Host.Paths().Dir, "DIR"))
		}
	}
	return strings.Join(out, "\n")
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("it has other permissions")
	}
	for name, tt := range map[string]struct {
		files map[string]os.FileMode
		env   []string
		want  []string
	}{
		"private":            {map[string]os.FileMode{"a.wahostvars.hcl": 0o600, "main.wahost.hcl": 0o644}, nil, []string{"ok : Nobody else"}},
		"readable variables": {map[string]os.FileMode{"a.wahostvars.hcl": 0o640}, nil, []string{"warning DIR/a.wahostvars.hcl:", "(mode 0640)", "chmod go-r DIR/a.wahostvars.hcl"}},
		"writable variables": {map[string]os.FileMode{"a.wahostvars.hcl": 0o622}, nil, []string{"error DIR/a.wahostvars.hcl:", "chmod go-w"}},
		"writable files":     {map[string]os.FileMode{"main.wahost.hcl": 0o666, ".wahost.lock.hcl": 0o666}, nil, []string{"warning DIR/main.wahost.hcl:", "warning DIR/.wahost.lock.hcl:"}},
		"readable log":       {map[string]os.FileMode{"log": 0o644}, []string{"WAHOST_LOG_PATH=HERE/log"}, []string{"warning DIR/log: The log", "chmod go-rw"}},
		"a device as log":    {nil, []string{"WAHOST_LOG_PATH=" + os.DevNull}, []string{"ok : Nobody else"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newExam(t, tt.files, tt.env...)
			e.permissions()
			for _, text := range tt.want {
				require.Contains(t, e.of("permissions"), text)
			}
		})
	}
}

func TestPermissionsOfPlainSecrets(t *testing.T) {
	t.Parallel()
	e := newExam(t, map[string]os.FileMode{"main.wahost.hcl": 0o644})
	e.plain = map[string]bool{filepath.Join(e.Host.Paths().Dir, "main.wahost.hcl"): true}
	e.permissions()
	require.Contains(t, e.of("permissions"), "warning DIR/main.wahost.hcl: A file with a secret in plain text")
}

func TestPermissionsOfPrivateKeys(t *testing.T) {
	t.Parallel()
	e := newExam(t, map[string]os.FileMode{"acme.pub": 0o644, "other.pem": 0o644})
	dir := e.Host.Paths().Dir
	require.NoError(t, os.WriteFile(filepath.Join(dir, "acme.pem"), []byte("-----BEGIN PRIVATE KEY-----\n"), 0o600))
	e.permissions()
	require.NotContains(t, e.of("permissions"), "key")
	require.NoError(t, os.Chmod(filepath.Join(dir, "acme.pem"), 0o640)) //nolint:gosec // that is what is found
	e.findings = nil
	e.permissions()
	require.Contains(t, e.of("permissions"), "warning DIR/acme.pem: A private key")
	require.NotContains(t, e.of("permissions"), "other.pem")
}

func TestClock(t *testing.T) {
	t.Parallel()
	e := newExam(t, map[string]os.FileMode{"main.wahost.hcl": 0o600})
	e.clock()
	require.Contains(t, e.of("clock"), "ok ")
	e.findings, e.Now = nil, time.Date(1970, 1, 1, 0, 0, 9, 0, time.UTC)
	e.clock()
	require.Contains(t, e.of("clock"), "error : It is 1970-01-01T00:00:09Z, and this wahost was made on 2026-01-01.")
	e.findings, e.Build.Date = nil, ""
	e.clock()
	require.Contains(t, e.of("clock"), "warning DIR/main.wahost.hcl: It is 1970")
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	const list = string(os.PathListSeparator)
	for name, tt := range map[string]struct {
		env        []string
		want, hide string
	}{
		"nothing":      {nil, "ok : No proxy is set", "error"},
		"a proxy":      {[]string{"HTTPS_PROXY=http://me:s3cret@proxy.example.com:3128", "NO_PROXY=localhost"}, "proxy proxy.example.com:3128.", "s3cret"},
		"lower case":   {[]string{"https_proxy=proxy.example.com:3128"}, "proxy proxy.example.com:3128.", "error"},
		"different":    {[]string{"HTTPS_PROXY=http://a:1", "https_proxy=http://b:1"}, "warning HTTPS_PROXY: ", "error"},
		"two lists":    {[]string{"HTTPS_PROXY=http://a:1", "NO_PROXY=localhost", "no_proxy=example.com"}, "without the proxy: localhost.", "example.com"},
		"not a proxy":  {[]string{"HTTP_PROXY=ftp://me:s3cret@x"}, "error HTTP_PROXY: It is not the URL of a proxy.", "s3cret"},
		"no such file": {[]string{"SSL_CERT_FILE=HERE/gone.pem"}, "error SSL_CERT_FILE: DIR/gone.pem", "ok"},
		"a file":       {[]string{"SSL_CERT_FILE=HERE/a" + list + "b.pem"}, "ok SSL_CERT_FILE: Certificates of authorities are read from DIR/a" + list + "b.pem.", "error"},
		"two folders":  {[]string{"SSL_CERT_DIR=HERE" + list + "HERE/gone"}, "error SSL_CERT_DIR: DIR/gone, from which", "SSL_CERT_DIR: DIR" + list},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newExam(t, map[string]os.FileMode{"a" + list + "b.pem": 0o600}, tt.env...)
			e.network()
			require.Contains(t, e.of("network"), tt.want)
			require.NotContains(t, e.of("network"), tt.hide)
		})
	}
}

func TestCache(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ env, want string }{
		"none":     {"X=", "ok : No cache"},
		"missing":  {"WAHOST_PLUGIN_CACHE_DIR=HERE/a/b", "ok DIR/a/b: The cache of packages does not exist yet"},
		"a file":   {"WAHOST_PLUGIN_CACHE_DIR=HERE/file", "error DIR/file: It is not a folder."},
		"a folder": {"WAHOST_PLUGIN_CACHE_DIR=HERE", "ok DIR: The cache of packages can be written to."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newExam(t, map[string]os.FileMode{"file": 0o600}, tt.env)
			e.cache()
			require.Contains(t, e.of("cache"), tt.want)
		})
	}
}

func TestSockets(t *testing.T) {
	t.Parallel()
	e := newExam(t, nil)
	e.sockets()
	require.Contains(t, e.of("sockets"), "ok ")
	e.findings, e.Env = nil, []string{"XDG_RUNTIME_DIR=" + filepath.Dir(e.Host.Paths().Sockets) + "/"}
	e.sockets()
	require.Contains(t, e.of("sockets"), "ok ")
	e.findings, e.Env = nil, []string{"XDG_RUNTIME_DIR=/nowhere"}
	e.sockets()
	require.Contains(t, e.of("sockets"), "warning XDG_RUNTIME_DIR: The folder /nowhere cannot be used for sockets")
}

// TestEmptyFolder examines an installation without a configuration.
func TestEmptyFolder(t *testing.T) {
	t.Parallel()
	e := newExam(t, nil)
	for _, f := range e.Examine(t.Context()) {
		require.NotEqual(t, Error, f.Level, "%+v", f)
		require.Equal(t, f.Level == OK, f.Do == "", "%+v", f)
	}
	require.Contains(t, e.of("configuration"), "warning DIR: There is no configuration")
	require.Len(t, e.Online(t.Context(), time.Second), 1)
}
