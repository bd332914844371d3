// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLog changes the default logger, so it runs alone.
func TestLog(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(append([]byte("received "), body...))
	}))
	t.Cleanup(server.Close)
	record := func(level slog.Level, endpoint, path string) (lines []map[string]any, text string) {
		var log bytes.Buffer
		slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: level})))
		_, _ = newClient(t, endpoint).PostJSON(t.Context(), path, map[string]string{"text": "my body", "key": secret})
		for line := range strings.Lines(log.String()) {
			var entry map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &entry))
			lines = append(lines, entry)
		}
		return lines, log.String()
	}
	const path = "/v1/accounts/" + "s3cr3t%2F+tok&en" + "/to/%2B1-202-555-0123/send?token=" + "abc&to=12025550123"
	lines, text := record(slog.LevelDebug, server.URL, path)
	require.Len(t, lines, 1)
	assert.Equal(t, "vendor request", lines[0]["msg"])
	assert.Equal(t, "POST", lines[0]["method"])
	assert.Equal(t, "/v1/accounts/***/to/***/send", lines[0]["path"])
	assert.EqualValues(t, 202, lines[0]["status"])
	assert.EqualValues(t, len(`{"key":"`+secret+`","text":"my body"}`), lines[0]["bytes_sent"])
	assert.EqualValues(t, len(`received {"key":"`+secret+`","text":"my body"}`), lines[0]["bytes_received"])
	assert.NotEmpty(t, lines[0]["duration"])
	for _, leak := range []string{secret, "my body", "0123", "token", "abc"} {
		assert.NotContains(t, text, leak)
	}

	lines, _ = record(slog.LevelInfo, server.URL, path)
	assert.Empty(t, lines, "only at the level debug")

	broken := rawServer(t, true, func(c *net.TCPConn) { _, _ = io.WriteString(c, "hello "+secret+"\r\n\r\n") })
	lines, text = record(slog.LevelDebug, broken, "/x")
	require.Len(t, lines, 1)
	assert.Equal(t, "no complete response", lines[0]["failure"])
	assert.Equal(t, true, lines[0]["maybe_sent"])
	assert.NotContains(t, text, "hello")

	server.Close()
	lines, _ = record(slog.LevelDebug, server.URL, "/x")
	require.Len(t, lines, 1)
	assert.Equal(t, "failed, nothing was sent", lines[0]["failure"])
	assert.Equal(t, false, lines[0]["maybe_sent"])
}

func TestMaskNumbers(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v1/messages":                  "/v1/messages",
		"/v19.0/12345/x":                "/v19.0/12345/x",
		"/v19.0/102030405060708/x":      "/v19.0/***/x",
		"/+12025550123":                 "/***",
		"/whatsapp:+1 (202) 555-0123/a": "/whatsapp:***/a",
		"/a/1.202.555.0123-x":           "/a/***-x",
		"/tel+٢٠٢٥٥٥٠١٢٣":               "/tel***",
		"/2024-01-01":                   "/***",
		"/a.b-c":                        "/a.b-c",
		"":                              "",
	} {
		assert.Equal(t, want, maskNumbers(path), path)
	}
}
