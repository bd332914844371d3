// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package metrics counts what a gateway does, for Prometheus. Labels are names of the configuration and fixed words. No label has a phone
// number, a text or anything else that a caller wrote.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/inbound"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/sdk/outcome"
)

// seconds are the buckets of durations: from a millisecond to a minute.
var seconds = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}

// Metrics are the metrics of one gateway. Its methods are safe for concurrent use.
type Metrics struct {
	registry                                          *prometheus.Registry
	requests, sends, hooks, events, webhooks, reloads *prometheus.CounterVec
	requestSeconds, sendSeconds, webhookSeconds       *prometheus.HistogramVec
	inDoubt                                           prometheus.Counter
}

// New returns the metrics of a gateway. State is asked at each scrape.
func New(state func() State) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: seconds}, labels)
		m.registry.MustRegister(h)
		return h
	}
	m.requests = counter("wahost_requests_total", "Requests of applications, by endpoint, API key, HTTP status and code of the Graph API (0 without an error).", "endpoint", "key", "status", "code")
	m.requestSeconds = histogram("wahost_request_seconds", "How long requests of applications took.", "endpoint")
	m.sends = counter("wahost_sends_total", "Outcomes of attempts, by channel. The reason is that of a rejection.", "channel", "outcome", "reason")
	m.sendSeconds = histogram("wahost_send_seconds", "How long attempts took from the handover to the outcome.", "channel")
	m.hooks = counter("wahost_webhooks_in_total", "Requests of vendors, by provider configuration and HTTP status of the answer.", "provider", "status")
	m.events = counter("wahost_events_in_total", "What vendors told: statuses, messages of users, and repetitions of either.", "provider", "kind")
	m.webhooks = counter("wahost_webhooks_out_total", "Attempts to tell applications, by webhook and HTTP status (0 without an answer).", "webhook", "status")
	m.webhookSeconds = histogram("wahost_webhook_out_seconds", "How long attempts to tell applications took.", "webhook")
	m.reloads = counter("wahost_reloads_total", "Reloads of the configuration, by result: ok or failed.", "result")
	m.inDoubt = prometheus.NewCounter(prometheus.CounterOpts{Name: "wahost_in_doubt_total", Help: "Messages that became unknown because the gateway had ended without recording their outcome."})
	m.registry.MustRegister(m.inDoubt, stateCollector(state), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Served implements cloudapi.Observer.
func (m *Metrics) Served(a cloudapi.Access) {
	m.requests.WithLabelValues(a.Endpoint, a.Key, strconv.Itoa(a.Status), strconv.Itoa(a.Code)).Inc()
	m.requestSeconds.WithLabelValues(a.Endpoint).Observe(a.Took.Seconds())
}

// Sent counts the outcome of an attempt.
func (m *Metrics) Sent(ch addr.Channel, o outcome.Outcome, took time.Duration) {
	reason := ""
	if o.Rejected != nil {
		reason = string(o.Rejected.Reason)
	}
	m.sends.WithLabelValues(ch.String(), o.Word(), reason).Inc()
	m.sendSeconds.WithLabelValues(ch.String()).Observe(took.Seconds())
}

// Webhook implements inbound.Observer.
func (m *Metrics) Webhook(a inbound.Access) {
	m.hooks.WithLabelValues(a.Provider, strconv.Itoa(a.Status)).Inc()
	for kind, n := range map[string]int{"status": a.Statuses, "message": a.Messages, "repeated": a.Repeated} {
		if n > 0 {
			m.events.WithLabelValues(a.Provider, kind).Add(float64(n))
		}
	}
}

// Posted counts an attempt to tell an application. The name of the endpoint of a subscription is not one of the configuration.
func (m *Metrics) Posted(endpoint string, _ *outbound.Notice, status int, took time.Duration, _ error) {
	m.webhooks.WithLabelValues(endpoint, strconv.Itoa(status)).Inc()
	m.webhookSeconds.WithLabelValues(endpoint).Observe(took.Seconds())
}

// Reloaded counts a reload.
func (m *Metrics) Reloaded(err error) {
	result := "ok"
	if err != nil {
		result = "failed"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// InDoubt counts messages that became unknown because a gateway ended.
func (m *Metrics) InDoubt(messages int) { m.inDoubt.Add(float64(messages)) }
