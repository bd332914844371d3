// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/procfs"
)

type emulatorAuth = dialect.Auth

// folder creates a folder that is removed when the check ends.
func folder(e *suite.Env) string {
	dir, err := os.MkdirTemp("", "wahost-conformance-")
	if err != nil {
		e.Blocked("%v", err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// maxFile is the largest part of a file that is read, in bytes.
const maxFile = 8 << 20

func disk(ctx context.Context, e *suite.Env) {
	if e.Isolated() {
		isolatedDisk(ctx, e)
		return
	}
	dir := folder(e)
	other := e.MustProcess(ctx, suite.StationOptions{Env: []string{"TMPDIR=" + dir, "HOME=" + dir, "XDG_CACHE_HOME=" + dir}})
	provoke(ctx, other)
	work, _ := os.Readlink("/proc/" + strconv.Itoa(other.Process().PID()) + "/cwd")
	wire.End(ctx, other)
	search(e, dir)
	if here, err := os.Getwd(); err == nil && work != "" && work != here && work != "/" {
		search(e, work)
	}
}

// isolatedDisk looks at all files that the process wrote, with their names.
func isolatedDisk(ctx context.Context, e *suite.Env) {
	other := e.MustProcess(ctx, suite.StationOptions{})
	provoke(ctx, other)
	wire.End(ctx, other)
	for _, f := range written(e, other) {
		if leak := cmp.Or(e.FindSecret(f.Path), e.FindSecret(string(f.Content))); leak != "" {
			e.Failf("file "+f.Path, "no credential", "%s", leak)
		}
	}
}

// written returns what the process wrote, also what it removed.
func written(e *suite.Env, of *suite.Env) []isolation.WrittenFile {
	all, complete := of.World().Traces()
	if !complete {
		e.Note("files that were removed before the process ended were not seen: this system does not allow it")
	}
	return all
}

// search looks for credentials in all files below a folder.
func search(e *suite.Env, dir string) {
	eachFile(dir, func(path, text string) {
		if leak := cmp.Or(e.FindSecret(path), e.FindSecret(text)); leak != "" {
			e.Failf("file "+filepath.Base(path), "no credential", "%s", leak)
		}
	})
}

// eachFile calls a function with the path and the content of each file below a folder.
func eachFile(dir string, look func(path, text string)) {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		// Files that no longer exist or cannot be read disclose nothing.
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // see above
		}
		if info, err := d.Info(); err != nil || info.Size() > maxFile {
			return nil //nolint:nilerr // see above
		}
		if data, err := os.ReadFile(path); err == nil {
			look(path, string(data))
		}
		return nil
	})
}

func children(ctx context.Context, e *suite.Env) {
	look := func() {
		for _, pid := range procfs.Family(e.Process().PID()) {
			for _, file := range []string{"cmdline", "environ"} {
				data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
				if leak := e.FindSecret(strings.ReplaceAll(string(data), "\x00", "\n")); leak != "" {
					e.Failf(file, "no credential", "%s", leak)
				}
			}
		}
	}
	if procfs.Family(e.Process().PID()) == nil {
		e.Skipped("the arguments and the environment of processes cannot be read on " + runtime.GOOS)
	}
	for _, fault := range trouble {
		play(ctx, e, fault)
		look()
	}
}

// isolatedEgress looks at everything that leaves the process. The suite adds what other checks show.
func isolatedEgress(ctx context.Context, e *suite.Env) {
	other := e.MustProcess(ctx, suite.StationOptions{})
	for _, fault := range []string{"ok", "status(500)", "reset_after_request", "redirect(302, same)", "ok"} {
		play(ctx, other, fault)
	}
	other.World().Look()
	wire.End(ctx, other)
	for _, a := range other.World().Attempts() {
		e.Failf("connections", "the vendor's endpoint only, "+other.Emulator().URL(), "also %s", a.What)
	}
}

// egress starts the process with a proxy, which no request may reach, and checks the connections of the process.
func egress(ctx context.Context, e *suite.Env) {
	if e.Isolated() {
		isolatedEgress(ctx, e)
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		e.Blocked("%v", err)
	}
	var reached atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			_ = conn.Close()
		}
	}()
	e.Cleanup(func() { _ = listener.Close(); <-done })
	proxy := "http://" + listener.Addr().String()
	other := e.MustProcess(ctx, suite.StationOptions{Env: []string{
		"HTTP_PROXY=" + proxy, "HTTPS_PROXY=" + proxy, "http_proxy=" + proxy, "https_proxy=" + proxy, "ALL_PROXY=" + proxy,
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
	}})
	vendor := strings.TrimPrefix(other.Emulator().URL(), "http://")
	_, port, _ := net.SplitHostPort(vendor)
	number, _ := strconv.Atoi(port)
	for _, fault := range []string{"ok", "status(500)", "redirect(302, same)", "ok"} {
		play(ctx, other, fault)
		for _, peer := range procfs.Peers(other.Process().PID()) {
			// 0100007F is 127.0.0.1; the host itself is connected without a port of its own where it uses a socket file.
			if !strings.HasSuffix(peer, fmt.Sprintf(":%04X", number)) && !strings.HasPrefix(peer, "0100007F:") && !strings.HasPrefix(peer, "0000000000000000FFFF00000100007F:") {
				e.Failf("connections", "the vendor's endpoint only, "+vendor, "also %s", peer)
			}
		}
	}
	if n := reached.Load(); n > 0 {
		e.Failf("proxy", "no request for another host", "%d", n)
	}
	lookups(ctx, e)
}

func certificates(ctx context.Context, e *suite.Env) {
	good := e.StartEmulator(emulator.Options{TLS: emulator.CertValid})
	control := e.MustProcess(ctx, suite.StationOptions{Emulator: good, Env: e.Trust(good)})
	if s := play(ctx, control, "ok"); !s.Accepted() {
		e.Blocked("control: a message over TLS with a certificate of a trusted authority is not accepted: %s. The authority is in the file that %s name", s, suite.TrustVariables())
	}
	for _, kind := range emulator.BadCertificates() {
		emu := e.StartEmulator(emulator.Options{TLS: kind})
		other := e.MustProcess(ctx, suite.StationOptions{Emulator: emu, Env: e.Trust(emu)})
		s := play(ctx, other, "ok")
		if s.Accepted() || len(s.Exchanges) > 0 {
			e.Failf(string(kind), "refused before anything is sent", "%s, %d requests", s, len(s.Exchanges))
		} else if !s.Answered {
			e.Failf(string(kind), "an outcome", "%s", s)
		}
	}
}
