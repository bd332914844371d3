// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package emulator plays a vendor: an HTTP server on loopback that behaves as a dialect says, records what it
// was asked, and misbehaves on demand. Start is the starting point.
//
// Without a script it checks each request as the vendor documents it: route, credentials, schema. A request that
// breaks the schema gets the vendor's own refusal, and the capture says what was wrong.
package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
)

// Options of Start. The zero value is fine.
type Options struct {
	// Addr is where to listen; "127.0.0.1:0" where empty.
	Addr string
	// Seed decides what is invented: equal seeds give equal credentials, numbers and ids.
	Seed int64
	// Secrets are credentials by name; those not given are invented.
	Secrets map[string]string
	// OnExchange is called with each exchange before its answer leaves, concurrently; may be nil.
	OnExchange func(Exchange)
	// TLS is the certificate to speak HTTPS with; plain HTTP where it is empty. HTTP/2 is offered with it.
	TLS Certificate
	// Discard keeps counters only and forgets the exchanges: for load.
	Discard bool
}

// Server is a running emulator. All methods are safe for concurrent use.
type Server struct {
	dialect *dialect.Dialect
	options Options
	env     *dialect.Env
	inventor
	script
	capture

	addr     string
	http     *http.Server
	tls      *tls.Config // nil for plain HTTP
	ca       []byte
	config   map[string]cty.Value
	channel  map[string]cty.Value
	routes   map[string]*dialect.Route
	auth     []credential
	done     chan struct{}
	inflight sync.WaitGroup
	serving  sync.WaitGroup

	mu sync.Mutex
	// listener is nil while refusing.
	listener net.Listener
	// resting are the connections that no request is on.
	resting map[net.Conn]bool
	// end ends a connection that begins to rest while the emulator refuses; nil while it listens.
	end   func(net.Conn)
	conns connections
	// others are the base URLs of elsewhere, by whether they encrypt.
	others       map[bool]string
	otherServers []*http.Server
	stop         func() bool
	// answered are the answers by idempotency key.
	answered map[string]answer
	closed   bool
}

// quiet drops what the HTTP server has to say: clients that misbehave are what the emulator is for.
var quiet = log.New(io.Discard, "", 0)

// credential is a piece of authentication with its value for this run.
type credential struct {
	dialect.Auth
	want string
}

// Start listens and serves until Close is called or the context ends.
func Start(ctx context.Context, d *dialect.Dialect, o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	s := &Server{dialect: d, options: o, done: make(chan struct{}), resting: map[net.Conn]bool{}, others: map[bool]string{}, answered: map[string]answer{}}
	if o.TLS != CertNone {
		var err error
		if s.tls, s.ca, err = newTLS(o.TLS); err != nil {
			return nil, fmt.Errorf("the emulator of %s: %w", d.Name, err)
		}
	}
	s.inventor = newInventor(o.Seed, o.Secrets)
	s.capture = newCapture(o.Discard)
	s.script = newScript()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("the emulator of %s cannot listen on %s: %w", d.Name, o.Addr, err)
	}
	s.addr = listener.Addr().String()
	s.env = dialect.NewEnv(dialect.Functions{
		Endpoint: s.URL(), Secret: s.secret, Number: s.number, NewID: s.newID,
	})
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ConnState: s.track, ErrorLog: quiet,
		TLSConfig: s.tls,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
	}
	s.serve(listener)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

// prepare evaluates what stays the same for the whole run.
func (s *Server) prepare() error {
	var err error
	if s.config, err = s.object("config", s.dialect.Config); err != nil {
		return err
	}
	if s.channel, err = s.object("channel_config", s.dialect.ChannelConfig); err != nil {
		return err
	}
	s.routes = make(map[string]*dialect.Route, len(s.dialect.Routes))
	for i, r := range s.dialect.Routes {
		path := r.Path
		for _, name := range dialect.Placeholders(path) {
			v, ok := s.config[name]
			if !ok {
				v = s.channel[name]
			}
			if v == cty.NilVal || v.IsNull() || v.Type() != cty.String {
				return fmt.Errorf("dialect %s, route %q: the configuration value %q in its path is not a string",
					s.dialect.Name, r.Name, name)
			}
			path = strings.ReplaceAll(path, "{"+name+"}", v.AsString())
		}
		s.routes[r.Method+" "+path] = &s.dialect.Routes[i]
	}
	for _, a := range s.dialect.Auth {
		v, err := s.env.Value(a.Value, nil)
		if err != nil || v.IsNull() || v.Type() != cty.String {
			return errors.Join(fmt.Errorf("dialect %s: the value of an auth block is not a string", s.dialect.Name), err)
		}
		s.auth = append(s.auth, credential{a, v.AsString()})
	}
	return nil
}

