//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var badProvider string

func TestMain(m *testing.M) {
	dir, remove := testbin.Build(map[string]string{
		"github.com/wahost/wahost/core/launch/testdata/badprovider": "wahost-provider-bad",
	})
	badProvider = filepath.Join(dir, "wahost-provider-bad")
	code := m.Run()
	remove()
	if code == 0 {
		// Idle connections of the tests' own HTTP servers are not the pool's.
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// hang is how long a test waits for what must happen. It is no measure: a busy machine may take long.
const hang = 30 * time.Second

// quick restarts without noticeable pauses.
var quick = Policy{FirstBackoff: time.Millisecond, MaxBackoff: 50 * time.Millisecond, HealthyAfter: time.Hour, MaxCrashes: 3}

// newPool makes a pool whose one provider "bad" runs in the mode.
func newPool(t *testing.T, mode string) (*Pool, *testbin.Buffer) {
	t.Helper()
	return newPatientPool(t, mode, quick)
}

func newPatientPool(t *testing.T, mode string, policy Policy) (*Pool, *testbin.Buffer) {
	t.Helper()
	log := &testbin.Buffer{}
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log})
	l, err := launch.New(logger)
	require.NoError(t, err)
	l.LogLevel = func(string) string { return "trace" }
	p := NewPool(PoolConfig{
		Launcher: l, Logger: logger, Policy: policy, Env: []string{"BAD_MODE=" + mode},
		Find: func(name string) (string, []byte, error) { return named(t, name), nil, nil },
	})
	t.Cleanup(func() {
		p.Close(context.Background(), time.Second)
		require.NoError(t, l.Close())
	})
	return p, log
}

// named returns the path of the provider's binary under a name.
func named(t *testing.T, name string) string {
	t.Helper()
	if name == "bad" {
		return badProvider
	}
	path := filepath.Join(t.TempDir(), "wahost-provider-"+name)
	require.NoError(t, os.Symlink(badProvider, path))
	return path
}

var main = addr.Channel{Provider: "bad", Name: "main"}

// open opens the channel bad.main, which asks the url before it answers.
func open(t *testing.T, p *Pool, url string) []Refusal {
	t.Helper()
	cfg := &config.Config{
		Providers: []config.Provider{{Name: "bad", ID: "bad", Value: config.Hide(cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal("canary-token")}))}},
		Channels:  []config.Channel{{Addr: main, ProviderID: "bad", Value: config.Hide(cty.ObjectVal(map[string]cty.Value{"url": cty.StringVal(url)}))}},
	}
	refusals, err := p.Open(t.Context(), cfg, nil)
	require.NoError(t, err)
	return refusals
}

// send sends one text and returns its outcome, or the error of the call.
func send(p *Pool, text string) (answer outcome.Outcome, err error) {
	batch := message.Batch{
		Message:    &message.Message{Type: "text", Text: &message.Text{Body: text}},
		Deliveries: []message.Delivery{{DeliveryID: "d1", To: message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}}},
	}
	err = p.Send(context.Background(), main, []message.Batch{batch}, nil, func(o outcome.Outcome) { answer = o })
	return answer, err
}

