// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package handshake

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"
)

const (
	// EnvClientCert is the certificate of the host in PEM. It is go-plugin's variable.
	EnvClientCert = "PLUGIN_CLIENT_CERT"
	// ServerName is the name in the certificates of both sides.
	ServerName = "localhost"
)

// certificateLife is as long as go-plugin's own certificates last: 30 years, more than any process runs.
const certificateLife = 262980 * time.Hour

// NewCertificate returns a new key with its certificate, and the certificate in PEM. Each side of a connection makes one
// for each start of a provider, and trusts the other's alone. They are like those that go-plugin makes, but of the curve
// P-256: making and using keys of P-521 takes most of the time of a start.
func NewCertificate() (cert tls.Certificate, text []byte, err error) {
	return NewCertificateOf(elliptic.P256())
}

// NewCertificateOf is NewCertificate with a key of another curve.
func NewCertificateOf(curve elliptic.Curve) (cert tls.Certificate, text []byte, err error) {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: ServerName}, DNSNames: []string{ServerName},
		NotBefore: now.Add(-time.Minute), NotAfter: now.Add(certificateLife),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
