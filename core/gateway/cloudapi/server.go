// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/keys"
)

// Server is the front door. It is safe for concurrent use.
type Server struct {
	Options
	limiter  keys.Limiter
	refusals keys.Refusals
}

// New returns a server.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	return &Server{Options: o}
}

// call is one request on its way.
type call struct {
	s *Server
	w *recorder
	r *http.Request
	path
	trace string
	token keys.Token
	key   *keys.Key
	// number is that of the path, for endpoints of a number.
	number Number
	began  time.Time
	code   graph.Code
}

// ServeHTTP answers one request. Every error is one of the Graph API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{s: s, w: &recorder{ResponseWriter: w}, r: r, trace: newTrace(), began: s.Now()}
	defer c.finish()
	if err := c.serve(); err != nil {
		c.fail(err)
	}
}

// serve finds the endpoint, checks who calls, and runs the endpoint.
func (c *call) serve() error {
	if is, err := c.download(); is {
		return err
	}
	var known bool
	c.path, known = parsePath(c.r.URL.Path)
	if err := c.authenticate(); err != nil {
		return err
	}
	if !known {
		return graph.NoObject(c.method(), c.id)
	}
	e := c.endpoint(c.r.Method)
	if e == nil {
		return c.methodNotAllowed(c.methods()...)
	}
	if !c.key.May(e.scopes...) {
		return graph.New(graph.CodePermission, "the key %q lacks the scope %s", c.key.Name, scopeNames(e.scopes))
	}
	if err := c.limit(); err != nil {
		return err
	}
	return e.serve(c)
}

// fail writes an error. If a part of the answer was written, it ends the connection.
func (c *call) fail(err error) {
	var g *graph.Error
	if !errors.As(err, &g) {
		if c.r.Context().Err() != nil {
			// The caller is gone. The status is for the observer.
			c.w.status = statusClientGone
			return
		}
		c.s.Log.Error("a request could not be served", "endpoint", c.name, "trace", c.trace, "error", err)
		g = graph.Unavailable(retryUnavailable, "the gateway cannot serve the request now")
	}
	c.code = g.Code
	if c.w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	c.writeError(g)
}

// finish answers a panic, which is a mistake of the gateway, and tells the observer.
func (c *call) finish() {
	defer c.observe()
	p := recover()
	switch p {
	case nil:
		return
	case http.ErrAbortHandler:
		panic(p)
	}
	c.s.Log.Error("a request caused a panic", "endpoint", c.name, "trace", c.trace, "panic", describePanic(p), "stack", string(debug.Stack()))
	if c.w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	c.code = graph.CodeSomethingWrong
	c.writeError(graph.New(graph.CodeSomethingWrong, "the gateway failed on this request; its log has the cause under the trace id"))
}

// describePanic returns an error of the runtime, and the type of any other value, which may have something of the request in it.
func describePanic(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}

func (c *call) observe() {
	if c.s.Observer == nil {
		return
	}
	a := Access{Endpoint: c.name, Number: c.number.ID, Status: c.w.status, Code: int(c.code), Trace: c.trace, Took: c.s.Now().Sub(c.began)}
	if c.key != nil {
		a.Key = c.key.Name
	}
	c.s.Observer.Served(a)
}

// newTrace returns a random id for a request, in the shape of those of the Graph API.
func newTrace() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails
	return "A" + base64.RawURLEncoding.EncodeToString(raw[:])
}
