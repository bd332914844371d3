// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// Prefix is how the paths of the API begin.
	Prefix = "/v1/"
	// documentPath is where the OpenAPI document is. It needs no key.
	documentPath = Prefix + "openapi.json"
	// version is that of the API. It grows with each change of the document, and its first number with those that break clients.
	version = "1.1.0"
)

// Server is the API. It is safe for concurrent use.
type Server struct {
	Options
	mux      *http.ServeMux
	api      huma.API
	document func() ([]byte, error)
	// imports bounds the imports that are under way.
	imports chan struct{}
	// streams bounds the requests whose answer does not end, and ending is closed when they must.
	streams chan struct{}
	ending  chan struct{}
	end     sync.Once
}

// New returns a server.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	s := &Server{Options: o, mux: http.NewServeMux(), imports: make(chan struct{}, maxImports), streams: make(chan struct{}, maxStreams), ending: make(chan struct{})}
	s.api = humago.New(s.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "wahost gateway", Version: version, License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
				Description: "What applications and people do with messages after they handed them over to a wahost gateway.",
			},
			Servers: []*huma.Server{{URL: "http://127.0.0.1:8080", Description: "the address that a gateway listens on unless its configuration has another one"}},
			Components: &huma.Components{SecuritySchemes: map[string]*huma.SecurityScheme{
				keyScheme: {Type: "http", Scheme: "bearer", Description: "An API key, which begins with wah_. What it may do is said by its scopes."},
			}},
			Tags: tags,
		},
		Formats: map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, DefaultFormat: "application/json",
		RejectUnknownQueryParameters: true,
	})
	s.registerMessages()
	s.registerCommands()
	s.registerImports()
	s.registerCampaigns()
	s.registerAudit()
	s.registerLanes()
	s.registerExplain()
	s.registerStats()
	s.registerSuppressions()
	s.registerRecipients()
	s.registerEndpoints()
	s.registerRefused()
	s.registerEvents()
	s.registerKey()
	s.registerReload()
	s.registerTroubles()
	s.registerBulk()
	s.registerExport()
	s.registerHour()
	s.registerRoutes()
	s.registerProcesses()
	s.registerTemplates()
	s.document = sync.OnceValues(func() ([]byte, error) { return encodeDocument(s.api.OpenAPI()) })
	return s
}

// Close ends the answers that have no end of their own, and refuses new ones.
func (s *Server) Close() { s.end.Do(func() { close(s.ending) }) }

// caller is who makes a request.
type caller struct {
	key     *keys.Key
	address string
	// upload is the body of an import, and nil for other requests.
	upload io.Reader
	// table is set if it is a CSV file.
	table bool
}

// actor returns the caller as the audit has it.
func (c *caller) actor() store.Actor { return store.Actor{Key: c.key.Name, Address: c.address} }

type callerKey struct{}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	w := &answering{ResponseWriter: to}
	defer s.recoverFrom(w, r)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path == documentPath && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		s.serveDocument(w)
		return
	}
	key, err := s.admit(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	handler, pattern := s.mux.Handler(r)
	if pattern == "" {
		s.noSuchOperation(w, r, handler)
		return
	}
	c := &caller{key: key, address: addressOf(r)}
	var body []byte
	if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, importsPath) {
		c.table = isTable(r)
		c.upload, err = s.Door.Upload(w, r, maxImport)
	} else {
		body, err = s.Door.Body(w, r)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json") // it takes nothing else, whatever a client says
	s.mux.ServeHTTP(w, r)
}

// addressOf returns the address that a request came from.
func addressOf(r *http.Request) string {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return address
}

// answering remembers whether a part of the answer was written.
type answering struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (w *answering) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (w *answering) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the connection.
func (w *answering) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recoverFrom answers a panic, which is a mistake of the gateway. If a part of an answer was written, it ends the connection.
func (s *Server) recoverFrom(w *answering, r *http.Request) {
	p := recover()
	switch p {
	case nil:
		return
	case http.ErrAbortHandler:
		panic(p)
	}
	// Other values than errors of the runtime may have something of the request in them.
	text := fmt.Sprintf("%T", p)
	if err, ok := p.(runtime.Error); ok {
		text = err.Error()
	}
	s.Log.Error("a request caused a panic", "method", r.Method, "panic", text, "stack", string(debug.Stack()))
	if w.begun {
		panic(http.ErrAbortHandler)
	}
	writeProblem(w, &huma.ErrorModel{Status: http.StatusInternalServerError, Detail: "the gateway failed on this request; its log has the cause"})
}

func (s *Server) serveDocument(w http.ResponseWriter) {
	text, err := s.document()
	if err != nil {
		writeProblem(w, &huma.ErrorModel{Status: http.StatusInternalServerError, Detail: "the document cannot be made"})
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(text) // the caller may be gone
}
