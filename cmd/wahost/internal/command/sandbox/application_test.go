// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The application takes signed webhooks only, and lists them. A reader may wait for a status.
func TestApplication(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef"
	app, err := startApplication(t.Context(), "127.0.0.1:0", secret, t.Logf)
	require.NoError(t, err)
	t.Cleanup(func() { _ = app.close() })
	post := func(body, key string) int {
		t.Helper()
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(body))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, app.url(), strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	status := func(word string) string {
		return `{"entry":[{"changes":[{"value":{"statuses":[{"id":"wamid.1","status":"` + word + `"}]}}]}]}`
	}
	listed := make(chan string, 1)
	go func() {
		res, err := http.Get(app.url() + "?until=delivered")
		if err != nil {
			listed <- err.Error()
			return
		}
		defer func() { _ = res.Body.Close() }()
		text, _ := io.ReadAll(res.Body)
		listed <- string(text)
	}()
	require.Equal(t, 200, post(status("sent"), secret))
	require.Equal(t, 401, post(status("read"), "another"))
	require.Equal(t, 400, post("no JSON", secret))
	require.Equal(t, 200, post(`{"entry":[{"changes":[{"value":{"messages":[{"id":"wamid.2","from":"33612345678"}]}}]}]}`, secret))
	require.Equal(t, 200, post(status("delivered"), secret))
	require.Equal(t, "sent wamid.1\nmessage from 33612345678 wamid.2\ndelivered wamid.1\n", <-listed)
}