// vendor is an HTTP server that does not answer a request until let is closed or the request is cancelled.
type vendor struct {
	*httptest.Server
	arrived chan struct{}
	let     chan struct{}
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{arrived: make(chan struct{}, 16), let: make(chan struct{})}
	v.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// The end of a request shows only once its body was read.
		_, _ = io.Copy(io.Discard, r.Body)
		v.arrived <- struct{}{}
		select {
		case <-v.let:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(v.Close)
	return v
}

func TestSend(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	require.Empty(t, open(t, p, ""))
	o, err := send(p, "hello")
	require.NoError(t, err)
	require.Equal(t, "id-d1", o.Accepted.ProviderMessageID)

	o, err = send(p, "nothing")
	require.NoError(t, err)
	require.NotNil(t, o.Unknown, "an outcome that says nothing is unknown")
}

// gRPC servers take 4 MiB where nobody raises that.
func TestLargeMessages(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	open(t, p, "")
	o, err := send(p, strings.Repeat("x", 10<<20))
	require.NoError(t, err)
	require.Equal(t, outcome.ReasonInvalidMessage, o.Rejected.Reason, "it arrives, and is too long a text")
	o, err = send(p, strings.Repeat("x", 17<<20))
	require.NoError(t, err)
	require.Equal(t, outcome.ReasonInvalidMessage, o.Rejected.Reason, "no call can carry it")
	require.Contains(t, o.Rejected.Detail, "too large")
	o, err = send(p, "hello")
	require.NoError(t, err)
	require.NotNil(t, o.Accepted)
}

func TestAProviderThatIsKilledWhileSending(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	v := newVendor(t)
	open(t, p, v.URL)
	first := p.Statuses()[0]
	type result struct {
		outcome outcome.Outcome
		err     error
	}
	sent := make(chan result, 1)
	go func() {
		o, err := send(p, "hello")
		sent <- result{o, err}
	}()
	<-v.arrived
	require.NoError(t, syscall.Kill(first.PID, syscall.SIGKILL))
	select {
	case r := <-sent:
		require.Nil(t, r.outcome.Accepted, "never a false accept")
		require.Error(t, r.err)
		var before *dispatch.NotAttemptedError
		require.NotErrorAs(t, r.err, &before, "the vendor was asked: nobody may believe otherwise")
	case <-time.After(hang):
		t.Fatal("the call did not end with the process")
	}
	close(v.let)
	o, err := send(p, "hello")
	require.NoError(t, err, "the next send works")
	require.NotNil(t, o.Accepted)
	now := p.Statuses()[0]
	require.Equal(t, first.Generation+1, now.Generation)
	require.NotEqual(t, first.PID, now.PID)
	require.NotNil(t, now.Crash)
}

// A channel whose provider is started again says when, so that messages wait for it; one that crashed too often does not.
func TestTheSnapshotTellsOfARestart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy Policy
		waits  bool
	}{
		"first crash": {Policy{FirstBackoff: time.Hour, MaxBackoff: time.Hour, MaxCrashes: 2}, true},
		"too often":   {Policy{FirstBackoff: time.Hour, MaxBackoff: time.Hour, MaxCrashes: 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPatientPool(t, "", test.policy)
			open(t, p, "")
			require.NoError(t, syscall.Kill(p.Statuses()[0].PID, syscall.SIGKILL))
			require.Eventually(t, func() bool {
				c, _ := p.Snapshot().Channel(main)
				return c.Unhealthy != ""
			}, hang, time.Millisecond)
			c, _ := p.Snapshot().Channel(main)
			require.Equal(t, test.waits, !c.Until.IsZero())
			if test.waits {
				require.WithinRange(t, c.Until, time.Now().Add(50*time.Minute), time.Now().Add(80*time.Minute))
			}
		})
	}
}

// Between the end of an instance and the moment its supervisor has dealt with it, callers wait for the next one.
func TestAcquireNeverReturnsAnEndedInstance(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	open(t, p, "")
	alive := p.members["bad"].supervisor.Current()
	late := &Supervisor{config: Config{Name: "bad"}, ctx: t.Context(), changed: make(chan struct{}), current: alive}
	got, err := late.Acquire(t.Context())
	require.NoError(t, err)
	require.Same(t, alive, got)

	require.NoError(t, syscall.Kill(alive.PID(), syscall.SIGKILL))
	<-alive.Done()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = late.Acquire(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestPanics(t *testing.T) {
	t.Parallel()
	p, log := newPool(t, "")
	open(t, p, "")
	pid := p.Statuses()[0].PID
	o, err := send(p, "panic")
	require.NoError(t, err)
	require.NotNil(t, o.Unknown)
	require.Equal(t, pid, p.Statuses()[0].PID, "a panic in one send does not end the others")
	require.Eventually(t, func() bool { return bytes.Contains([]byte(log.String()), []byte("panic while sending")) }, hang, time.Millisecond)

	_, err = send(p, "crash")
	var crash *CrashError
	require.ErrorAs(t, err, &crash)
	require.Contains(t, err.Error(), "panic: a panic of its own")
	require.Eventually(t, func() bool {
		s := p.Statuses()[0]
		return s.Crash != nil && s.Crash.Panicked
	}, hang, time.Millisecond, "the crash is on record")
}

// TestCrashErrorShowsThePanic has output whose end is a deep stack.
func TestCrashErrorShowsThePanic(t *testing.T) {
	t.Parallel()
	e := &CrashError{Name: "acme", Output: []string{"a log line", "panic: assignment to entry in nil map", "goroutine 7 [running]:"}}
	for i := range 40 {
		e.Output = append(e.Output, fmt.Sprintf("main.frame%d()", i))
	}
	text := e.Error()
	require.Contains(t, text, "panic: assignment to entry in nil map\n  goroutine 7")
	require.NotContains(t, text, "a log line")
	require.Len(t, strings.Split(text, "\n"), 1+shownLines)
	e.Output = e.Output[3:]
	require.Contains(t, e.Error(), "main.frame39()")
	require.NotContains(t, e.Error(), "main.frame27()")
	require.Equal(t, `provider "acme" ended while it was called`, (&CrashError{Name: "acme"}).Error())
}

func TestNothingOfARequestIsLogged(t *testing.T) {
	t.Parallel()
	p, log := newPool(t, "")
	open(t, p, "")
	_, err := send(p, "canary-text")
	require.NoError(t, err)
	_, err = send(p, "panic")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return bytes.Contains([]byte(log.String()), []byte("SendMessages")) }, hang, time.Millisecond,
		"calls are logged, by name")
	for _, canary := range []string{"canary-text", "canary-token", "15550100001"} {
		require.NotContains(t, log.String(), canary)
	}
}

