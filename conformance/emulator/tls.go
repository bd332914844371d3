// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Certificate is a kind of server certificate of the emulator.
type Certificate string

// The certificates. All but the self-signed one are issued by the authority that Server.CA returns.
const (
	// CertNone means plain HTTP.
	CertNone       Certificate = ""
	CertValid      Certificate = "valid"
	CertExpired    Certificate = "expired"
	CertWrongHost  Certificate = "wrong_host"
	CertSelfSigned Certificate = "self_signed"
)

// BadCertificates returns the certificates that a client must refuse.
func BadCertificates() []Certificate {
	return []Certificate{CertExpired, CertWrongHost, CertSelfSigned}
}

// newTLS creates an authority and a certificate for loopback. It returns the server's configuration and the authority's
// certificate in PEM.
func newTLS(kind Certificate) (*tls.Config, []byte, error) {
	now := time.Now()
	authority := template("wahost emulator authority", now.Add(-time.Hour), now.Add(24*time.Hour))
	authority.IsCA, authority.BasicConstraintsValid = true, true
	authority.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})

	leaf := template("localhost", now.Add(-time.Hour), now.Add(24*time.Hour))
	leaf.DNSNames, leaf.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	issuer := authority
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	signer := key
	switch kind {
	case CertValid:
	case CertExpired:
		leaf.NotBefore, leaf.NotAfter = now.Add(-48*time.Hour), now.Add(-24*time.Hour)
	case CertWrongHost:
		leaf.DNSNames, leaf.IPAddresses = []string{"other.example.com"}, nil
	case CertSelfSigned:
		issuer, signer = leaf, leafKey
	default:
		return nil, nil, fmt.Errorf("there is no certificate %q", kind)
	}
	der, err = x509.CreateCertificate(rand.Reader, leaf, issuer, &leafKey.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: leafKey}},
		NextProtos:   []string{"h2", "http/1.1"},
		MinVersion:   tls.VersionTLS12,
	}, ca, nil
}

func template(name string, from, to time.Time) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		serial = big.NewInt(from.UnixNano())
	}
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to}
}
