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

// setUpLogging makes the default logger of slog write JSON lines to w, which the host reads.
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

// unaryInterceptor logs the name, duration and status of each call. It never logs the content, because requests hold
// phone numbers and credentials. A panic becomes the status Internal, so that it does not end other calls.
func unaryInterceptor(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (resp any, err error) {
	defer observe(ctx, info.FullMethod, time.Now(), &err)
	return next(ctx, req)
}

// streamInterceptor is unaryInterceptor for streams.
func streamInterceptor(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	defer observe(stream.Context(), info.FullMethod, time.Now(), &err)
	return next(srv, stream)
}

func observe(ctx context.Context, method string, start time.Time, err *error) {
	if r := recover(); r != nil {
		// The value of the panic may quote a request. Its type and the stack do not.
		slog.Error("panic in a call", "rpc", method, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
		*err = status.Errorf(codes.Internal, "the provider panicked in %s; see its log", method)
	}
	if slog.Default().Enabled(ctx, slog.LevelDebug) {
		slog.Debug("rpc", "rpc", method, "duration", time.Since(start).String(), "code", status.Code(*err).String())
	}
}
