// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/wahost/wahost/sdk/client"
)

// handshakeMutants do not begin as a host expects.
var handshakeMutants = []Mutant{
	{Name: "knows-one-curve", Defect: "a host whose key is not of the curve P-256 is not served", start: func() bool {
		block, _ := pem.Decode([]byte(os.Getenv(client.EnvClientCert)))
		if block == nil {
			return false
		}
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			if key, ok := cert.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
				fmt.Fprintln(os.Stderr, "the host's certificate has an unknown key")
				os.Exit(1)
			}
		}
		return false
	}},
	{Name: "socket-elsewhere", Defect: "the socket is in the folder for temporary files", start: func() bool {
		_ = os.Unsetenv("PLUGIN_UNIX_SOCKET_DIR")
		return false
	}},
	{Name: "pads-certificate", Defect: "the certificate in the handshake has padding", start: func() bool {
		stdout := os.Stdout
		out, in, err := os.Pipe()
		if err != nil {
			return false
		}
		os.Stdout = in // the SDK prints the handshake there
		go func() {
			lines := bufio.NewReader(out)
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			fields := strings.Split(strings.TrimSuffix(line, "\n"), "|")
			if len(fields) > 5 {
				fields[5] += "="
			}
			_, _ = io.WriteString(stdout, strings.Join(fields, "|")+"\n")
			_, _ = io.Copy(stdout, lines)
		}()
		return false
	}},
}