func (s *Server) object(what string, x dialect.Expr) (map[string]cty.Value, error) {
	v, err := s.env.Value(x, nil)
	switch {
	case err != nil:
		return nil, fmt.Errorf("dialect %s, %s: %w", s.dialect.Name, what, err)
	case v.IsNull():
		return map[string]cty.Value{}, nil
	case !v.Type().IsObjectType():
		return nil, fmt.Errorf("dialect %s: %s is not an object", s.dialect.Name, what)
	}
	return v.AsValueMap(), nil
}

// Dialect returns the dialect that the emulator plays.
func (s *Server) Dialect() *dialect.Dialect { return s.dialect }

// URL is the base URL of the emulated API, without a slash at the end. It stays the same while refusing.
func (s *Server) URL() string {
	if s.tls != nil {
		return "https://" + s.addr
	}
	return "http://" + s.addr
}

// CA returns, as PEM, the authority that a client must trust to reach an emulator with TLS; nil without TLS.
func (s *Server) CA() []byte { return s.ca }

// ProviderConfig returns the arguments of a `provider` block that reaches this emulator.
func (s *Server) ProviderConfig() map[string]cty.Value { return maps.Clone(s.config) }

// ChannelConfig returns the arguments of a `channel` block.
func (s *Server) ChannelConfig() map[string]cty.Value { return maps.Clone(s.channel) }

// Reset forgets all exchanges, counters and scripts, and listens again where it refused.
func (s *Server) Reset() error {
	s.script.clear()
	s.capture.clear()
	return s.listen()
}

// Close stops the emulator: it ends all connections and waits until nothing of it runs.
func (s *Server) Close() error {
	s.mu.Lock()
	var err error
	if !s.closed {
		s.closed = true
		s.stop()
		close(s.done)
		err = s.http.Close()
		for _, other := range s.otherServers {
			err = errors.Join(err, other.Close())
		}
	}
	s.mu.Unlock()
	s.serving.Wait()
	s.inflight.Wait()
	return err
}

func (s *Server) serve(listener net.Listener) {
	s.listener = listener
	s.serving.Go(func() {
		if s.tls != nil {
			_ = s.http.ServeTLS(listener, "", "")
		} else {
			_ = s.http.Serve(listener)
		}
	})
}

// track keeps the set of resting connections. A connection that was opened and not used yet rests as well, which
// is why the server's own way to close idle ones is not enough for refuse.
func (s *Server) track(conn net.Conn, state http.ConnState) {
	s.conns.track(conn, state)
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == http.StateNew || state == http.StateIdle {
		s.resting[conn] = true
		if s.end != nil {
			s.end(conn)
		}
	} else {
		delete(s.resting, conn)
	}
}

// begin counts a request in; it reports false where the emulator is closing.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.inflight.Add(1)
	return true
}

// refuse closes the listener, so that the system refuses new connections, and ends all resting connections with end. A
// connection that begins to rest later ends in the same way.
func (s *Server) refuse(end func(net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil || s.closed {
		return
	}
	_ = s.listener.Close()
	s.listener, s.end = nil, end
	for conn := range s.resting {
		end(conn)
	}
}

func closeConn(conn net.Conn) { _ = conn.Close() }

// closeWrite tells the client that nothing more comes. The HTTP server closes the connection when the client has closed
// its own end.
func closeWrite(conn net.Conn) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = conn.Close()
}

const (
	// settleTime is how long clients may take to close their resting connections.
	settleTime = 5 * time.Second
	// answerTime is how long a connection may take to close after its answer was written.
	answerTime = 500 * time.Millisecond
)

// refuseAll refuses connections and waits until the clients have closed theirs. Otherwise a client could still send a
// request on a connection whose end it has not noticed, and that would look like an answer that got lost. A request that
// hangs is not waited for longer than answerTime.
func (s *Server) refuseAll() {
	s.refuse(closeWrite)
	wait := func(limit time.Duration, want func(open, busy int) bool) {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		_ = s.WaitConnections(ctx, want)
	}
	wait(settleTime, func(open, busy int) bool { return open <= busy })
	wait(answerTime, func(open, _ int) bool { return open == 0 })
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		s.stopKeepAlive()
	}
}

// stopKeepAlive closes resting connections at once, and those whose answer is still under way after the answer. The lock
// must be held.
func (s *Server) stopKeepAlive() {
	s.http.SetKeepAlivesEnabled(false)
	for conn := range s.resting {
		closeConn(conn)
	}
}

func (s *Server) listen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil || s.closed {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("the emulator of %s cannot listen again: %w", s.dialect.Name, err)
	}
	s.end = nil
	s.http.SetKeepAlivesEnabled(true)
	s.serve(listener)
	return nil
}
