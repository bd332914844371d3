// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(envHidden) != "" {
		if err := playHidden(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func isolated(t *testing.T) *Isolation {
	t.Helper()
	i, err := New(Options{Seed: 1, Binary: "/bin/bash", Authority: []byte("-----BEGIN CERTIFICATE-----\nrun\n-----END CERTIFICATE-----\n")})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, i.Close()) })
	return i
}

// shell runs a script in a world and returns what it printed. The world is still there.
func shell(t *testing.T, i *Isolation, o WorldOptions, script string) (string, *World) {
	t.Helper()
	w, err := i.World(o)
	require.NoError(t, err)
	t.Cleanup(w.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/bash", "-c", script)
	require.NoError(t, w.Enter(cmd))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Start()
	w.Started()
	require.NoError(t, err)
	err = cmd.Wait()
	require.NoError(t, w.Err(), "%s", out.String())
	require.NoError(t, err, "%s", out.String())
	return out.String(), w
}

// whats returns what was attempted.
func whats(w *World) (all []string) {
	for _, a := range w.Attempts() {
		all = append(all, a.What)
	}
	return all
}

func TestAttemptsAreSeen(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	for name, tt := range map[string]struct{ script, want string }{
		"another name":      {"getent hosts telemetry.example.com", `a lookup of the name "telemetry.example.com"`},
		"loopback":          {"echo > /dev/tcp/127.0.0.1/99", "a connection to 127.0.0.1:99"},
		"loopback, IPv6":    {"echo > /dev/tcp/::1/98", "a connection to [::1]:98"},
		"another host":      {"echo > /dev/tcp/198.51.100.7/443", "a connection to 198.51.100.7:443"},
		"another host, UDP": {"echo > /dev/udp/198.51.100.7/999", "a datagram to 198.51.100.7:999"},
		"IPv6":              {"echo > /dev/tcp/2001:db8::1/80", "a connection to [2001:db8::1]:80"},
		"the gateway":       {"echo > /dev/tcp/$(sed 's/nameserver //' /etc/resolv.conf)/80", ":80"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, w := shell(t, i, WorldOptions{}, tt.script+" 2>/dev/null; true")
			assert.EventuallyWithT(t, func(c *assert.CollectT) {
				assert.Contains(c, strings.Join(whats(w), "\n"), tt.want)
			}, 20*time.Second, 10*time.Millisecond)
		})
	}
}

func TestAWorldIsItsOwn(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	for name, tt := range map[string]struct{ script, want string }{
		"argv":         {`echo $0 $(tr '\0' ' ' < /proc/$$/cmdline | cut -d' ' -f1)`, "/opt/wahost/providers/bash /opt/wahost/providers/bash"},
		"parent":       {`tr '\0' ' ' < /proc/$PPID/cmdline; cat /proc/$PPID/task/*/comm | sort -u`, "wahost serve wahost"},
		"environment":  {"cat /proc/1/environ 2>&1 | grep -c denied", "1"},
		"open files":   {"ls /proc/self/fd | tr '\\n' ' '", "0 1 2 3 "},
		"no privilege": {"grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status | tr -d '\\n'", "CapEff:\t0000000000000000CapBnd:\t0000000000000000NoNewPrivs:\t1"},
		"user":         {"test $(id -u) -ge 61184 && echo ordinary", "ordinary"},
		"root":         {"(echo x > /etc/x) 2>/dev/null || echo read-only", "read-only"},
		"authority":    {"grep -c '^run$' /etc/ssl/certs/ca-certificates.crt", "1"},
		"runtimes":     {"echo $NODE_EXTRA_CA_CERTS $REQUESTS_CA_BUNDLE $DENO_CERT $SSL_CERT_FILE", strings.Repeat(authorities+" ", 3)},
		"devices":      {"ls /dev | tr '\\n' ' '", "fd full null random shm stderr stdin stdout tty urandom zero "},
		"home":         {"echo $HOME $(pwd)", "/var/lib/wahost /var/lib/wahost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, w := shell(t, i, WorldOptions{}, tt.script)
			assert.Equal(t, strings.TrimSpace(tt.want), strings.TrimSpace(strings.ReplaceAll(out, "\n", " ")))
			assert.Empty(t, whats(w))
		})
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	_, first := shell(t, i, WorldOptions{}, "echo a > /tmp/a; mkdir $HOME/b; echo b > $HOME/b/b; echo c > /dev/shm/c; ln -s /etc/passwd $HOME/link")
	files := map[string]string{}
	for _, f := range first.Files() {
		files[f.Path] = string(f.Content)
	}
	assert.Equal(t, map[string]string{"/tmp/a": "a\n", "/var/lib/wahost/b/b": "b\n", "/dev/shm/c": "c\n"}, files)
	out, _ := shell(t, i, WorldOptions{Files: first.Files()}, "cat /tmp/a $HOME/b/b /dev/shm/c; echo more >> $HOME/b/b")
	assert.Equal(t, "a\nb\nc\n", out)
	out, _ = shell(t, i, WorldOptions{ReadOnly: true}, "(echo x > x) 2>/dev/null || echo no")
	assert.Equal(t, "no\n", out)
}