func TestCloseLetsSendsFinish(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	v := newVendor(t)
	open(t, p, v.URL)
	sent := make(chan outcome.Outcome, 1)
	go func() {
		o, _ := send(p, "hello")
		sent <- o
	}()
	<-v.arrived
	closed := make(chan int, 1)
	go func() { closed <- p.Close(context.Background(), 10*time.Second) }()
	close(v.let)
	require.NotNil(t, (<-sent).Accepted, "what is under way ends well")
	require.Zero(t, <-closed)
}

func TestCloseAbandonsAfterTheGrace(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	v := newVendor(t)
	open(t, p, v.URL)
	sent := make(chan outcome.Outcome, 1)
	go func() {
		o, _ := send(p, "hello")
		sent <- o
	}()
	<-v.arrived
	require.Equal(t, 1, p.Close(context.Background(), 50*time.Millisecond))
	require.Nil(t, (<-sent).Accepted)
}

func TestTheCircuitOpens(t *testing.T) {
	t.Parallel()
	// After the last crash the next start is an hour away.
	p, _ := newPatientPool(t, "exit", Policy{FirstBackoff: time.Millisecond, MaxBackoff: time.Hour, HealthyAfter: time.Hour, MaxCrashes: 3})
	_, err := p.Schema(t.Context(), "bad")
	var down *NotRunningError
	require.ErrorAs(t, err, &down)
	require.Contains(t, err.Error(), "cannot find my licence")
	m := p.members["bad"]
	require.Eventually(t, func() bool {
		m.supervisor.mu.Lock()
		defer m.supervisor.mu.Unlock()
		return m.supervisor.open
	}, hang, time.Millisecond)
	promptly(t, "a call of a provider that keeps crashing", func() { _, err = m.supervisor.Acquire(t.Context()) })
	require.ErrorAs(t, err, &down)
}

func TestACrashWhileValidating(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "crash-validate")
	_, err := p.ValidateProvider(t.Context(), "bad", cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal("x")}))
	var crash *CrashError
	require.ErrorAs(t, err, &crash)
	require.Contains(t, err.Error(), "panic: cannot validate")
}

func TestAProviderThatCannotBeConfiguredLeavesItsChannelsUnfit(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "crash-configure")
	require.Empty(t, open(t, p, ""))
	ch, ok := p.Snapshot().Channel(main)
	require.True(t, ok)
	_, fit := ch.Fit(time.Now())
	require.False(t, fit)
	require.Nil(t, ch.Checker)
}

func TestProvidersStartSideBySide(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	names := []string{"bad", "bad2", "bad3", "bad4"}
	p.Prefetch(names)
	for _, name := range names {
		_, err := p.Metadata(t.Context(), name)
		require.NoError(t, err)
	}
	var first, last time.Time
	for _, m := range p.members {
		started := m.supervisor.Current().Started
		if first.IsZero() || started.Before(first) {
			first = started
		}
		if started.After(last) {
			last = started
		}
	}
	require.Less(t, last.Sub(first), launch.DefaultStartTimeout/2)
	require.Len(t, p.Statuses(), 4)
}
