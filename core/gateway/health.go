// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/console"
	"github.com/wahost/wahost/core/gateway/login"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/internal/buildinfo"
)

const (
	// pingTime is how long the store may take to answer a health check.
	pingTime = 2 * time.Second
	// aliveTime is how long it may take when nothing else than the end of the process would help.
	aliveTime = 20 * time.Second
)

// errStopping is the reason why a gateway that ends is not ready.
var errStopping = errors.New("the gateway is stopping")

// health returns the handler of health checks: /healthz says whether the process should live, and /readyz whether it should get messages.
// /metrics is for Prometheus, and the console for people.
func (g *Gateway) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answerHealth(w, g.engine.Err()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answerHealth(w, g.ready(r.Context())) })
	mux.Handle("GET /metrics", g.metrics.Handler())
	if g.api != nil {
		mux.Handle(console.Prefix, console.New(console.Options{API: g.api, Sessions: &g.shared.sessions, Logins: login.New(g.options.Config.Gateway.Console, console.LoginPath), Version: buildinfo.Read().Version, Log: g.log.Named("console")}))
		mux.Handle("GET /{$}", http.RedirectHandler(console.Prefix, http.StatusFound))
	}
	return mux
}

// state returns how the gateway stands, for its metrics.
func (g *Gateway) state() metrics.State {
	ctx, cancel := context.WithTimeout(context.Background(), pingTime)
	defer cancel()
	s := metrics.State{Ready: g.ready(ctx) == nil}
	s.Resident, s.Calls = g.engine.Load()
	counts, _, err := g.counts.States(ctx)
	if err != nil {
		g.log.Warn("messages cannot be counted", "error", err)
		return s
	}
	s.Messages = counts
	return s
}

// ready returns why the gateway should get no messages, or nil.
func (g *Gateway) ready(ctx context.Context) error {
	if g.stopping.Load() {
		return errStopping
	}
	if err := g.engine.Err(); err != nil {
		return err
	}
	answer := make(chan error, 1)
	go func() { answer <- g.store.Ping(context.WithoutCancel(ctx)) }()
	select {
	case err := <-answer:
		return err
	case <-time.After(pingTime):
		return errors.New("the store does not answer")
	}
}

// Alive reports whether the store answers, if only with an error. A gateway that is not alive will not become so by itself.
func (g *Gateway) Alive() bool {
	answered := make(chan struct{})
	go func() {
		_ = g.store.Ping(context.Background()) // an error is an answer
		close(answered)
	}()
	select {
	case <-answered:
		return true
	case <-time.After(aliveTime):
		return false
	}
}

// answerHealth answers 200, or 503 with the problem.
func answerHealth(w http.ResponseWriter, problem error) {
	answer := struct {
		Status  string `json:"status"`
		Problem string `json:"problem,omitempty"`
	}{Status: "ok"}
	status := http.StatusOK
	if problem != nil {
		status, answer.Status, answer.Problem = http.StatusServiceUnavailable, "unavailable", problem.Error()
	}
	body, err := json.Marshal(answer)
	if err != nil {
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
}
