// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	pushwooshPath = "/json/1.3/createWhatsAppMessage"
	innopaasPath  = "/api/whatsapp/v3/msg/submit"
)

// playVendor is the vendor's process. Its arguments are the files of its certificate and its key. It reads each request
// to its end and answers for both vendors, over http and https. Below /after/20ms it answers after 20 ms.
func playVendor() error {
	certificate, err := tls.LoadX509KeyPair(os.Args[2], os.Args[3])
	if err != nil {
		return err
	}
	answers := map[string][]byte{
		pushwooshPath: []byte(`{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`),
		innopaasPath:  []byte(`{"code":"0","message":"submitted","data":"400000000000000001"}`),
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if rest, ok := strings.CutPrefix(path, "/after/"); ok {
			after, _, _ := strings.Cut(rest, "/")
			path = strings.TrimPrefix(rest, after)
			if delay, err := time.ParseDuration(after); err == nil && delay > 0 {
				time.Sleep(delay)
			}
		}
		answer, ok := answers[path]
		if _, err := io.Copy(io.Discard, r.Body); err != nil || !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
	server := func() *http.Server {
		return &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	}
	overTLS := server()
	overTLS.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	plain, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	secure, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	endWithParent()
	fmt.Println(plain.Addr(), secure.Addr())
	go func() { _ = server().Serve(plain) }()
	return overTLS.ServeTLS(secure, "", "")
}

// vendor is the running vendor.
type vendor struct {
	*child
	plain, secure string // addresses
	roots         *x509.CertPool
}

// startVendor starts the vendor with a certificate of an authority that is made for this run. Providers, and vendorhttp in
// this process, trust the authority through SSL_CERT_FILE.
func startVendor(ctx context.Context, dir string) (*vendor, error) {
	roots, err := writeCertificates(dir)
	if err != nil {
		return nil, err
	}
	if err := os.Setenv("SSL_CERT_FILE", filepath.Join(dir, authorityFile)); err != nil {
		return nil, err
	}
	c, err := startChild(ctx, "vendor", filepath.Join(dir, certificateFile), filepath.Join(dir, keyFile))
	if err != nil {
		return nil, err
	}
	plain, secure, _ := strings.Cut(c.says, " ")
	return &vendor{child: c, plain: plain, secure: secure, roots: roots}, nil
}

// url returns the address of the vendor that answers after a time.
func (v *vendor) url(scheme string, delay time.Duration) string {
	address := v.secure
	if scheme == "http" {
		address = v.plain
	}
	return scheme + "://" + address + "/after/" + delay.String()
}
