// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/internal/handshake"
)

func TestWithCertificate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ line, want string }{
		"certificate is last": {"1|1|unix|/tmp/plugin1|grpc|\n", "1|1|unix|/tmp/plugin1|grpc|MIIB\n"},
		"a field follows":     {"1|1|unix|/tmp/plugin1|grpc||true\n", "1|1|unix|/tmp/plugin1|grpc|MIIB|true\n"},
		"no place for it":     {"1|1|unix\n", "1|1|unix\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, stdout := io.Pipe()
			printed, err := withCertificate(stdout, "MIIB")
			require.NoError(t, err)
			_, err = io.WriteString(printed, tt.line)
			require.NoError(t, err)
			require.NoError(t, printed.Close())
			got := make([]byte, len(tt.want))
			_, err = io.ReadFull(out, got)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(got))
		})
	}
}

// TestMutualTLS connects with the certificate that the provider was given, and with another one.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	host, text, err := handshake.NewCertificate()
	require.NoError(t, err)
	stranger, _, err := handshake.NewCertificate()
	require.NoError(t, err)
	server, field, err := mutualTLS(string(text))
	require.NoError(t, err)
	der, err := base64.RawStdEncoding.DecodeString(field)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	trusted.AddCert(cert)
	for name, tt := range map[string]struct {
		cert    tls.Certificate
		refused bool
	}{
		"the host":   {host, false},
		"a stranger": {stranger, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := net.Pipe()
			go func() {
				_ = tls.Client(a, &tls.Config{Certificates: []tls.Certificate{tt.cert}, RootCAs: trusted, ServerName: handshake.ServerName, MinVersion: tls.VersionTLS12}).
					HandshakeContext(t.Context())
				_, _ = io.Copy(io.Discard, a)
			}()
			err := tls.Server(b, server).HandshakeContext(t.Context())
			require.NoError(t, b.Close())
			require.Equal(t, tt.refused, err != nil, "%v", err)
		})
	}
}

func TestMutualTLSWithoutACertificate(t *testing.T) {
	t.Parallel()
	_, _, err := mutualTLS("not PEM")
	require.ErrorContains(t, err, "PLUGIN_CLIENT_CERT")
}
