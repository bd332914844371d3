// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package serve runs a provider as a process. The whole main function of a provider is:
//
//	func main() { serve.Main(New()) }
//
// wahost starts the process. An author can start it with one of two arguments. The command describe prints the
// provider's metadata, schemas and capabilities as JSON. The flag -debug serves the provider for a host to attach to, so
// that it can be run in a debugger.
package serve

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/wahost/wahost/sdk/internal/codec"
	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/internal/server"
	"github.com/wahost/wahost/sdk/provider"
)

// terminateGrace is the time that running sends have after SIGTERM.
const terminateGrace = 5 * time.Second

// Main serves the provider and does not return. It must be the first statement of main, and reads os.Args.
func Main(p provider.Provider) {
	// The first line on standard output must be the handshake, so everything that the author's code prints goes to
	// standard error.
	stdout := os.Stdout
	os.Stdout = os.Stderr
	os.Exit(run(p, os.Args[1:], stdout, os.Stderr))
}

func run(p provider.Provider, args []string, stdout *os.File, stderr io.Writer) int {
	meta := p.Metadata()
	binary := "wahost-provider-" + meta.Name
	if len(args) > 0 && args[0] == "describe" {
		return describe(p, stdout, stderr)
	}
	flags := flag.NewFlagSet(binary, flag.ContinueOnError)
	flags.SetOutput(stderr)
	debugMode := flags.Bool("debug", false, "serve for a debugger and print how to attach a host")
	version := flags.Bool("version", false, "print the version")
	flags.Usage = func() {
		fmt.Fprintf(stderr, "%s %s is a wahost provider for %s.\n\nwahost starts it. You can run:\n\n  %s describe   print metadata, schema and protocol as JSON\n  %s -debug     serve for a debugger and print how to attach a host\n  %s -version   print the version\n",
			binary, meta.Version, meta.Vendor, binary, binary, binary)
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	switch {
	case *version:
		fmt.Fprintln(stdout, meta.Version)
		return 0
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "unknown command %q\n\n", flags.Arg(0))
		flags.Usage()
		return 2
	case !*debugMode && os.Getenv(handshake.CookieKey) != handshake.CookieValue:
		flags.Usage()
		return 1
	}
	if err := serveProcess(p, *debugMode, stdout); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", binary, err)
		return 1
	}
	return 0
}

// serveProcess serves until the host ends the process or a signal does.
func serveProcess(p provider.Provider, debugMode bool, stdout *os.File) error {
	srv, err := server.New(p)
	if err != nil {
		return fmt.Errorf("bug in the provider: %w", err)
	}
	setUpLogging(os.Stderr)
	if os.Getenv("GOGC") == "" {
		// The heap of a provider is a few megabytes of short-lived requests. Collecting it less often costs little memory
		// and saves a tenth of the processor time under load.
		debug.SetGCPercent(350)
	}
	// Standard input belongs to the host. A provider that read it would take what a user pipes into the host.
	if null, err := os.Open(os.DevNull); err == nil {
		os.Stdin = null
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() {
		<-terminated
		srv.Drain(context.Background(), terminateGrace)
		os.Exit(0)
	}()
	config := &plugin.ServeConfig{
		HandshakeConfig:  handshake.Config,
		VersionedPlugins: map[int]plugin.PluginSet{handshake.ProtocolVersion: {handshake.PluginName: &grpcPlugin{server: srv}}},
		GRPCServer:       newGRPCServer,
		Logger:           discardLogger(),
	}
	if debugMode {
		return serveDebug(config, p.Metadata().Name, stdout)
	}
	watchParent(func() { os.Exit(1) })
	if host := os.Getenv(handshake.EnvClientCert); host != "" {
		tlsConfig, certificate, err := mutualTLS(host)
		if err != nil {
			return err
		}
		config.TLSProvider = func() (*tls.Config, error) { return tlsConfig, nil }
		if stdout, err = withCertificate(stdout, certificate); err != nil {
			return err
		}
	}
	os.Stdout = stdout // go-plugin prints the handshake there and then replaces it
	plugin.Serve(config)
	return nil
}

// streamWorkers is the number of goroutines that are kept for calls. Further calls get new ones. A kept goroutine has a
// grown stack, which saves a tenth of the time of a single send. One of them is always busy with WatchHealth.
const streamWorkers = 4

func newGRPCServer(opts []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(opts,
		grpc.ForceServerCodecV2(codec.Codec{}),
		grpc.NumStreamWorkers(streamWorkers),
		grpc.StaticStreamWindowSize(handshake.WindowBytes),
		grpc.StaticConnWindowSize(handshake.WindowBytes),
		grpc.MaxRecvMsgSize(handshake.MaxMessageBytes),
		grpc.MaxSendMsgSize(handshake.MaxMessageBytes),
		grpc.ChainUnaryInterceptor(unaryInterceptor),
		grpc.ChainStreamInterceptor(streamInterceptor),
	)...)
}

// serveDebug serves without a handshake, and prints the environment variable with which a host attaches.
func serveDebug(config *plugin.ServeConfig, name string, stdout *os.File) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	reattach, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	config.Test = &plugin.ServeTestConfig{Context: ctx, ReattachConfigCh: reattach, CloseCh: closed}
	os.Stdout = stdout
	go plugin.Serve(config)
	r := <-reattach
	if r == nil {
		return errors.New("the debug server did not start")
	}
	value, err := json.Marshal(map[string]Reattach{name: {
		Protocol: string(r.Protocol), ProtocolVersion: handshake.ProtocolVersion, PID: r.Pid,
		Network: r.Addr.Network(), Address: r.Addr.String(),
	}})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Provider started. To attach wahost to it, set:\n\n\t%s='%s'\n\n", handshake.EnvReattach, value)
	<-closed
	return nil
}

// Reattach is the address of a provider that a host attaches to instead of starting it. The environment variable
// WAHOST_REATTACH_PROVIDERS is a JSON object with a Reattach for each provider name.
type Reattach struct {
	Protocol        string `json:"protocol"`
	ProtocolVersion int    `json:"protocol_version"`
	PID             int    `json:"pid"`
	Network         string `json:"network"`
	Address         string `json:"address"`
}

type grpcPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	server *server.Server
}

// GRPCServer registers the provider service.
func (g *grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	providerpb.RegisterProviderServiceServer(s, g.server)
	return nil
}

// GRPCClient returns an error: a provider has no client side.
func (g *grpcPlugin) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("a provider has no client side")
}
