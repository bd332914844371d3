// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/internal/handshake"
)

// setUpLogging makes slog, the logger of authors, write JSON lines that the host reads from standard error.
func setUpLogging(w io.Writer) {
	level := slog.LevelInfo
	switch strings.ToLower(os.Getenv(handshake.EnvLogLevel)) {
	case "trace", "debug":
		level = slog.LevelDebug
	case "warn":
		level = slog.LevelWarn
	case "error", "off":
		level = slog.LevelError
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})))
}

func discardLogger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Level: hclog.Off, Output: io.Discard})
}

// The interceptors log name, duration and status of each call, never its content: requests hold phone numbers
// and credentials. A panic becomes an Internal status, so that one bad call does not end the others.
func unaryInterceptor(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (resp any, err error) {
	defer observe(ctx, info.FullMethod, time.Now(), &err)
	return next(ctx, req)
}

func streamInterceptor(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	defer observe(stream.Context(), info.FullMethod, time.Now(), &err)
	return next(srv, stream)
}

func observe(ctx context.Context, method string, start time.Time, err *error) {
	if r := recover(); r != nil {
		// The panic's value may quote a request; its type and the stack do not.
		slog.Error("panic in a call", "rpc", method, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
		*err = status.Errorf(codes.Internal, "the provider panicked in %s; see its log", method)
	}
	if slog.Default().Enabled(ctx, slog.LevelDebug) {
		slog.Debug("rpc", "rpc", method, "duration", time.Since(start).String(), "code", status.Code(*err).String())
	}
}
