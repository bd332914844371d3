// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bufio"
	"bytes"
	"context"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/sdk/client"
)

// RawOptions configure a provider that is started by hand, without the host's launcher.
type RawOptions struct {
	// Env is the environment, in addition to the variables of the handshake.
	Env []string
	// Dir is the working folder; empty means the suite's own.
	Dir string
	// NoCookie omits the variable that tells the provider that a host starts it.
	NoCookie bool
	// Versions are the offered protocol versions; nil means the suite's own.
	Versions []int
	// Plain omits the certificate, so that the provider serves without TLS.
	Plain bool
	// Curve is that of the host's key; nil means the curve that hosts use.
	Curve elliptic.Curve
	// SocketDir is the folder for the provider's socket.
	SocketDir string
	// ReadOnly makes the working folder of an isolated process one that it may not write to.
	ReadOnly bool
	// Args are the arguments.
	Args []string
	// Files are there when an isolated process starts, such as those that an earlier one left; may be nil.
	Files []isolation.WrittenFile
	// UnderShell starts the provider from a shell, which represents a host that is killed.
	UnderShell bool
}

// Raw is a provider that was started by hand.
type Raw struct {
	// Line is the first line on standard output without the line break, or empty if there was none.
	Line  string
	first string // set by read before it closes lines
	cmd   *exec.Cmd
	world *isolation.World // nil if the run is not isolated
	cert  tls.Certificate

	stderr lockedBuffer
	stdout lockedBuffer
	exited chan struct{}
	lines  chan struct{} // closed when the first line, or the end of the output, was read
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write appends output. It drops output beyond one megabyte.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buf.Len() < 1<<20 {
		b.buf.Write(p)
	}
	return len(p), nil
}

// String returns the output so far.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// StartRaw starts the provider by hand and waits for its first line or its end. The process is ended with the check.
func (e *Env) StartRaw(ctx context.Context, o RawOptions) (*Raw, error) {
	e.needProcess()
	r := &Raw{exited: make(chan struct{}), lines: make(chan struct{})}
	r.cmd = exec.Command(e.Binary(), o.Args...) //nolint:noctx // it is ended with the check
	if o.UnderShell && !e.Isolated() {
		r.cmd = exec.Command("/bin/sh", append([]string{"-c", `"$0" "$@" & wait`, e.Binary()}, o.Args...)...) //nolint:noctx // as above
	}
	r.cmd.Dir = o.Dir
	r.cmd.Env = slices.Concat(e.runner.Settings().Env, o.Env)
	if !o.NoCookie {
		r.cmd.Env = append(r.cmd.Env, client.Handshake.MagicCookieKey+"="+client.Handshake.MagicCookieValue)
	}
	if o.Versions == nil {
		o.Versions = []int{client.ProtocolVersion}
	}
	if o.SocketDir == "" {
		dir, err := os.MkdirTemp("", "wahost-raw-")
		if err != nil {
			return nil, err
		}
		e.Cleanup(func() { _ = os.RemoveAll(dir) })
		o.SocketDir = dir
	}
	r.cmd.Env = append(r.cmd.Env, "PLUGIN_PROTOCOL_VERSIONS="+strings.Trim(strings.ReplaceAll(fmt.Sprint(o.Versions), " ", ","), "[]"),
		"PLUGIN_UNIX_SOCKET_DIR="+o.SocketDir)
	if !o.Plain {
		cert, text, err := client.NewCertificate()
		if o.Curve != nil {
			cert, text, err = client.NewCertificateOf(o.Curve)
		}
		if err != nil {
			return nil, err
		}
		r.cert = cert
		r.cmd.Env = append(r.cmd.Env, client.EnvClientCert+"="+string(text))
	}
	setGroup(r.cmd)
	r.cmd.Stderr = &r.stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := e.isolate(r, o); err != nil {
		return nil, err
	}
	err = r.cmd.Start()
	if r.world != nil {
		r.world.Started()
	}
	if err != nil {
		return nil, err
	}
	e.Cleanup(r.Kill)
	go r.read(out)
	select {
	case <-r.lines:
		r.Line = r.first
	case <-ctx.Done():
	}
	return r, nil
}

func (r *Raw) read(out io.Reader) {
	reader := bufio.NewReader(io.LimitReader(out, 64<<20))
	line, _ := reader.ReadString('\n')
	r.first = strings.TrimSuffix(line, "\n")
	close(r.lines)
	_, _ = io.Copy(&r.stdout, reader)
	_ = r.cmd.Wait()
	close(r.exited)
}

// isolate makes the process run in a world of its own if the run is isolated.
func (e *Env) isolate(r *Raw, o RawOptions) (err error) {
	if !e.Isolated() {
		return nil
	}
	var emu *emulator.Server
	if e.station != nil {
		emu = e.Emulator()
	}
	r.world, err = e.runner.World(emu, isolation.WorldOptions{
		Files: o.Files, UnderShell: o.UnderShell, ReadOnly: o.ReadOnly, Clean: true,
	})
	if err != nil {
		return err
	}
	e.Cleanup(r.world.Close)
	return r.world.Enter(r.cmd)
}

