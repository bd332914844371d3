// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"crypto/tls"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/wahost/wahost/sdk/client"
)

// encrypt adds a certificate of the host to a start. go-plugin adds the certificate in the provider's handshake as the only
// one that is trusted.
func (l *Launcher) encrypt(config *plugin.ClientConfig) error {
	if l.plainText {
		return nil
	}
	cert, text, err := client.NewCertificate()
	if err != nil {
		return err
	}
	config.Cmd.Env = append(config.Cmd.Env, client.EnvClientCert+"="+string(text))
	config.TLSConfig = &tls.Config{
		Certificates: []tls.Certificate{cert}, ServerName: client.ServerName, MinVersion: tls.VersionTLS12,
		// Nobody can record what goes through a socket of this machine, so the key exchange need not resist a computer of the future.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256},
	}
	return nil
}

// maxHeaders bounds in bytes the headers of an answer, which hold the text of a gRPC status.
const maxHeaders = 256 << 10

func dialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		// An idle connection would look like a broken one.
		grpc.WithIdleTimeout(0),
		grpc.WithMaxHeaderListSize(maxHeaders),
		grpc.WithStaticStreamWindowSize(client.WindowBytes),
		grpc.WithStaticConnWindowSize(client.WindowBytes),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(client.MaxMessageBytes), grpc.MaxCallSendMsgSize(client.MaxMessageBytes)),
	}
}

// connect starts the process on a thread of its own, which must live as long as the process: the kernel ends a
// child with the thread that started it. The deadline is that of the first answer, because go-plugin bounds
// the handshake only; zero means no deadline.
func (p *Process) connect(ctx context.Context, deadline time.Time) error {
	type result struct {
		conn *client.Conn
		err  error
	}
	started := make(chan result, 1)
	p.watched.Go(func() {
		runtime.LockOSThread()
		conn, err := p.dispense()
		if p.world != nil {
			p.world.Started()
		}
		started <- result{conn, err}
		<-p.release
	})
	select {
	case r := <-started:
		if r.err != nil {
			return r.err
		}
		p.conn = r.conn
	case <-ctx.Done():
		// The start cannot be interrupted, only its process: Kill ends that and waits for both.
		return context.Cause(ctx)
	}
	p.Client = client.New(p.conn.ClientConn)
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	meta, err := p.Client.Metadata(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("first call: %w", err)
	case meta.Name != p.name && !p.anyName:
		return &nameError{meta.Name}
	}
	p.watched.Go(p.watch)
	return nil
}

func (p *Process) dispense() (*client.Conn, error) {
	protocol, err := p.plugin.Client()
	// Also a failed start may have left a process, and that one children.
	if pid, convErr := strconv.ParseInt(p.plugin.ID(), 10, 64); convErr == nil {
		p.pid.Store(pid)
	}
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense(client.PluginName)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(*client.Conn)
	if !ok {
		return nil, fmt.Errorf("go-plugin dispensed a %T", raw)
	}
	return conn, nil
}
