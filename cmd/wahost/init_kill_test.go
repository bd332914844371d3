// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
)

// installation is a configuration that requires a provider of a mirror, in a folder of its own.
type installation struct {
	t      *testing.T
	dir    string
	mirror *httptest.Server
	// served is called for each request of a package, if it is set.
	served atomic.Pointer[http.HandlerFunc]
	// beside is the folder of WAHOST_PROVIDER_DIR, or empty.
	beside string
}

// newInstallation makes a mirror with the provider acme, whose package also has other files.
func newInstallation(t *testing.T, others map[string][]byte) *installation {
	t.Helper()
	i := &installation{t: t, dir: t.TempDir()}
	site := fetch.Filesystem{Dir: t.TempDir()}
	folder := filepath.Join(site.Dir, "acme", "acme")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	program, err := os.ReadFile(acme(t))
	require.NoError(t, err)
	contents := map[string][]byte{release.Current().Program("acme"): program}
	maps.Copy(contents, others)
	archive, err := packed(contents)
	require.NoError(t, err)
	v, err := release.ParseVersion("1.0.0")
	require.NoError(t, err)
	name := release.File{Provider: "acme", Version: v, Platform: release.Current()}.Name()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), archive, 0o600))
	addresses, err := site.Addresses()
	require.NoError(t, err)
	require.NoError(t, site.WriteIndex(t.Context(), addresses[0]))
	files := http.FileServer(http.Dir(site.Dir))
	i.mirror = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served := i.served.Load(); served != nil && strings.HasSuffix(r.URL.Path, ".zip") {
			(*served)(w, r)
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(i.mirror.Close)
	i.write("main.wahost.hcl", fmt.Sprintf(`wahost {
  required_providers {
    acme = { source = "acme/acme", version = "~> 1.0" }
  }
  provider_installation {
    https_mirror {
      url = %q
    }
  }
}
`, i.mirror.URL))
	return i
}

func (i *installation) write(name, content string) {
	i.t.Helper()
	path := filepath.Join(i.dir, name)
	require.NoError(i.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(i.t, os.WriteFile(path, []byte(content), 0o600))
}

// command returns a command of the program for the configuration, whose output goes to out.
func (i *installation) command(out *bytes.Buffer, args ...string) *exec.Cmd {
	i.t.Helper()
	program, err := exec.LookPath("wahost")
	require.NoError(i.t, err)
	cmd := exec.Command(program, append([]string{"--config", i.dir}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+i.dir, "XDG_CONFIG_HOME=", "WAHOST_PROVIDER_DIR="+i.beside)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd
}

// run runs a command to its end, and returns its exit code and output.
func (i *installation) run(args ...string) (int, string) {
	var out bytes.Buffer
	cmd := i.command(&out, args...)
	if err := cmd.Run(); cmd.ProcessState == nil {
		require.NoError(i.t, err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// found returns a condition that a pattern of paths matches a file that is not empty.
func (i *installation) found(pattern ...string) func() bool {
	return func() bool {
		paths, _ := filepath.Glob(filepath.Join(append([]string{i.dir}, pattern...)...))
		for _, path := range paths {
			if info, err := os.Stat(path); err == nil && info.Size() > 0 {
				return true
			}
		}
		return false
	}
}

// TestInitIsKilled kills init when something is seen. The next init succeeds, also after several such kills, and the provider is the right
// one.
func TestInitIsKilled(t *testing.T) {
	t.Parallel()
	work := []string{".wahost", "providers", ".work"}
	program := release.Current().Program("acme")
	moments := map[string][]string{
		"the folder is made":          {".wahost", "providers", ".lock*"},
		"the download has begun":      append(append([]string{}, work...), "*.zip"),
		"the package is unpacked":     append(append([]string{}, work...), "unpack-*", program),
		"the package is in its place": {".wahost", "providers", "acme", "acme", "1.0.0", "*", program},
		"the lock file is written":    {".wahost-lock-*"},
		"the lock file is there":      {lockfile.Name},
	}
	for name, pattern := range moments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInstallation(t, map[string][]byte{"doc/README": bytes.Repeat([]byte("text"), 1<<20)})
			for range 2 {
				var out bytes.Buffer
				cmd := i.command(&out, "init")
				require.NoError(t, cmd.Start())
				ended := make(chan struct{})
				go func() {
					_ = cmd.Wait()
					close(ended)
				}()
				seen := i.found(pattern...)
				for waiting := true; waiting && !seen(); {
					select {
					case <-ended:
						waiting = false // it was too fast
					default:
						runtime.Gosched()
					}
				}
				_ = cmd.Process.Signal(syscall.SIGKILL)
				<-ended
			}
			code, out := i.run("init")
			require.Zero(t, code, out)
			i.complete()
		})
	}
}

// complete checks that the provider is installed, locked and able to run, and that nothing else is left.
func (i *installation) complete() {
	i.t.Helper()
	code, out := i.run("validate")
	require.Zero(i.t, code, out)
	for _, pattern := range []string{".wahost-lock-*", ".wahost/providers/.work/*"} {
		left, err := filepath.Glob(filepath.Join(i.dir, filepath.FromSlash(pattern)))
		require.NoError(i.t, err)
		assert.Empty(i.t, left)
	}
	locked, diags := lockfile.Read(i.dir)
	require.Empty(i.t, diags)
	require.Equal(i.t, "1.0.0", locked.Provider("acme").Version)
	require.Len(i.t, locked.Provider("acme").Hashes, 2)
}

// TestInitsAtOnce runs several inits of one configuration at once. The package is downloaded once.
func TestInitsAtOnce(t *testing.T) {
	t.Parallel()
	i := newInstallation(t, nil)
	var mu sync.Mutex
	downloads := 0
	served := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		downloads++
	})
	i.served.Store(&served)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			code, out := i.run("init")
			assert.Zero(t, code, out)
			assert.Contains(t, out, "locked in .wahost.lock.hcl")
		})
	}
	all.Wait()
	i.complete()
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, 1, downloads)
}

// TestInitContinues ends the connection in the middle of the first download. The same init asks for the rest.
func TestInitContinues(t *testing.T) {
	t.Parallel()
	i := newInstallation(t, nil)
	var mu sync.Mutex
	var ranges []string
	served := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		ranges = append(ranges, r.Header.Get("Range"))
		first := len(ranges) == 1
		mu.Unlock()
		if first {
			w.Header().Set("Content-Length", "100000000")
			_, _ = w.Write([]byte("PK\x03\x04"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	})
	i.served.Store(&served)
	code, out := i.run("init")
	require.Zero(t, code, out)
	i.complete()
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, ranges, 2)
}
