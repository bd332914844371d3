// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"crypto/x509/pkix"
	"net"
)

// bind listens for requests to the API.
func (s *Server) bind(ctx context.Context) (net.Listener, error) {
	if s.options.Site != nil {
		return s.options.Site.Listen(ctx)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", s.addr)
}

// encrypt makes the certificate of an emulator that serves HTTPS.
func (s *Server) encrypt() error {
	if s.options.TLS == CertNone {
		return nil
	}
	authority := s.options.Authority
	if authority == nil {
		var err error
		if authority, err = NewAuthority(pkix.Name{CommonName: "wahost emulator authority"}); err != nil {
			return err
		}
	}
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if s.options.Site != nil {
		api, other := s.options.Site.Hosts()
		hosts = []string{api, other}
	}
	var err error
	s.tls, err = authority.newTLS(s.options.TLS, hosts)
	s.ca = authority.PEM()
	if err == nil && s.options.OnlyHTTP1 {
		s.tls.NextProtos = []string{"http/1.1"}
	}
	return err
}

// elsewhereAt listens at another host, and returns its base URL.
func (s *Server) elsewhereAt(encrypted bool) (string, net.Listener, error) {
	if s.options.Site != nil {
		return s.options.Site.Elsewhere(encrypted)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if encrypted {
		return "https://localhost:" + port, listener, nil
	}
	return "http://localhost:" + port, listener, nil
}
