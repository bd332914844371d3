// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/emulator"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	reset := func(t *testing.T, _ *http.Response, _ string, err error) {
		assert.ErrorIs(t, err, syscall.ECONNRESET)
	}
	tests := map[string]struct {
		check     func(t *testing.T, res *http.Response, body string, err error)
		status    int
		delivered bool
	}{
		"reset_after_request": {reset, 0, false},
		"accept_then_close":   {func(t *testing.T, _ *http.Response, _ string, err error) { assert.ErrorIs(t, err, io.EOF) }, 0, false},
		"hang": {func(t *testing.T, _ *http.Response, _ string, err error) {
			assert.ErrorIs(t, err, context.Canceled)
		}, 0, false},
		"status(503)": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 503, res.StatusCode)
			assert.Empty(t, body)
		}, 503, false},
		"error(rate)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 429, res.StatusCode)
			assert.Equal(t, "7", res.Header.Get("Retry-After"))
		}, 429, false},
		"retry_after(3)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 429, res.StatusCode)
			assert.Equal(t, "3", res.Header.Get("Retry-After"))
		}, 429, false},
		"garbage": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
			assert.NotEmpty(t, body)
		}, 200, false},
		"empty_200": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 200, res.StatusCode)
			assert.Empty(t, body)
		}, 200, false},
		"html(502)": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 502, res.StatusCode)
			assert.Contains(t, body, "<h1>502 Bad Gateway</h1>")
		}, 502, false},
		"truncate(5)": {func(t *testing.T, _ *http.Response, body string, err error) {
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
			assert.Equal(t, `{"id"`, body)
		}, 202, true},
		"slow(30)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 202, res.StatusCode)
		}, 202, true},
		"deliver_then(reset_after_request)": {reset, 0, true},
		"deliver_then(status(500))": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 500, res.StatusCode)
		}, 500, true},
	}
	for text, tt := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{})
			require.NoError(t, c.server.Script("send", emulator.MustFault(text)))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if text == "hang" {
				go func() {
					_ = c.server.Wait(ctx, 1)
					cancel()
				}()
			}
			began := time.Now()
			res, body, err := c.post(ctx, good)
			if text == "slow(30)" {
				assert.GreaterOrEqual(t, time.Since(began), 30*time.Millisecond)
			}
			tt.check(t, res, body, err)
			x := c.server.Exchanges()[0]
			assert.Equal(t, text, x.Fault)
			assert.Equal(t, tt.status, x.Status)
			assert.Equal(t, tt.delivered, x.Delivered)
			assert.Equal(t, map[bool]int{true: 1}[tt.delivered], c.server.Deliveries("+15550100001"))

			res, _, err = c.post(t.Context(), good)
			require.NoError(t, err, "the next request is answered normally")
			assert.Equal(t, 202, res.StatusCode)
		})
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	_, _, err := c.post(t.Context(), good) // leaves an open connection behind
	require.NoError(t, err)
	require.NoError(t, c.server.Script("send", emulator.MustFault("ok"), emulator.MustFault("refuse")))
	_, _, err = c.post(t.Context(), good)
	require.NoError(t, err)
	for range 3 {
		_, _, err = c.post(t.Context(), good)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
	assert.Len(t, c.server.Exchanges(), 2)

	require.NoError(t, c.server.Reset())
	assert.Empty(t, c.server.Exchanges())
	_, _, err = c.post(t.Context(), good)
	require.NoError(t, err, "the emulator listens again, at the same address")
	assert.Equal(t, 1, c.server.Counts().Requests)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	statusOf := func(to string) int {
		res, _, err := c.post(t.Context(), "text=a&to="+to)
		require.NoError(t, err)
		return res.StatusCode
	}
	require.NoError(t, c.server.Script("send", emulator.MustFault("status(501)"), emulator.MustFault("status(502)")))
	require.NoError(t, c.server.Script("", emulator.MustFault("status(503)")))
	require.NoError(t, c.server.ScriptFor("+15550100002", emulator.MustFault("status(504)")))
	assert.Equal(t, 501, statusOf("15550100001"))
	assert.Equal(t, 504, statusOf("15550100002"), "a recipient's script comes first")
	assert.Equal(t, 502, statusOf("15550100002"))
	assert.Equal(t, 503, statusOf("15550100001"), "then that for any route")
	assert.Equal(t, 202, statusOf("15550100001"))

	assert.ErrorContains(t, c.server.Script("snd"), `no route "snd"`)
	assert.ErrorContains(t, c.server.Script("send", emulator.MustFault("deliver_then(error(nope))")), `no error row "nope"`)
	assert.ErrorContains(t, c.server.ScriptFor("+1", emulator.MustFault("refuse")), "carries none")
	assert.ErrorContains(t, c.server.Script("send", emulator.Fault{}), "ParseFault")
}

func TestParseFaultProblems(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"hangg":                "did you mean \"hang\"?",
		"":                     "there is no fault",
		"status":               "written as status(code)",
		"status(abc)":          "not a whole number from 200 to 599",
		"status(99)":           "not a whole number from 200 to 599",
		"hang(1)":              "written as hang",
		"status(500":           "unclosed",
		"deliver_then(refuse)": "cannot follow",
		"deliver_then(x)":      "there is no fault",
		"error()":              "not the name of an error row",
		strings.Repeat("deliver_then(", 100) + "ok": "longer than",
	} {
		_, err := emulator.ParseFault(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseFault(f *testing.F) {
	for _, usage := range emulator.FaultNames() {
		f.Add(usage)
	}
	f.Add("deliver_then(deliver_then(status(500)))")
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := emulator.ParseFault(text)
		if err != nil {
			return
		}
		again, err := emulator.ParseFault(fault.String())
		require.NoError(t, err)
		assert.Equal(t, fault.String(), again.String())
	})
}
