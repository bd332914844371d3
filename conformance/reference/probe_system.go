// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/trust"
)

// knownVariables are the variables that a host sets for a provider in production.
var knownVariables = []string{
	"PATH", "HOME", "TMPDIR", "LANG", "TZ", "PLUGIN_UNIX_SOCKET_DIR", "PLUGIN_MIN_PORT", "PLUGIN_MAX_PORT", "PLUGIN_PROTOCOL_VERSIONS",
	"PLUGIN_CLIENT_CERT", "WAHOST_HOST_PID", "WAHOST_PROVIDER_LOG", "WAHOST_PROVIDER_COOKIE",
	"NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "DENO_CERT",
}

// systemSigns returns the signs that a process finds around itself.
func systemSigns(ctx context.Context, endpoint string) []string {
	return slices.Concat(processSigns(), environmentSigns(), fileSigns(), networkSigns(ctx, endpoint))
}

// processSigns looks at this process and at those around it.
func processSigns() (signs []string) {
	add := func(format string, args ...any) { signs = append(signs, fmt.Sprintf(format, args...)) }
	signs = append(signs, valueSigns(os.Args...)...)
	if exe, err := os.Executable(); err != nil || strings.HasPrefix(exe, "/tmp/") || strings.Contains(exe, "deleted") {
		add("the program is %s", exe)
	}
	if os.Getuid() == 0 {
		add("the user is root")
	}
	for _, name := range []string{"cmdline", "comm", "cgroup", "mountinfo"} {
		for _, pid := range processes() {
			data, _ := os.ReadFile(filepath.Join("/proc", pid, name))
			for _, sign := range valueSigns(strings.ReplaceAll(string(data), "\x00", " ")) {
				add("%s of process %s: %s", name, pid, sign)
			}
		}
	}
	if n := len(processes()); n > 4 {
		add("%d processes can be seen", n)
	}
	for _, pid := range []string{"1", fmt.Sprint(os.Getppid())} {
		for _, name := range []string{"environ", "maps", "mem"} {
			if f, err := os.Open(filepath.Join("/proc", pid, name)); err == nil {
				n, _ := f.Read(make([]byte, 1))
				_ = f.Close()
				if n > 0 {
					add("%s of process %s can be read", name, pid)
				}
			}
		}
		for _, name := range []string{"exe", "cwd", "root"} {
			if to, err := os.Readlink(filepath.Join("/proc", pid, name)); err == nil {
				add("%s of process %s is %s", name, pid, to)
			}
		}
	}
	open, _ := os.ReadDir("/proc/self/fd")
	for _, fd := range open {
		to, err := os.Readlink("/proc/self/fd/" + fd.Name())
		switch {
		case err != nil, to == "/dev/null", strings.HasPrefix(to, "pipe:"), strings.HasPrefix(to, "socket:"), strings.HasPrefix(to, "anon_inode:"),
			strings.HasPrefix(to, "/proc/"), strings.HasPrefix(to, "/sys/fs/cgroup"):
		default:
			add("an open file is %s", to)
		}
	}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), ":"); (name == "CapEff" || name == "CapPrm") && strings.Trim(value, "\t0") != "" {
			add("%s is %s", name, value)
		}
	}
	return signs
}

func processes() (pids []string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if name := e.Name(); name[0] >= '1' && name[0] <= '9' {
			pids = append(pids, name)
		}
	}
	return pids
}

func environmentSigns() (signs []string) {
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if !slices.Contains(knownVariables, name) {
			signs = append(signs, "an unusual variable: "+name)
		}
		// The system's own file of authorities has a name that would be a sign elsewhere.
		if name != "PLUGIN_CLIENT_CERT" && value != trust.System() {
			signs = append(signs, valueSigns(value)...)
		}
	}
	host, _ := os.Hostname()
	work, _ := os.Getwd()
	return append(signs, valueSigns(host, work)...)
}

// fileSigns looks for files that do not belong to a host or to a system.
func fileSigns() (signs []string) {
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev/shm", os.Getenv("HOME"), "/work", "/root", "/home", "/srv", "/mnt", "/run"} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if name := e.Name(); name != fmt.Sprintf("wahost-%d", os.Getuid()) {
				signs = append(signs, "a file: "+filepath.Join(dir, name))
			}
		}
	}
	return signs
}

// networkSigns looks at where the vendor is, and who vouches for it.
func networkSigns(ctx context.Context, endpoint string) (signs []string) {
	add := func(format string, args ...any) { signs = append(signs, fmt.Sprintf(format, args...)) }
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.Port() != "" {
		return []string{"the endpoint is " + endpoint}
	}
	addresses, err := net.DefaultResolver.LookupIP(ctx, "ip", u.Hostname())
	if err != nil || len(addresses) == 0 {
		add("the vendor is not found: %v", err)
	}
	own, _ := net.InterfaceAddrs()
	for _, ip := range addresses {
		if ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			add("the vendor is at %s", ip)
		}
		if slices.ContainsFunc(own, func(a net.Addr) bool { return strings.HasPrefix(a.String(), ip.String()+"/") }) {
			add("the vendor's address %s is this machine's", ip)
		}
	}
	if len(own) < 3 {
		add("there is no network but %v", own)
	}
	conn, err := (&tls.Dialer{}).DialContext(ctx, "tcp", u.Hostname()+":443")
	if err != nil {
		return append(signs, "the vendor cannot be reached: "+err.Error())
	}
	defer func() { _ = conn.Close() }()
	encrypted, ok := conn.(*tls.Conn)
	if !ok {
		return signs
	}
	for _, cert := range encrypted.ConnectionState().PeerCertificates {
		signs = append(signs, valueSigns(cert.Subject.String(), cert.Issuer.String())...)
	}
	return signs
}
