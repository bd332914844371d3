// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/wahost/wahost/sdk/internal/handshake"
)

// certificateField is the position of the certificate in the line of the handshake, whose fields are divided by bars.
const certificateField = 5

// mutualTLS returns a configuration that accepts the host alone, whose certificate in PEM is given, and the value of
// certificateField.
func mutualTLS(host string) (config *tls.Config, field string, err error) {
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM([]byte(host)) {
		return nil, "", errors.New(handshake.EnvClientCert + " holds no certificate in PEM")
	}
	cert, _, err := handshake.NewCertificate()
	if err != nil {
		return nil, "", err
	}
	config = &tls.Config{
		Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted, MinVersion: tls.VersionTLS12,
	}
	return config, base64.RawStdEncoding.EncodeToString(cert.Certificate[0]), nil
}

// withCertificate returns a file for go-plugin to print the line of the handshake to. The line is written to stdout with
// the certificate, which go-plugin leaves out if it did not make the certificate itself.
func withCertificate(stdout io.Writer, certificate string) (*os.File, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	go func() {
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			return // nothing is served
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		if len(fields) > certificateField {
			fields[certificateField] = certificate
		}
		_, _ = io.WriteString(stdout, strings.Join(fields, "|")+"\n")
	}()
	return in, nil
}
