// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/provider"
)

// lifetime bounds the lifetime of every process that a mutant leaves behind.
const lifetime = 30 * time.Second

// envRole is the environment variable with the role of a process that a mutant starts.
const envRole = "WAHOST_MUTANT_ROLE"

var once sync.Once

// Start runs the mutant's start hook. It returns true if the process has nothing left to do.
func (m *Mutant) Start() (done bool) {
	switch os.Getenv(envRole) {
	case "child":
		time.Sleep(lifetime)
		return true
	case "server":
		return false
	case "keeper":
		follow("server")
		return true
	}
	if m.tamper != nil {
		tamperWith(alsoStreamed(m.tamper))
	}
	if m.ownCalls != nil {
		tamperWith(m.ownCalls)
	}
	return m.start != nil && m.start()
}

// spawn starts this binary again.
func spawn(role string, attach bool) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self) //nolint:noctx // it must outlive every context
	cmd.Env = append(os.Environ(), envRole+"="+role)
	if attach {
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	}
	return cmd, cmd.Start()
}

// processMutants start, stop or behave wrongly as processes.
var processMutants = []Mutant{
	{Name: "prints-to-stdout", Defect: "each send prints a line on standard output", post: beside(func(*account) {
		_, _ = syscall.Write(1, []byte("sending\n"))
	})},
	{Name: "prints-before-handshake", Defect: "a banner is printed before the handshake", start: func() bool {
		fmt.Println("acme provider, all rights reserved")
		return false
	}},
	{Name: "ignores-sigterm", Defect: "SIGTERM does nothing", configure: func(*account) { signal.Ignore(syscall.SIGTERM) }, start: func() bool {
		// The SDK listens for the signal when it begins to serve, so this must run later.
		time.AfterFunc(200*time.Millisecond, func() { signal.Ignore(syscall.SIGTERM) })
		return false
	}},
	{Name: "survives-dead-host", Defect: "the process continues after its host was killed", start: func() bool {
		outliveHost()
		cmd, err := spawn("server", true)
		if err != nil {
			return true
		}
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		go func() {
			<-terminated
			_ = cmd.Process.Signal(syscall.SIGTERM)
		}()
		host := os.Getppid()
		go func() { // so that the process does not run forever on the test machine
			for os.Getppid() == host {
				time.Sleep(100 * time.Millisecond)
			}
			time.Sleep(lifetime)
			_ = cmd.Process.Kill()
		}()
		_ = cmd.Wait()
		return true
	}},
	{Name: "leaves-a-child", Defect: "a helper process is left behind", configure: func(*account) {
		once.Do(func() { _, _ = spawn("child", false) })
	}},
	{Name: "slow-start", Defect: "the provider takes three seconds to start", start: func() bool {
		time.Sleep(3 * time.Second)
		return false
	}},
	{Name: "needs-home", Defect: "the provider does not start without HOME", start: func() bool {
		if os.Getenv("HOME") == "" {
			fmt.Fprintln(os.Stderr, "HOME is not set")
			os.Exit(1)
		}
		return false
	}},
	{Name: "serves-without-cookie", Defect: "the provider serves when it is started by hand", start: func() bool {
		_ = os.Setenv(client.Handshake.MagicCookieKey, client.Handshake.MagicCookieValue)
		return false
	}},
	{Name: "one-per-machine", Defect: "a second process does not start while another one runs", start: func() bool {
		if _, err := net.Listen("tcp", "127.0.0.1:39117"); err != nil {
			fmt.Fprintln(os.Stderr, "another acme provider is running")
			os.Exit(1)
		}
		return false
	}},
	{Name: "needs-earlier-state", Defect: "a file left by one run makes the next run fail", start: func() bool {
		path := filepath.Join(os.TempDir(), "acme-provider.lock")
		if _, err := os.Stat(path); err == nil {
			fmt.Fprintln(os.Stderr, "acme-provider.lock is there: did an earlier run crash?")
			os.Exit(1)
		}
		if err := os.WriteFile(path, []byte("locked"), 0o600); err != nil {
			os.Exit(1)
		}
		// A file of a run that could not fail must not affect later runs on the machine.
		time.AfterFunc(lifetime, func() { _ = os.Remove(path) })
		return false
	}},
	{Name: "exits-badly", Defect: "the process exits with code 3 after a stop", start: func() bool {
		closeHook = func() { os.Exit(3) }
		return false
	}},
	{Name: "hangs-on-stop", Defect: "a stop never ends", start: func() bool {
		closeHook = func() { time.Sleep(lifetime) }
		return false
	}},
	{Name: "illegal-identity", Defect: "the version is not a semantic version",
		metadata: func(m *provider.Metadata) { m.Version = "latest" }},
	{Name: "other-name", Defect: "the name in the metadata is not that of the file",
		metadata: func(m *provider.Metadata) { m.Name = "acme-two" }},
	{Name: "unstable-identity", Defect: "the vendor's name changes with each call", metadata: func(m *provider.Metadata) {
		m.Vendor = fmt.Sprintf("Acme %d", sequence.Add(1))
	}},
}

// closeHook runs when an account is closed; may be nil.
var closeHook func()
