// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/gateway/historycheck"
)

// collected is what a receiver of OTLP got.
type collected struct {
	mu    sync.Mutex
	spans []*traces.Span
	wrong error
}

// newCollector starts a receiver of OTLP over HTTP.
func newCollector(t *testing.T) (c *collected, url string) {
	t.Helper()
	c = &collected{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if err := c.take(r); err != nil {
			c.wrong = err
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(s.Close)
	return c, s.URL
}

func (c *collected) take(r *http.Request) error {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(r.Body); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	var request collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(raw, &request); err != nil {
		return err
	}
	for _, resource := range request.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
	return nil
}

// names returns how often each span of a trace came.
func (c *collected) names(traceID string) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int{}
	for _, s := range c.spans {
		if hex.EncodeToString(s.GetTraceId()) == traceID {
			all[s.GetName()]++
		}
	}
	return all
}

// The life of a message is one trace, whose id is that of the message, and no span has its number or text.
func TestTraces(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	l := newLives(t, sqliteStore)
	l.recorded = make(chan struct{}) // a status that comes before the outcome has no span
	c, url := newCollector(t)
	p := l.start("OTEL_EXPORTER_OTLP_ENDPOINT="+url, "OTEL_TRACES_SAMPLER=always_on", "OTEL_BSP_SCHEDULE_DELAY=50")
	r := &historycheck.Request{Key: "1", Body: "a text for nobody else", Recipient: "+628110000000"}
	require.True(t, l.ask(r))
	id := r.Answers[0]
	require.Eventually(t, func() bool {
		var m struct{ State string }
		return l.world.call("GET", "/v1/messages/"+id.Wamid(), "", &m) == http.StatusOK && m.State == "accepted"
	}, patience, 5*time.Millisecond)
	close(l.recorded)
	want := map[string]int{"plan": 1, "accept": 1, "attempt": 1, "status": 2, "webhook": 2}
	require.Eventually(t, func() bool {
		got := c.names(hex.EncodeToString(id[:]))
		return got["webhook"] >= 2 && got["status"] >= 2 && got["attempt"] == 1 && got["accept"] == 1
	}, patience, 20*time.Millisecond, "%v %s", c.names(hex.EncodeToString(id[:])), p.stderr.String())
	l.stop(p)
	require.Equal(t, want, c.names(hex.EncodeToString(id[:])))
	require.NoError(t, c.wrong)
	for _, s := range c.spans {
		for _, canary := range []string{"628110000000", "nobody else", l.token.Reveal(), hookSecret} {
			require.False(t, strings.Contains(s.String(), canary), "a span has something that a caller wrote: %s", s)
		}
	}
}
