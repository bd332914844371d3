// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/client"
)

// debugged starts the provider as a person does under a debugger, and returns what it prints.
func debugged(t *testing.T) (value string) {
	t.Helper()
	d, err := testbin.Debug(badProvider, client.EnvReattach)
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d.Value
}

func TestReattach(t *testing.T) {
	value := debugged(t)
	t.Setenv(client.EnvReattach, value)
	l, _ := newLauncher(t)
	for range 2 { // the first host must leave it running
		p, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent"})
		require.NoError(t, err)
		meta, err := p.Client.Metadata(t.Context())
		require.NoError(t, err)
		require.Equal(t, "bad", meta.Name)
		require.True(t, p.Attached())
		require.Zero(t, p.Stop(t.Context(), time.Second))
	}
	require.True(t, l.Attaches("bad"))
	require.Equal(t, []string{"bad"}, l.Attachable())
	require.False(t, l.Attaches("other"))
	_, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent", NoAttach: true})
	require.ErrorContains(t, err, "/nonexistent", "the binary is meant, not what runs already")

	t.Setenv(client.EnvReattach, "")
	l, _ = newLauncher(t)
	for _, text := range []string{value, client.EnvReattach + "='" + value + "'"} {
		a, err := ParseAttachment(text)
		require.NoError(t, err)
		require.Equal(t, "bad", a.Name)
		p, err := l.Attach(t.Context(), a)
		require.NoError(t, err)
		p.Kill()
		require.True(t, p.Ended())
	}
}

// A provider whose metadata has another name than its file is another vendor's, or was renamed.
func TestTheNameOfABinary(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	_, err := l.Start(t.Context(), Spec{Name: "acme", Path: badProvider})
	var start *StartError
	require.ErrorAs(t, err, &start)
	require.Equal(t, WrongName, start.Kind)
	require.Equal(t, `provider "acme": the binary `+badProvider+` says that its name is "bad". `+
		`The file of a provider is named wahost-provider-NAME after the name in its metadata: install the right binary, or rename the file to wahost-provider-bad`, err.Error())
	p, err := l.Start(t.Context(), Spec{Name: "acme", Path: badProvider, AnyName: true})
	require.NoError(t, err)
	p.Kill()
}

func TestTheNameOfAnAttachedProvider(t *testing.T) {
	value := debugged(t)
	t.Setenv(client.EnvReattach, strings.Replace(value, `{"bad"`, `{"acme"`, 1))
	l, _ := newLauncher(t)
	_, err := l.Start(t.Context(), Spec{Name: "acme"})
	require.EqualError(t, err, `provider "acme": the process that WAHOST_REATTACH_PROVIDERS names for it says that its name is "bad". Set the variable to what that process prints`)
}

// A variable that outlived its process says so, and what to do.
func TestAStaleAttachment(t *testing.T) {
	for name, address := range map[string]string{
		"no socket":            filepath.Join(t.TempDir(), "gone"),
		"nobody listens":       listenedOnce(t),
		"it is not a provider": notAProvider(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(client.EnvReattach, `{"bad":{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"`+address+`"}}`)
			l, _ := newLauncher(t)
			_, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent"})
			var start *StartError
			require.ErrorAs(t, err, &start)
			require.Equal(t, Stale, start.Kind, "%v", err)
			require.ErrorContains(t, err, "WAHOST_REATTACH_PROVIDERS names a process that does not serve any more")
			require.ErrorContains(t, err, "Start the provider with -debug again")
		})
	}
}

func TestParseAttachment(t *testing.T) {
	t.Parallel()
	const one = `{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"/x"}`
	for name, tt := range map[string]struct{ value, say string }{
		"nothing":         {"", "0 are named"},
		"no provider":     {"{}", "0 are named"},
		"two providers":   {`{"a":` + one + `,"b":` + one + `}`, "2 are named"},
		"no JSON":         {"/tmp/plugin123", "expected the JSON"},
		"unknown network": {`{"a":{"network":"udp","address":"x"}}`, "neither unix nor tcp"},
		"no address":      {`{"a":{"network":"tcp"}}`, "address"},
		"no path":         {`{"a":{"network":"unix"}}`, "address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseAttachment(tt.value)
			require.ErrorContains(t, err, tt.say)
		})
	}
}

// listenedOnce returns the path of a socket at which nobody listens any more.
func listenedOnce(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	listener.SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	return path
}

// notAProvider returns the path of a socket at which a program listens that closes all connections.
func notAProvider(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	return path
}