// World returns where the process runs, or nil if the run is not isolated.
func (r *Raw) World() *isolation.World { return r.world }

// PID returns the process id.
func (r *Raw) PID() int {
	if r.world != nil {
		return r.world.PID()
	}
	return r.cmd.Process.Pid
}

// Exited returns a channel that is closed when the process has ended.
func (r *Raw) Exited() <-chan struct{} { return r.exited }

// ExitCode returns the exit code of a process that has exited, or -1 if a signal ended it.
func (r *Raw) ExitCode() int {
	<-r.exited
	return r.cmd.ProcessState.ExitCode()
}

// Stderr returns the output to standard error so far.
func (r *Raw) Stderr() string { return r.stderr.String() }

// Stdout returns the output to standard output after the first line.
func (r *Raw) Stdout() string { return r.stdout.String() }

// Kill kills the process and its children, and waits for its end.
func (r *Raw) Kill() {
	killGroup(r.cmd.Process.Pid)
	<-r.exited
}

// KillParent kills only the process that was started, which is the shell with UnderShell.
func (r *Raw) KillParent() error {
	if r.world == nil {
		return r.cmd.Process.Kill()
	}
	shell, err := os.FindProcess(r.world.PID())
	if err != nil {
		return err
	}
	return shell.Kill()
}

// Signal sends a signal to the process.
func (r *Raw) Signal(sig os.Signal) error { return r.cmd.Process.Signal(sig) }

// Handshake is the parsed line that a provider prints when it serves.
type Handshake struct {
	Core, App         string
	Network, Address  string
	Protocol, TLSCert string
}

// Handshake parses the first line.
func (r *Raw) Handshake() (Handshake, error) {
	parts := strings.Split(strings.TrimSpace(r.Line), "|")
	if len(parts) < 5 {
		return Handshake{}, fmt.Errorf("the line %q does not have the form core|protocol|network|address|grpc|certificate", r.Line)
	}
	h := Handshake{Core: parts[0], App: parts[1], Network: parts[2], Address: parts[3], Protocol: parts[4]}
	if len(parts) > 5 {
		h.TLSCert = parts[5]
	}
	if h.Core != "1" || h.Protocol != "grpc" || h.Network != "unix" && h.Network != "tcp" || h.Address == "" {
		return h, fmt.Errorf("the line %q does not contain core protocol 1, grpc and an address", r.Line)
	}
	return h, nil
}

// Certificate reads the certificate in the handshake.
func (h Handshake) Certificate() (*x509.Certificate, error) {
	der, err := base64.RawStdEncoding.DecodeString(h.TLSCert)
	if err != nil {
		return nil, fmt.Errorf("the certificate in the handshake is not standard base64 without padding: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("the certificate in the handshake cannot be read: %w", err)
	}
	return cert, nil
}

// Dial connects as the host does, with the certificate that the provider expects.
func (r *Raw) Dial() (*grpc.ClientConn, error) { return r.dial(r.cert, true) }

// DialAsStranger connects with a certificate that the provider has never seen, or without TLS.
func (r *Raw) DialAsStranger(withTLS bool) (*grpc.ClientConn, error) {
	cert, _, err := client.NewCertificate()
	if err != nil {
		return nil, err
	}
	return r.dial(cert, withTLS)
}

func (r *Raw) dial(cert tls.Certificate, withTLS bool) (*grpc.ClientConn, error) {
	h, err := r.Handshake()
	if err != nil {
		return nil, err
	}
	creds := insecure.NewCredentials()
	if h.TLSCert != "" && withTLS {
		server, err := h.Certificate()
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		pool.AddCert(server)
		creds = credentials.NewTLS(&tls.Config{
			Certificates: []tls.Certificate{cert}, RootCAs: pool, ServerName: client.ServerName, MinVersion: tls.VersionTLS12,
		})
	}
	return grpc.NewClient("passthrough:///provider", grpc.WithTransportCredentials(creds),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, h.Network, h.Address)
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(client.MaxMessageBytes), grpc.MaxCallSendMsgSize(4*client.MaxMessageBytes)))
}

// bytesCodec sends and receives encoded messages, so that a check can send messages that generated code cannot encode.
type bytesCodec struct{}

// Marshal returns the bytes of a *[]byte.
func (bytesCodec) Marshal(v any) ([]byte, error) {
	b, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("not bytes but %T", v)
	}
	return *b, nil
}

// Unmarshal stores the bytes in a *[]byte.
func (bytesCodec) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("not bytes but %T", v)
	}
	*b = bytes.Clone(data)
	return nil
}

// Name returns the name of the codec that this one replaces.
func (bytesCodec) Name() string { return "proto" }

// Bytes returns a call option for calls with encoded messages, which are of type *[]byte.
func Bytes() grpc.CallOption { return grpc.ForceCodec(bytesCodec{}) }
