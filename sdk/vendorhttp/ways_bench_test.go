// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vendorhttp

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// envVendor makes the test binary a vendor that answers immediately. The vendor is a process of its own, so that its
// processor time is not counted.
const envVendor = "WAHOST_TEST_VENDOR"

func TestMain(m *testing.M) {
	if os.Getenv(envVendor) != "" {
		playVendor()
	}
	goleak.VerifyTestMain(m)
}

// playVendor serves http and https and writes both addresses. It ends with its standard input.
func playVendor() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"code":"0","data":{"id":"4f1c9a4e-7f0e-4d0b-8f5e-2d1c3b4a5968"}}`)
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	fmt.Println(plain.URL, secure.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// startVendor starts such a process and returns its addresses.
func startVendor(b *testing.B) []string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), envVendor+"=1"), os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(b, err)
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() { _, _ = in.Close(), cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err)
	return strings.Fields(line)
}

// BenchmarkWays compares the processor time of a request, with 64 under way, of the two ways in which a client can make it.
// The rounds of the ways alternate. A/A is the quotient of two rounds of the same way: a difference that is smaller says
// nothing.
func BenchmarkWays(b *testing.B) {
	for _, address := range startVendor(b) {
		scheme, _, _ := strings.Cut(address, ":")
		b.Run(scheme, func(b *testing.B) {
			own := newClient(b, address)
			std := newClient(b, address, func(o *Options) { o.NetHTTP = true })
			if scheme == "https" {
				for _, c := range []*Client{own, std} {
					c.transport.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // a benchmark
					if c.pool != nil {
						c.pool.tls.InsecureSkipVerify = true
					}
				}
			}
			var costs [3][]float64
			var ratio, control []float64
			for b.Loop() {
				var cost [3]float64
				for i, c := range []*Client{own, std, own} {
					cost[i] = processorTime(b, c, 64, 5_000)
					costs[i] = append(costs[i], cost[i])
				}
				ratio, control = append(ratio, 2*cost[1]/(cost[0]+cost[2])), append(control, cost[2]/cost[0])
			}
			b.ReportMetric(median(costs[0]), "own-us/request")
			b.ReportMetric(median(costs[1]), "nethttp-us/request")
			b.ReportMetric(median(ratio), "nethttp/own")
			b.ReportMetric(median(control), "A/A")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// processorTime returns the processor time of this process for one request, in microseconds.
func processorTime(b *testing.B, c *Client, workers, requests int) float64 {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(requests))
	before := used(b)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if _, failure := c.PostJSON(b.Context(), "/send", map[string]string{"to": "4915112345678", "text": strings.Repeat("x", 200)}); failure != nil {
					b.Error(failure.Cause)
					return
				}
			}
		})
	}
	group.Wait()
	return float64((used(b) - before).Microseconds()) / float64(requests)
}

// used returns the processor time of this process.
func used(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
