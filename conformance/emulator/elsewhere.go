// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

type (
	connKey      struct{}
	elsewhereKey struct{}
)

// elsewhere returns the base URL of the same vendor under another host name and port, to which a client must not send
// credentials. If plain is true, the URL uses plain HTTP. The server behind the URL is started on first use.
func (s *Server) elsewhere(plain bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", http.ErrServerClosed
	}
	encrypted := s.tls != nil && !plain
	if base := s.others[encrypted]; base != "" {
		return base, nil
	}
	base, listener, err := s.elsewhereAt(encrypted)
	if err != nil {
		return "", fmt.Errorf("the emulator of %s cannot listen for redirects: %w", s.dialect.Name, err)
	}
	other := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), elsewhereKey{}, true)))
		}),
		ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet,
	}
	if encrypted {
		other.TLSConfig = s.tls.Clone()
	}
	s.others[encrypted], s.otherServers = base, append(s.otherServers, other)
	s.serving.Go(func() {
		if encrypted {
			_ = other.ServeTLS(listener, "", "")
		} else {
			_ = other.Serve(listener)
		}
	})
	return base, nil
}
