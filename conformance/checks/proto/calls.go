// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package proto

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
)

// configured returns a connection to a provider that was started by hand and has its channel open.
func configured(ctx context.Context, e *suite.Env, o suite.RawOptions) (*grpc.ClientConn, *suite.Env, *suite.Raw) {
	raw := start(ctx, e, o)
	conn := dial(e, raw)
	via := e.Via(client.New(conn))
	if err := via.Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
		e.Fatalf("configure", "the dialect's configuration is taken", "%v", err)
	}
	return conn, via, raw
}

// answerTimeout bounds a call that is written by hand.
const answerTimeout = 5 * time.Second

func unknownFields(ctx context.Context, e *suite.Env) {
	conn, _, _ := configured(ctx, e, suite.RawOptions{})
	for _, method := range []string{"GetMetadata", "GetSchema"} {
		if _, err := call(ctx, conn, method, unknownField(nil)); err != nil {
			e.Failf(method, "an answer: unknown fields are skipped", "%v", err)
		}
	}
	kind := e.Facts().AnyKind()
	if kind == "" {
		return
	}
	const phone, later = 1, 99
	send := func(number uint64) (map[string]int, string) {
		to := e.Recipient()
		req, err := sendRequest(e.ChannelID(), e.DeliveryID(), message.Content(e.Minimal(kind)), number, to.Address)
		if err != nil {
			e.Blocked("the request cannot be written: %v", err)
		}
		ctx, cancel := context.WithTimeout(ctx, answerTimeout)
		defer cancel()
		responses, err := stream(ctx, conn, "SendMessages", req)
		switch status.Code(err) {
		case codes.OK, codes.InvalidArgument, codes.Unimplemented:
		default:
			e.Failf("SendMessages", "served or refused", "%v", err)
		}
		got := results(responses)
		return map[string]int{"accepted": got[accepted], "rejected": got[rejected], "unknown": got[unknown], "wire": len(e.Exchanges(to))}, kind
	}
	if got, kind := send(phone); got["accepted"]+got["rejected"] != 1 {
		e.Failf("SendMessages", "a "+kind+" with unknown fields is accepted or rejected", "%v", got)
	}
	if got, _ := send(later); got["accepted"] != 0 || got["unknown"] != 0 || got["wire"] != 0 {
		e.Failf("SendMessages", "a recipient of an unknown kind is refused with nothing on the wire", "%v", got)
	}
}

func infoStable(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	conn := dial(e, raw)
	methods := []string{"GetMetadata", "GetSchema"}
	first := map[string][]byte{}
	for _, method := range methods {
		resp, err := call(ctx, conn, method, nil)
		if err != nil {
			e.Fatalf(method, "an answer before configuration", "%v", err)
		}
		first[method] = resp
	}
	if err := e.Via(client.New(conn)).Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
		e.Fatalf("configure", "the dialect's configuration is taken", "%v", err)
	}
	var wg sync.WaitGroup
	for range 50 {
		for _, method := range methods {
			wg.Go(func() {
				resp, err := call(ctx, conn, method, nil)
				if err != nil {
					e.Failf(method, "an answer", "%v", err)
				} else if !bytes.Equal(resp, first[method]) {
					e.Failf(method, "the same bytes as before configuration", "%d bytes, not the same %d", len(resp), len(first[method]))
				}
			})
		}
	}
	wg.Wait()
}

func noSideEffects(ctx context.Context, e *suite.Env) {
	dir := tempDir(e)
	emu := e.StartEmulator(emulator.Options{})
	raw := start(ctx, e, suite.RawOptions{Dir: dir, Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}, SocketDir: tempDir(e)})
	c := client.New(dial(e, raw))
	if _, err := c.Metadata(ctx); err != nil {
		e.Failf("GetMetadata", "an answer", "%v", err)
	}
	if _, err := c.Schema(ctx); err != nil {
		e.Failf("GetSchema", "an answer", "%v", err)
	}
	if _, err := c.ValidateProviderConfig(ctx, e.ProviderConfig(emu, nil)); err != nil {
		e.Failf("ValidateProviderConfig", "an answer", "%v", err)
	}
	if _, err := c.ValidateChannelConfig(ctx, e.ChannelConfig(emu, nil)); err != nil {
		e.Failf("ValidateChannelConfig", "an answer", "%v", err)
	}
	if err := e.Via(c).Configure(ctx, emu, e.ProviderID(), e.ChannelID()); err != nil {
		e.Failf("configure", "the dialect's configuration is taken", "%v", err)
	}
	if n := emu.Counts().Requests; n > 0 {
		e.Failf("wire", "no vendor request", "%d", n)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		e.Blocked("the folder cannot be read: %v", err)
	}
	for _, entry := range entries {
		e.Failf("files", "none written", "%s", entry.Name())
	}
	if w := raw.World(); w != nil {
		for _, f := range w.Files() {
			e.Failf("files", "none written", "%s", f.Path)
		}
	}
}

func cleanEnv(ctx context.Context, e *suite.Env) {
	dir := tempDir(e)
	if err := os.Chmod(dir, 0o500); err != nil {
		e.Blocked("the folder cannot be made read-only: %v", err)
	}
	_, via, _ := configured(ctx, e, suite.RawOptions{Dir: dir, ReadOnly: true, Env: []string{"PATH=" + os.Getenv("PATH")}})
	if s := via.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Failf("send", "accepted and delivered", "%s, %d deliveries", s, s.Deliveries)
	}
}

func largeMessage(ctx context.Context, e *suite.Env) {
	conn, _, raw := configured(ctx, e, suite.RawOptions{})
	send := func(size int) error {
		m := &message.Message{MessagingProduct: "whatsapp", Type: message.KindText, Text: &message.Text{Body: strings.Repeat("a", size)}}
		req, err := sendRequest(e.ChannelID(), e.DeliveryID(), m, 1, e.Recipient().Address)
		if err != nil {
			e.Blocked("the request cannot be written: %v", err)
		}
		responses, err := stream(ctx, conn, "SendMessages", req)
		if err == nil && len(responses) == 0 {
			e.Failf("SendMessages", "an outcome", "none")
		}
		return err
	}
	if err := send(client.MaxMessageBytes - 64<<10); err != nil {
		e.Failf("SendMessages", "a request just below 16 MiB is answered", "%v", err)
	}
	if err := send(client.MaxMessageBytes + 64<<10); status.Code(err) != codes.ResourceExhausted {
		e.Failf("SendMessages", "RESOURCE_EXHAUSTED for a request above 16 MiB", "%v", err)
	}
	if _, err := call(ctx, conn, "GetMetadata", nil); err != nil {
		e.Failf("process", "it serves on", "%v; standard error: %s", err, tail(raw.Stderr()))
	}
}
