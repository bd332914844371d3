// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// echoPayload is about as large as a text message with its ids.
var echoPayload = bytes.Repeat([]byte("x"), 200)

const echoMethod = "/wahost.bench.Echo/Echo"

// echoService answers each call with its request. It is described by hand, since it has one method.
var echoService = grpc.ServiceDesc{
	ServiceName: "wahost.bench.Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Echo", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		request := &wrapperspb.BytesValue{}
		return request, decode(request)
	}}},
}

// playEcho is the process that answers gRPC calls on the unix socket of its argument.
func playEcho() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", os.Args[2])
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	server.RegisterService(&echoService, nil)
	endWithParent()
	fmt.Println("ready")
	return server.Serve(listener)
}

// echo starts a process that answers gRPC calls, and returns a sender that makes one unary call. It is what the boundary
// between two Go processes costs at least, with the transport that providers use.
func (b *bench) echo(ctx context.Context) (sender, func(), error) {
	socket := filepath.Join(b.dir, "echo.sock")
	c, err := startChild(ctx, "echo", socket)
	if err != nil {
		return nil, nil, err
	}
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		c.stop()
		return nil, nil, err
	}
	stop := func() { _ = conn.Close(); c.stop() }
	return func(ctx context.Context, _ int) error {
		answer := &wrapperspb.BytesValue{}
		if err := conn.Invoke(ctx, echoMethod, &wrapperspb.BytesValue{Value: echoPayload}, answer); err != nil {
			return err
		}
		if len(answer.Value) != len(echoPayload) {
			return errors.New("the answer is not the request")
		}
		return nil
	}, stop, nil
}
