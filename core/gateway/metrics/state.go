// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/wahost/wahost/core/gateway/store"
)

// State is how a gateway stands.
type State struct {
	// Ready is set while the gateway should get messages.
	Ready bool
	// Messages is the number of messages in the store in each state but accepted. It is nil if the store cannot tell.
	Messages map[store.State]int
	// Resident is the number of messages in memory, and Calls the number of calls to providers that are under way.
	Resident, Calls int
}

// stateCollector asks for the state at each scrape.
type stateCollector func() State

var (
	readyDesc    = prometheus.NewDesc("wahost_ready", "1 while the gateway should get messages.", nil, nil)
	messagesDesc = prometheus.NewDesc("wahost_messages", "Messages in the store that are not accepted by a vendor, by state.", []string{"state"}, nil)
	residentDesc = prometheus.NewDesc("wahost_resident_messages", "Messages in memory.", nil, nil)
	callsDesc    = prometheus.NewDesc("wahost_provider_calls", "Calls to providers that are under way.", nil, nil)
)

// Describe implements prometheus.Collector.
func (stateCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{readyDesc, messagesDesc, residentDesc, callsDesc} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c stateCollector) Collect(to chan<- prometheus.Metric) {
	s := c()
	gauge := func(d *prometheus.Desc, value int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	ready := 0
	if s.Ready {
		ready = 1
	}
	gauge(readyDesc, ready)
	gauge(residentDesc, s.Resident)
	gauge(callsDesc, s.Calls)
	if s.Messages == nil {
		return
	}
	// States without messages are told as well, so that an alert has a value to look at.
	for _, state := range []store.State{store.StateReady, store.StateUnknown, store.StateDead} {
		gauge(messagesDesc, s.Messages[state], state.String())
	}
}
