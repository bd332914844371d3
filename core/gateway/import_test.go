// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// importRows makes an import and returns its answer.
func (a api) importRows(query, body string) map[string]any {
	a.t.Helper()
	return a.ok("POST", "/v1/imports/spring?phone_number_id="+numberID+query, body)
}

func row(to int) string {
	return fmt.Sprintf(`{"to":"1650555%04d","text":{"body":"Hi"},"biz_opaque_callback_data":"row %d"}`, to, to) + "\n"
}

// A wrong row rejects only itself, a repetition sends nothing twice, and a dry run nothing at all.
func TestAPIImport(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	body := row(1) + "\n" + `{"to":"nobody","text":{"body":"Hi"}}` + "\n" + "not JSON\n" + `{"to":"16505550009","type":"audio","audio":{"link":"https://example.com/a.mp3"}}` + "\n" +
		strings.TrimSuffix(row(2), "\n")
	counts := func(got map[string]any) string {
		return fmt.Sprint(got["rows"], got["accepted"], got["repeated"], got["rejected"], got["next_row"])
	}
	require.Equal(t, "5 2 0 3 7", counts(a.importRows("&dry_run=true", body)))
	require.Empty(t, a.items("/v1/messages"))
	got := a.importRows("", body)
	require.Equal(t, "5 2 0 3 7", counts(got))
	var wrong []string
	for _, e := range got["errors"].([]any) {
		e := e.(map[string]any)
		require.NotEmpty(t, e["detail"])
		wrong = append(wrong, fmt.Sprint(e["row"], " ", e["reason"], " ", e["path"]))
	}
	require.Equal(t, []string{"3 invalid_message to", "4 invalid_message <nil>", "5 unsupported type"}, wrong)
	require.Equal(t, "5 0 2 3 7", counts(a.importRows("", body)))
	require.Equal(t, "1 0 1 0 7", counts(a.importRows("&from_row=6", body)))
	changed := a.importRows("&from_row=6", strings.Replace(body, "row 2", "row 3", 1))
	require.Equal(t, "1 0 0 1 7", counts(changed))
	require.Equal(t, "conflict", changed["errors"].([]any)[0].(map[string]any)["reason"])
	require.Equal(t, "0 0 0 0 1", counts(a.importRows("", "")))
	a.is("/v1/messages/"+a.items("/v1/messages?reference=row%202")[0]["id"].(string), "state", "accepted")
	require.Len(t, a.items("/v1/messages"), 2)

	for path, want := range map[string]int{
		"/v1/imports/a%20b?phone_number_id=" + numberID:             http.StatusUnprocessableEntity,
		"/v1/imports/spring":                                        http.StatusUnprocessableEntity,
		"/v1/imports/spring?phone_number_id=9":                      http.StatusNotFound,
		"/v1/imports/spring?from_row=0&phone_number_id=" + numberID: http.StatusUnprocessableEntity,
	} {
		status, _ := a.call("POST", path, row(1))
		require.Equal(t, want, status, path)
	}
	long := a.importRows("", row(1)+`{"to":"`+strings.Repeat("1", 1<<20)+"\n"+row(2))
	require.Equal(t, "1 0 1 0 2", counts(long))
	require.Contains(t, long["truncated"], "row 2 is longer")
}

// Many rows are all sent, in the order of each recipient.
func TestAPIImportOfMany(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	var body strings.Builder
	const rows = 700
	for i := range rows {
		body.WriteString(row(i % 50))
	}
	got := a.importRows("", body.String())
	require.EqualValues(t, rows, got["accepted"])
	for range rows {
		select {
		case <-a.vendor.seen:
		case <-time.After(patience):
			require.FailNow(t, "the messages do not reach the vendor")
		}
	}
}

// A connection that breaks in a row leaves the rows before it, and the same import goes on.
func TestAPIImportBreaksOff(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(a.url, "http://"))
	require.NoError(t, err)
	body := row(1) + row(2) + row(3)
	_, err = fmt.Fprintf(conn, "POST /v1/imports/spring?phone_number_id=%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s",
		numberID, a.token.Reveal(), len(body), body[:len(body)-10])
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	_, err = io.ReadAll(conn)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { return len(a.items("/v1/messages")) == 2 }, patience, time.Millisecond)
	got := a.importRows("", body)
	require.Equal(t, []any{1.0, 2.0, 0.0}, []any{got["accepted"], got["repeated"], got["rejected"]})
}

// A table has a column with recipients, and columns for the parameters of the message.
func TestAPIImportTable(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	table := func(m, body string) (int, map[string]any) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", a.url+"/v1/imports/table?phone_number_id="+numberID+"&message="+url.QueryEscape(m), strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+a.token.Reveal())
		r.Header.Set("Content-Type", "text/csv; charset=utf-8")
		return a.do(r)
	}
	const welcome = `{"type":"template","template":{"name":"welcome","language":{"code":"en"}}}`
	const body = "to,1\n16505550001,Ann\n16505550002,\nnobody,Bob\n16505550003,Cy\n"
	for _, want := range []string{"4 2 0 2 5", "4 0 2 2 5"} {
		status, got := table(welcome, body)
		require.Equal(t, http.StatusOK, status, "%v", got)
		require.Equal(t, want, fmt.Sprint(got["rows"], " ", got["accepted"], " ", got["repeated"], " ", got["rejected"], " ", got["next_row"]))
		rows := got["errors"].([]any)
		require.Equal(t, []any{2.0, 3.0}, []any{rows[0].(map[string]any)["row"], rows[1].(map[string]any)["row"]})
	}
	names := map[string]bool{}
	for range 2 {
		select {
		case got := <-a.vendor.seen:
			names[got.message.GetTemplate().GetComponents()[0].GetParameters()[0].GetText()] = true
		case <-time.After(patience):
			require.FailNow(t, "the messages do not reach the vendor")
		}
	}
	require.Equal(t, map[string]bool{"Ann": true, "Cy": true}, names)
	for _, wrong := range []struct{ message, body string }{{welcome, "x,y\n1,2\n"}, {welcome, ""}, {"", body}, {"[", body}} {
		status, got := table(wrong.message, wrong.body)
		require.Equal(t, http.StatusUnprocessableEntity, status, "%v", got)
	}
	left, err := filepath.Glob(filepath.Join(a.gateway.options.Dir, "import-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
