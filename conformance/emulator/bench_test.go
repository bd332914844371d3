// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

// BenchmarkDiscard is the emulator under load: schema, credentials and reply of a real dialect, nothing kept.
func BenchmarkDiscard(b *testing.B) {
	d, diags := dialect.Load("../../plugins/innopaas/dialect.hcl")
	require.False(b, diags.HasErrors(), "%s", diags)
	s, err := emulator.Start(b.Context(), d, emulator.Options{Discard: true})
	require.NoError(b, err)
	defer func() { _ = s.Close() }()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	const body = `{"wabaId":"1","messageType":"text","sendNumber":"6281100000001","recipientNumber":"6281200000001","body":"hi"}`
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequest(http.MethodPost, s.URL()+d.Route("send").Path, strings.NewReader(body))
			req.Header = http.Header{
				"Content-Type":  {"application/json"},
				"Appkey":        {s.ProviderConfig()["app_key"].AsString()},
				"Authorization": {s.ProviderConfig()["authorization"].AsString()},
			}
			res, err := client.Do(req)
			if err != nil || res.StatusCode != http.StatusOK {
				b.Errorf("answer %v, error %v", res, err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
	})
}
