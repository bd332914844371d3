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

// Authority issues the certificates of emulators. It is safe for concurrent use.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

// authorityAge and leafAge are how long ago the certificates of the authority and of a vendor were issued.
const (
	authorityAge = 3 * 365 * 24 * time.Hour
	leafAge      = 17 * 24 * time.Hour
)

// NewAuthority makes an authority. Clients must trust PEM.
func NewAuthority(name pkix.Name) (*Authority, error) {
	now := time.Now()
	cert := template(name, now.Add(-authorityAge), now.Add(5*authorityAge))
	cert.IsCA, cert.BasicConstraintsValid = true, true
	cert.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &Authority{cert: cert, key: key, pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, nil
}

// PEM returns the certificate of the authority.
func (a *Authority) PEM() []byte { return a.pem }

// newTLS creates a certificate for the hosts, which are names and addresses, and returns the server's configuration.
func (a *Authority) newTLS(kind Certificate, hosts []string) (*tls.Config, error) {
	now := time.Now()
	leaf := template(pkix.Name{CommonName: hosts[0]}, now.Add(-leafAge), now.Add(4*leafAge))
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, host)
		}
	}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	issuer := a.cert
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	signer := a.key
	switch kind {
	case CertValid:
	case CertExpired:
		leaf.NotBefore, leaf.NotAfter = now.Add(-5*leafAge), now.Add(-24*time.Hour)
	case CertWrongHost:
		leaf.DNSNames, leaf.IPAddresses = []string{"other.example.com"}, nil
	case CertSelfSigned:
		issuer, signer = leaf, leafKey
	default:
		return nil, fmt.Errorf("there is no certificate %q", kind)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, issuer, &leafKey.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: leafKey}},
		NextProtos:   []string{"h2", "http/1.1"},
		MinVersion:   tls.VersionTLS12,
		// Key exchanges that withstand quantum computers cost several times as much, and these secrets are worth nothing.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
	}, nil
}

func template(name pkix.Name, from, to time.Time) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		serial = big.NewInt(from.UnixNano())
	}
	return &x509.Certificate{SerialNumber: serial, Subject: name, NotBefore: from, NotAfter: to}
}
