// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package emulator emulates a vendor: an HTTP server on loopback that follows a dialect, records the requests it
// receives, and plays faults on demand. Start is the starting point.
//
// Without a script, the emulator checks the route, the credentials and the schema of each request as the vendor
// documents them. It answers a request that breaks the schema with the vendor's own error, and records what is wrong in
// the capture.
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
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/internal/netclose"
)

// Options configure Start. The zero value is valid.
type Options struct {
	// Addr is the address to listen on; empty means "127.0.0.1:0".
	Addr string
	// Seed is the seed of generated credentials, phone numbers and ids. Equal seeds lead to equal values.
	Seed int64
	// Production makes credentials, phone numbers and ids that look like those of a vendor in production.
	Production bool
	// Secrets are credentials by name. Missing ones are generated.
	Secrets map[string]string
	// OnExchange, if not nil, is called with each exchange before its answer is sent. Calls are concurrent.
	OnExchange func(Exchange)
	// TLS is the certificate to serve HTTPS and HTTP/2 with. If it is empty, the emulator serves plain HTTP.
	TLS Certificate
	// OnlyHTTP1 leaves HTTP/2 out of what is offered with TLS. Most faults need HTTP/1.
	OnlyHTTP1 bool
	// Authority issues the certificate. If it is nil, the emulator makes one of its own.
	Authority *Authority
	// Site is where the emulator is reached. If it is nil, that is Addr.
	Site Site
	// OnToken, if not nil, is called with each access token that the vendor issues. Calls are concurrent.
	OnToken func(token string)
	// Discard drops the exchanges and keeps only counters, for load tests.
	Discard bool
}

// Site is a place other than this system's loopback where an emulator is reached.
type Site interface {
	// URL returns the base URL of the API, without a slash at the end.
	URL() string
	// Hosts returns the host name of the API, and the one that Elsewhere uses.
	Hosts() (api, other string)
	// Listen listens for requests to the API. It may be called again after the listener was closed.
	Listen(context.Context) (net.Listener, error)
	// Elsewhere listens at another host, with HTTPS if encrypted is set, and returns its base URL.
	Elsewhere(encrypted bool) (base string, listener net.Listener, err error)
}

// Server is a running emulator. All methods are safe for concurrent use.
type Server struct {
	dialect *dialect.Dialect
	options Options
	env     *dialect.Env
	inventor
	script
	capture
	holdings
	tokens tokens

	addr     string
	prefix   string // the path of the base URL, which precedes those of the routes
	http     *http.Server
	tls      *tls.Config // nil for plain HTTP
	ca       []byte
	config   map[string]cty.Value
	channel  map[string]cty.Value
	routes   map[string]*dialect.Route
	patterns []pattern
	auth     map[string][]credential // by route
	done     chan struct{}
	inflight sync.WaitGroup
	serving  sync.WaitGroup

	mu sync.Mutex
	// listener is nil while the emulator refuses connections.
	listener net.Listener
	// resting are the connections without a request under way.
	resting map[net.Conn]bool
	// end ends a connection that becomes idle while the emulator refuses connections; nil while it listens.
	end   func(net.Conn)
	conns connections
	// others are the base URLs that elsewhere returns, by whether they use HTTPS.
	others       map[bool]string
	otherServers []*http.Server
	stop         func() bool
	// answered holds the answers by idempotency key.
	answered map[string]answer
	closed   bool
}

// quiet discards the log of the HTTP server, because misbehaving clients are expected.
var quiet = log.New(io.Discard, "", 0)

// credential is an auth block of the dialect with its value for this run. In the value anyToken stands for a token.
type credential struct {
	dialect.Auth
	want string
}

// idleLimit is how long a connection may stay open without a request. It is longer than any check waits: a provider that
// leaks connections must not look right because the emulator has closed them.
const idleLimit = 5 * time.Minute

// Start starts an emulator of the dialect. It serves until Close is called or the context ends.
func Start(ctx context.Context, d *dialect.Dialect, o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	s := &Server{dialect: d, options: o, done: make(chan struct{}), resting: map[net.Conn]bool{}, others: map[bool]string{}, answered: map[string]answer{}}
	if err := s.encrypt(); err != nil {
		return nil, fmt.Errorf("the emulator of %s: %w", d.Name, err)
	}
	s.inventor = newInventor(o)
	s.capture = newCapture(o.Discard)
	s.script = newScript()
	s.holdings = newHoldings()
	s.addr = o.Addr
	listener, err := s.bind(ctx)
	if err != nil {
		return nil, fmt.Errorf("the emulator of %s cannot listen on %s: %w", d.Name, o.Addr, err)
	}
	s.addr = listener.Addr().String()
	if base, err := url.Parse(s.URL()); err == nil {
		s.prefix = base.Path
	}
	s.env = dialect.NewEnv(dialect.Functions{
		Endpoint: s.URL(), Secret: s.secret, Number: s.number, NewID: s.newID, Token: s.issueToken,
	})
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: idleLimit, ConnState: s.track, ErrorLog: quiet,
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

// prepare evaluates the expressions whose values do not change during the run.
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
		variable := false
		for _, name := range dialect.Placeholders(path) {
			if strings.HasPrefix(name, "*") {
				variable = true
				continue
			}
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
		if variable {
			s.patterns = append(s.patterns, newPattern(path, &s.dialect.Routes[i]))
		}
	}
	return s.prepareAuth()
}

