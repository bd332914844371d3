// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package proto

import (
	"context"
	"crypto/elliptic"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// startBound is the time from start to end of a provider that has nothing to do.
const startBound = 5 * time.Second

func cookieRefusal(ctx context.Context, e *suite.Env) {
	if control := start(ctx, e, suite.RawOptions{}); control.Line == "" {
		e.Blocked("control: with the cookie the provider does not serve either")
	}
	dir := tempDir(e)
	raw := start(ctx, e, suite.RawOptions{NoCookie: true, SocketDir: dir})
	if !exits(ctx, raw) {
		e.Fatalf("process", "it ends", "it still runs after %s", startBound)
	}
	if raw.ExitCode() == 0 {
		e.Failf("exit code", "not 0", "0")
	}
	if _, err := raw.Handshake(); err == nil {
		e.Failf("stdout", "no handshake", "%q", raw.Line)
	}
	if output := strings.TrimSpace(raw.Stderr() + raw.Line); len(strings.Fields(output)) < 4 {
		e.Failf("stderr", "a sentence that describes the program", "%q", tail(output))
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		e.Failf("socket", "none", "%s", entries[0].Name())
	}
	if w := raw.World(); w != nil && len(w.Sockets()) > 0 {
		e.Failf("socket", "none", "%s", w.Sockets()[0])
	}
}

func versionNegotiate(ctx context.Context, e *suite.Env) {
	const later = client.ProtocolVersion + 98
	both := start(ctx, e, suite.RawOptions{Versions: []int{client.ProtocolVersion, later}})
	h, err := both.Handshake()
	if err != nil {
		e.Fatalf("stdout", "a handshake line", "%v", err)
	}
	if want := fmt.Sprint(client.ProtocolVersion); h.App != want {
		e.Failf("handshake", "protocol version "+want, "%s", h.App)
	}
	only := start(ctx, e, suite.RawOptions{Versions: []int{later}})
	if h, err := only.Handshake(); err == nil {
		if h.App == fmt.Sprint(later) {
			e.Failf("handshake", "a version that the provider speaks", "%s, which does not exist", h.App)
		}
		return
	}
	if !exits(ctx, only) {
		e.Failf("process", "a handshake or an end", "neither after %s", startBound)
	} else if strings.TrimSpace(only.Stderr()) == "" {
		e.Failf("stderr", "a sentence that names both versions", "nothing")
	}
}

func mutualTLS(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	if h, err := raw.Handshake(); err != nil {
		e.Fatalf("stdout", "a handshake line", "%v", err)
	} else if h.TLSCert == "" {
		e.Fatalf("handshake", "a certificate, because the host sent one", "none: the connection is not encrypted")
	}
	conn := dial(e, raw)
	ask := func(c *client.Client) error {
		ctx, cancel := context.WithTimeout(ctx, startBound)
		defer cancel()
		_, err := c.Metadata(ctx)
		return err
	}
	if err := ask(client.New(conn)); err != nil {
		e.Blocked("control: the agreed certificate is not served: %v", err)
	}
	for _, c := range []struct {
		name string
		tls  bool
	}{{"a certificate of its own", true}, {"no TLS", false}} {
		stranger, err := raw.DialAsStranger(c.tls)
		if err != nil {
			e.Blocked("the second connection cannot be made: %v", err)
		}
		if err := ask(client.New(stranger)); err == nil {
			e.Failf("connection", "a client with "+c.name+" is refused", "it is served")
		}
		_ = stranger.Close()
	}
}

// largerCurve connects as a host that uses go-plugin's own certificates.
func largerCurve(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{Curve: elliptic.P521()})
	if _, err := client.New(dial(e, raw)).Metadata(ctx); err != nil {
		e.Failf("connection", "a host with a key of the curve P-521 is served", "%v", err)
	}
}

func socketFolder(ctx context.Context, e *suite.Env) {
	dir := tempDir(e)
	raw := start(ctx, e, suite.RawOptions{SocketDir: dir})
	h, err := raw.Handshake()
	if err != nil {
		e.Fatalf("stdout", "a handshake line", "%v", err)
	}
	if h.Network != "unix" {
		e.Note("the provider serves at a port and not at a socket file")
		return
	}
	if w := raw.World(); w != nil {
		if len(w.Sockets()) == 0 {
			e.Failf("socket", "in the folder that PLUGIN_UNIX_SOCKET_DIR names", "the folder is empty")
		}
		return
	}
	if filepath.Dir(h.Address) != dir {
		e.Failf("socket", "in the folder that PLUGIN_UNIX_SOCKET_DIR names, "+dir, "%s", h.Address)
	}
}

func unknownRPC(ctx context.Context, e *suite.Env) {
	conn := dial(e, start(ctx, e, suite.RawOptions{}))
	if _, err := call(ctx, conn, "FromALaterVersion", nil); status.Code(err) != codes.Unimplemented {
		e.Failf("status", "UNIMPLEMENTED", "%v", err)
	}
	if _, err := call(ctx, conn, "GetMetadata", nil); err != nil {
		e.Failf("status", "GetMetadata works afterwards", "%v", err)
	}
}

var (
	semver   = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	nameWord = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func identity(ctx context.Context, e *suite.Env) {
	m := e.Facts().Metadata
	if !nameWord.MatchString(m.Name) {
		e.Failf("name", "lower-case letters, digits and dashes", "%q", m.Name)
	}
	// A file with another beginning is one that no host looks for.
	if of, ok := strings.CutPrefix(strings.TrimSuffix(e.Facts().File, ".exe"), "wahost-provider-"); ok && of != m.Name {
		e.Failf("name", of+", as in the name of the file", "%q", m.Name)
	}
	if !semver.MatchString(m.Version) {
		e.Failf("version", "a semantic version such as 1.4.2", "%q", m.Version)
	}
	if strings.TrimSpace(m.Vendor) == "" {
		e.Failf("vendor", "the vendor's name", "nothing")
	}
	raw := start(ctx, e, suite.RawOptions{NoCookie: true, Args: []string{"-version"}})
	if !exits(ctx, raw) {
		e.Failf("-version", "it prints the version and ends", "it still runs after %s", startBound)
	} else if printed := strings.TrimSpace(raw.Line); raw.ExitCode() == 0 && printed != m.Version {
		e.Failf("-version", m.Version+", as in the metadata", "%q", printed)
	}
}

// exits reports whether a process ends in time.
func exits(ctx context.Context, raw *suite.Raw) bool {
	timer := time.NewTimer(startBound)
	defer timer.Stop()
	select {
	case <-raw.Exited():
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func tempDir(e *suite.Env) string {
	dir, err := os.MkdirTemp("", "wahost-check-")
	if err != nil {
		e.Blocked("no folder can be made: %v", err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
