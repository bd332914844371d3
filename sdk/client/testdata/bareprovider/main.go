// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command bareprovider is a provider that is built neither with the SDK nor with go-plugin, as a provider in another
// language is. It serves nothing but ProviderService over the documented handshake, and sends texts to the vendor Formpost.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/providerpb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) > 1 && os.Args[1] == "describe" {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"name": "bare", "version": "1.0.0", "protocol_versions": []int{1}})
	}
	if os.Getenv("WAHOST_PROVIDER_COOKIE") != handshake.CookieValue {
		return fmt.Errorf("this program is a provider: wahost starts it")
	}
	if !slices.Contains(strings.Split(os.Getenv("PLUGIN_PROTOCOL_VERSIONS"), ","), "1") {
		return fmt.Errorf("this provider speaks protocol version 1, the host speaks %s", os.Getenv("PLUGIN_PROTOCOL_VERSIONS"))
	}
	creds, certificate, err := mutualTLS()
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", filepath.Join(os.Getenv("PLUGIN_UNIX_SOCKET_DIR"), fmt.Sprintf("bare%d", os.Getpid())))
	if err != nil {
		return err
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	server := grpc.NewServer(grpc.Creds(creds), grpc.MaxRecvMsgSize(handshake.MaxMessageBytes), grpc.MaxSendMsgSize(handshake.MaxMessageBytes))
	bare := &bareProvider{client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, channels: map[string]channel{},
		accounts: map[string]account{}, changed: make(chan struct{})}
	bare.base, bare.cancel = context.WithCancel(context.Background())
	defer bare.cancel()
	go func() {
		<-terminated
		server.Stop()
	}()
	go watchParent(os.Getppid(), server.Stop)
	providerpb.RegisterProviderServiceServer(server, bare)
	fmt.Printf("1|1|unix|%s|grpc|%s\n", listener.Addr(), certificate)
	return server.Serve(listener)
}

// mutualTLS returns the credentials of the server, which trusts only the certificate of the host, and its own certificate
// for the handshake.
func mutualTLS() (credentials.TransportCredentials, string, error) {
	cert, _, err := handshake.NewCertificate()
	if err != nil {
		return nil, "", err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(os.Getenv("PLUGIN_CLIENT_CERT"))) {
		return nil, "", fmt.Errorf("PLUGIN_CLIENT_CERT has no certificate")
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12}
	return credentials.NewTLS(config), base64.RawStdEncoding.EncodeToString(cert.Certificate[0]), nil
}

// channel is an open channel.
type channel struct{ account, sender string }

type bareProvider struct {
	providerpb.UnimplementedProviderServiceServer
	client *http.Client

	mu       sync.Mutex
	accounts map[string]account
	channels map[string]channel
	changed  chan struct{} // closed and replaced when channels open or close
	stopping bool
	running  sync.WaitGroup // sends
	pending  atomic.Int64   // deliveries without an outcome
	base     context.Context
	cancel   context.CancelFunc // ends sends when the grace of a stop is over
}