// prepareAuth evaluates the credentials that the requests of each route must carry.
func (s *Server) prepareAuth() error {
	env := dialect.NewEnv(dialect.Functions{
		Endpoint: s.URL(), Secret: s.secret, Number: s.number, NewID: s.newID, Token: anyToken,
	})
	s.auth = map[string][]credential{}
	for _, route := range s.dialect.Routes {
		for _, a := range s.dialect.AuthOf(route.Name) {
			v, err := env.Value(a.Value, nil)
			if err != nil || v.IsNull() || v.Type() != cty.String {
				return errors.Join(fmt.Errorf("dialect %s: the value of an auth block is not a string", s.dialect.Name), err)
			}
			s.auth[route.Name] = append(s.auth[route.Name], credential{a, v.AsString()})
		}
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

// URL returns the base URL of the emulated API, without a slash at the end. The URL never changes, even if the emulator
// refuses connections for a while.
func (s *Server) URL() string {
	if s.options.Site != nil {
		return s.options.Site.URL()
	}
	if s.tls != nil {
		return "https://" + s.addr
	}
	return "http://" + s.addr
}

// Site returns the site of the options; may be nil.
func (s *Server) Site() Site { return s.options.Site }

// CA returns the certificate, in PEM, of the authority that clients of an emulator with TLS must trust. It returns nil
// without TLS.
func (s *Server) CA() []byte { return s.ca }

// ProviderConfig returns the arguments of a `provider` block for this emulator.
func (s *Server) ProviderConfig() map[string]cty.Value { return maps.Clone(s.config) }

// ChannelConfig returns the arguments of a `channel` block for this emulator.
func (s *Server) ChannelConfig() map[string]cty.Value { return maps.Clone(s.channel) }

// Reset drops all exchanges, counters, scripts, messages, media and templates, and listens again if the emulator refused connections.
func (s *Server) Reset() error {
	s.script.clear()
	s.capture.clear()
	s.holdings.clear()
	return s.listen()
}

// Close ends all connections and waits until all goroutines of the emulator have ended.
func (s *Server) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	var err error
	if first {
		s.stop()
		close(s.done)
		// The HTTP server waits for its listeners, and those for track, which needs mu. No server is added any longer.
		err = s.http.Close()
		for _, other := range s.otherServers {
			err = errors.Join(err, other.Close())
		}
	}
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

// track maintains the set of resting connections. A new connection without a request rests as well. The HTTP server
// does not close those with its idle connections, so refuse needs this set.
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

// begin counts a request as under way. It returns false if the emulator is closing.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.inflight.Add(1)
	return true
}

// refuse closes the listener, so that the system refuses new connections, and calls end for all resting connections.
// Connections that become idle later are ended in the same way.
func (s *Server) refuse(end func(net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil || s.closed {
		return
	}
	_ = netclose.Listener(s.listener)
	s.listener, s.end = nil, end
	for conn := range s.resting {
		end(conn)
	}
}

func closeConn(conn net.Conn) { _ = conn.Close() }

// closeWrite closes the sending side of a connection. The HTTP server closes the connection when the client has closed
// its side.
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
	// settleTime is the time for clients to close their resting connections.
	settleTime = 5 * time.Second
	// answerTime is the time for a connection to close after its answer was written.
	answerTime = 500 * time.Millisecond
)

// refuseAll refuses connections and waits until the clients have closed their open ones. Without the wait, a client
// could send a request on a connection before it notices that the connection is closed, and the request would look like
// one whose answer was lost. The wait for a hanging request is bounded by answerTime.
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

// stopKeepAlive closes resting connections immediately, and the other ones after their answer. The lock must be held.
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
	listener, err := s.bind(context.Background())
	if err != nil {
		return fmt.Errorf("the emulator of %s cannot listen again: %w", s.dialect.Name, err)
	}
	s.end = nil
	s.http.SetKeepAlivesEnabled(true)
	s.serve(listener)
	return nil
}