func TestSite(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	vendor, err := i.Site("https://api.vendor.example/v2", true)
	require.NoError(t, err)
	assert.Equal(t, "https://api.vendor.example/v2", vendor.URL())
	beside, err := i.Site("https://api.vendor.example/v2", false)
	require.NoError(t, err)
	name, _ := beside.Hosts()
	assert.NotEqual(t, "api.vendor.example", name)
	for _, s := range []*Site{vendor, beside} {
		listener, err := s.Listen(t.Context())
		require.NoError(t, err)
		host, _ := s.Hosts()
		done := make(chan struct{})
		go func() {
			defer close(done)
			greet(listener, host)
		}()
		t.Cleanup(func() { assert.NoError(t, listener.Close()); <-done })
	}
	const ask = `exec 3<>/dev/tcp/%s/443 && echo hello >&3 && cat <&3`
	out, w := shell(t, i, WorldOptions{Vendor: vendor}, fmt.Sprintf(ask, "api.vendor.example")+"; exec 3>&-;"+fmt.Sprintf(ask, name))
	assert.Equal(t, "hello from api.vendor.example\nhello from "+name+"\n", out)
	assert.Empty(t, whats(w))
}

// greet answers each line on each connection with the name of the host.
func greet(listener net.Listener, host string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		line, _ := bufio.NewReader(conn).ReadString('\n')
		_, _ = io.WriteString(conn, strings.TrimSpace(line)+" from "+host+"\n")
		_ = conn.Close()
	}
}

// TestListenAgain closes and opens a site while a world uses it, more often than the world has sockets at first.
func TestListenAgain(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	vendor, err := i.Site("https://api.vendor.example", true)
	require.NoError(t, err)
	w, err := i.World(WorldOptions{Vendor: vendor})
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "/bin/bash", "-c", "sleep 60")
	require.NoError(t, w.Enter(cmd))
	err = cmd.Start()
	w.Started()
	require.NoError(t, err)
	require.NoError(t, w.Err())
	assert.Positive(t, w.PID())
	require.NoError(t, vendor.join(w))
	for range 2 * firstSockets {
		listener, err := vendor.Listen(t.Context())
		require.NoError(t, err)
		_, err = vendor.Listen(t.Context())
		require.Error(t, err)
		require.NoError(t, listener.Close())
	}
	w.Close()
	require.Error(t, cmd.Wait(), "the process ends with its world")
}

// TestListenAgainBesideACopy closes a site while another descriptor of its socket is open, as it is in a process that is being started.
func TestListenAgainBesideACopy(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	vendor, err := i.Site("https://api.vendor.example", true)
	require.NoError(t, err)
	_, w := shell(t, i, WorldOptions{Vendor: vendor}, "true")
	require.NoError(t, vendor.join(w))
	listener, err := vendor.Listen(t.Context())
	require.NoError(t, err)
	inner := listener.(*siteListener).inner
	require.Len(t, inner, 1)
	copied, err := inner[0].(*net.TCPListener).File()
	require.NoError(t, err)
	defer func() { require.NoError(t, copied.Close()) }()
	require.NoError(t, listener.Close())
	listener, err = vendor.Listen(t.Context())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
}

func TestTraces(t *testing.T) {
	t.Parallel()
	i := isolated(t)
	_, w := shell(t, i, WorldOptions{}, `set -e
		echo removed > /tmp/a; rm /tmp/a
		echo before > /tmp/b; echo after > /tmp/b
		echo moved > /dev/shm/c; mv /dev/shm/c /dev/shm/d; rm /dev/shm/d
		mkdir /tmp/folder; rmdir /tmp/folder
		ln -s /secret $HOME/link
		exec 5<>$HOME/e; echo shrunk >&5; truncate -s 0 $HOME/e`)
	all, complete := w.Traces()
	assert.True(t, complete)
	var got []string
	for _, f := range all {
		got = append(got, f.Path+" "+strings.TrimSpace(string(f.Content)))
	}
	for _, want := range []string{
		"/tmp/a removed", "/tmp/b before", "/tmp/b after", "/dev/shm/c moved", "/dev/shm/d moved", "/tmp/folder ", "/var/lib/wahost/link /secret", "/var/lib/wahost/e shrunk",
	} {
		assert.Contains(t, got, want)
	}
}
