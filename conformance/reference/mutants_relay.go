// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/client"
)

// relayMutants put processes between the host and the process that serves.
var relayMutants = []Mutant{
	{Name: "serves-from-a-grandchild", Defect: "the process that the host starts is not the one that serves, which survives its parent", start: func() bool {
		outliveHost()
		follow("keeper")
		return true
	}},
	{Name: "answers-unknown-calls", Defect: "a call that the protocol does not have is answered if the host does not pass its process id", start: func() bool {
		// Processes that the host starts use TLS, which a relay cannot intercept.
		if os.Getenv(client.EnvHostPID) != "" || os.Getenv(client.Handshake.MagicCookieKey) == "" {
			return false
		}
		_ = os.Unsetenv("PLUGIN_CLIENT_CERT")
		if err := relay(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return true
	}},
}

// follow starts this binary in a role with the same output, and waits for its end.
func follow(role string) {
	cmd, err := spawn(role, true)
	if err != nil {
		return
	}
	defer time.AfterFunc(lifetime, func() { _ = cmd.Process.Kill() }).Stop()
	_ = cmd.Wait()
}

// relay passes calls to the process that serves, and answers the calls that this process would refuse as unknown.
func relay() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self) //nolint:noctx // it ends with this process or after its lifetime
	cmd.Env, cmd.Stderr = append(os.Environ(), envRole+"=server"), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer time.AfterFunc(lifetime, func() { _ = cmd.Process.Kill() }).Stop()
	line, err := bufio.NewReader(out).ReadString('\n')
	parts := strings.Split(strings.TrimSpace(line), "|")
	if err != nil || len(parts) < 5 {
		return fmt.Errorf("the process that serves printed %q: %w", line, err)
	}
	network, address := parts[2], parts[3]
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", filepath.Join(os.Getenv("PLUGIN_UNIX_SOCKET_DIR"), "relay.sock"))
	if err != nil {
		return err
	}
	var plain http.Protocols
	plain.SetUnencryptedHTTP2(true)
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "provider" }, FlushInterval: -1,
		Transport: &http.Transport{Protocols: &plain, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}},
	}
	server := &http.Server{Protocols: &plain, ReadHeaderTimeout: lifetime, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/FromALaterVersion") {
			through.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/grpc")
		_, _ = w.Write(make([]byte, 5)) // an empty message
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
	})}
	parts[3] = listener.Addr().String()
	fmt.Println(strings.Join(parts, "|"))
	go func() { _ = server.Serve(listener) }()
	return cmd.Wait()
}
