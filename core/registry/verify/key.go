// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

const (
	pemPrivate = "PRIVATE KEY"
	pemPublic  = "PUBLIC KEY"
)

// Key is an ed25519 key; one that was read from a public file cannot sign.
type Key struct {
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	id      string
}

// Generate returns a new key as two PEM files: the private half in PKCS #8 and the public half in PKIX.
func Generate() (private, public []byte, err error) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	privDER, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		return nil, nil, err
	}
	pubDER, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: privDER}),
		pem.EncodeToMemory(&pem.Block{Type: pemPublic, Bytes: pubDER}), nil
}

// ParsePrivate reads a private key. The error never quotes the key.
func ParsePrivate(data []byte) (*Key, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != pemPrivate {
		return nil, errors.New("expected a PEM file with a PRIVATE KEY, as `wahost conformance keygen` writes it")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the private key is not PKCS #8")
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the private key is not an ed25519 key")
	}
	return newKey(private, private.Public().(ed25519.PublicKey))
}

// ParsePublic reads a public key.
func ParsePublic(data []byte) (*Key, error) {
	block, _ := pem.Decode(data)
	switch {
	case block == nil:
		return nil, errors.New("expected a PEM file with a PUBLIC KEY, as `wahost conformance keygen` writes it")
	case block.Type == pemPrivate:
		return nil, errors.New("this is a private key: use the public key, and do not share the private one")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the public key cannot be read: %w", err)
	}
	public, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("the public key is not an ed25519 key")
	}
	return newKey(nil, public)
}

func newKey(private ed25519.PrivateKey, public ed25519.PublicKey) (*Key, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(der)
	return &Key{private: private, public: public, id: hex.EncodeToString(sum[:])}, nil
}

// ID returns the sha256 of the public key in PKIX form, in hex.
func (k *Key) ID() string { return k.id }

func (k *Key) same(other *Key) bool { return k.id == other.id }

// Sign signs with the private key. With KeyID it makes Key a dsse.Signer.
func (k *Key) Sign(_ context.Context, data []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errors.New("a public key cannot sign")
	}
	return ed25519.Sign(k.private, data), nil
}

// Verify checks a signature. With KeyID and Public it makes Key a dsse.Verifier.
func (k *Key) Verify(_ context.Context, data, signature []byte) error {
	if !ed25519.Verify(k.public, data, signature) {
		return errors.New("the signature was not made by this key")
	}
	return nil
}

// KeyID returns ID.
func (k *Key) KeyID() (string, error) { return k.id, nil }

// Public returns the public half.
func (k *Key) Public() crypto.PublicKey { return k.public }
