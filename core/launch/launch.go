// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package launch starts provider processes and ends them. It alone knows how go-plugin really behaves, and handles
// everything a process can do to its host: odd output, slow or failed starts, orphans, leaked children. When and how
// often to start a provider is decided by core/supervise.
package launch

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"

	"github.com/wahost/wahost/sdk/client"
)

// DefaultStartTimeout limits how long a provider may take from its start to its first answer.
const DefaultStartTimeout = 10 * time.Second

// defaultExitGrace is more than the time that go-plugin gives a process for an orderly exit.
const defaultExitGrace = 2500 * time.Millisecond

// lastAnswers limits how long Drain waits for the answers of calls that the provider has ended.
const lastAnswers = time.Second

// stopMargin is how long Drain waits for the answer to Stop, beyond the grace that the provider has.
const stopMargin = 3 * time.Second

// Spec describes what to start.
type Spec struct {
	// Name is the provider's name, as in configuration.
	Name string
	// Path is the binary.
	Path string
	// SHA256 is the hash that the binary must have at the moment it is started, or nil for any.
	SHA256 []byte
	// Env is added to the part of the host's environment that a provider gets.
	Env []string
	// StartTimeout is the limit for the start. Zero means DefaultStartTimeout.
	StartTimeout time.Duration
	// MemoryLimit is the largest resident memory of the process in bytes. A process that uses more is ended. Zero means no
	// limit. It needs Linux.
	MemoryLimit int64
	// AnyName starts a binary whatever name it says it has. Otherwise its name must be Name.
	AnyName bool
	// NoAttach starts the binary even if WAHOST_REATTACH_PROVIDERS names the provider.
	NoAttach bool
}

// Launcher starts providers. The zero value is not usable: make it with New and Close it.
type Launcher struct {
	runDir    string
	starts    atomic.Int64
	removeDir func() error
	logger    hclog.Logger
	// exitGrace is how long Kill waits for an orderly exit.
	exitGrace time.Duration
	// plainText turns mutual TLS off, for tests.
	plainText bool
	reattach  map[string]reattachTo
	// Logger returns the logger that receives what a provider logs. If it is nil, it is a part of the launcher's own.
	Logger func(provider string) hclog.Logger
	// LogLevel returns the level at which a provider logs, such as "debug". If it is nil, the provider decides.
	LogLevel func(provider string) string
}

// New returns a launcher with its own folder for sockets, and removes the folders of hosts that were killed. The logger
// receives what providers log.
func New(logger hclog.Logger) (*Launcher, error) {
	dir, removeDir, err := makeRunDir()
	if err != nil {
		return nil, err
	}
	attach, err := parseReattach(os.Getenv(client.EnvReattach))
	if err != nil {
		return nil, errors.Join(err, removeDir())
	}
	return &Launcher{
		runDir: dir, removeDir: removeDir, logger: logger, exitGrace: defaultExitGrace, reattach: attach,
		plainText: os.Getenv("WAHOST_DISABLE_PLUGIN_TLS") == "1",
	}, nil
}

// Close removes the launcher's folder. Processes must have been ended before.
func (l *Launcher) Close() error {
	return l.removeDir()
}

func (l *Launcher) providerLogger(name string) hclog.Logger {
	if l.Logger != nil {
		return l.Logger(name)
	}
	return l.logger.Named("provider." + name)
}

// Process is one running provider process. It must be ended with Kill, also when it has died by itself.
type Process struct {
	// Client calls the process.
	Client *client.Client

	name     string
	path     string
	dir      string // for the sockets of the process; it marks the process and everything that it starts
	anyName  bool
	pid      atomic.Int64
	attached *attached // nil for a process that the launcher started
	sends    sends     // used if attached is not nil
	begun    begunFiles
	// alive is the context of the command. Ending it kills the whole process group, even while a start still hangs and
	// only exec.Cmd knows the process.
	alive     context.Context
	endAlive  context.CancelFunc
	plugin    *plugin.Client
	conn      *client.Conn
	conns     conns
	output    *output
	exitGrace time.Duration
	overLimit atomic.Pointer[string]
	done      chan struct{}
	doneOnce  sync.Once
	ctx       context.Context
	cancel    context.CancelFunc
	killOnce  sync.Once
	watched   sync.WaitGroup
	release   chan struct{} // closed to end the thread that started the process
}

// Start starts a provider and waits until it answers. The error is a *StartError.
func (l *Launcher) Start(ctx context.Context, spec Spec) (*Process, error) {
	if to, ok := l.reattach[spec.Name]; ok && !spec.NoAttach {
		return l.attach(ctx, spec, to)
	}
	if spec.StartTimeout == 0 {
		spec.StartTimeout = DefaultStartTimeout
	}
	if err := checkExecutable(spec.Path); err != nil {
		return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: NotExecutable, Cause: err}
	}
	p := &Process{name: spec.Name, path: spec.Path, anyName: spec.AnyName, exitGrace: l.exitGrace, done: make(chan struct{}), release: make(chan struct{})}
	p.begun.dir = l.runDir
	out := newOutput(l.providerLogger(spec.Name))
	p.alive, p.endAlive = context.WithCancel(context.Background())
	cmd := exec.CommandContext(p.alive, spec.Path) // the process outlives the context of its start
	cmd.Cancel = func() error { return killGroup(cmd.Process) }
	cmd.Env = append(environment(os.Environ()), spec.Env...)
	if l.LogLevel != nil {
		cmd.Env = append(cmd.Env, client.EnvLogLevel+"="+l.LogLevel(spec.Name))
	}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", client.EnvHostPID, os.Getpid()))
	if spec.MemoryLimit > 0 {
		// A provider in Go collects its garbage before it reaches the limit.
		cmd.Env = append(cmd.Env, fmt.Sprintf("GOMEMLIMIT=%d", spec.MemoryLimit/10*9))
	}
	if err := l.mark(p, cmd); err != nil {
		p.endAlive()
		return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: Failed, Cause: err}
	}
	isolate(cmd)
	config := &plugin.ClientConfig{
		HandshakeConfig:  client.Handshake,
		VersionedPlugins: map[int]plugin.PluginSet{client.ProtocolVersion: client.Plugins()},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              cmd,
		SkipHostEnv:      true,
		StartTimeout:     spec.StartTimeout,
		// go-plugin parses log lines with unchecked assertions whenever its logger is on: one odd line of a
		// provider would end the host. So its logger is off and the raw lines come to us.
		Logger:          hclog.New(&hclog.LoggerOptions{Level: hclog.Off}),
		Stderr:          out,
		SyncStdout:      out.unexpected("stdout"),
		SyncStderr:      out.unexpected("stderr"),
		GRPCDialOptions: append(dialOptions(), grpc.WithChainStreamInterceptor(p.conns.intercept)),
	}
	if spec.SHA256 != nil {
		// A hash is used up by one check, so each start gets its own.
		config.SecureConfig = &plugin.SecureConfig{Checksum: spec.SHA256, Hash: sha256.New()}
	}
	if err := l.encrypt(config); err != nil {
		p.endAlive()
		_ = os.RemoveAll(p.dir)
		return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: Failed, Cause: err}
	}
	p.plugin, p.output = plugin.NewClient(config), out
	p.ctx, p.cancel = context.WithCancel(context.Background())
	if err := p.connect(ctx, out.started.Add(spec.StartTimeout)); err != nil {
		late := time.Since(out.started) >= spec.StartTimeout
		if late || ctx.Err() != nil {
			// There is nothing to end in an orderly way.
			p.killGroup()
		}
		p.Kill()
		return nil, l.startError(ctx, spec, out, late, err)
	}
	if spec.MemoryLimit > 0 {
		p.watched.Go(func() { p.watchMemory(spec.MemoryLimit) })
	}
	return p, nil
}

// encrypt adds a certificate of the host to a start. go-plugin adds the certificate in the provider's handshake as the only
// one that is trusted.
func (l *Launcher) encrypt(config *plugin.ClientConfig) error {
	if l.plainText {
		return nil
	}
	cert, text, err := client.NewCertificate()
	if err != nil {
		return err
	}
	config.Cmd.Env = append(config.Cmd.Env, client.EnvClientCert+"="+string(text))
	config.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, ServerName: client.ServerName, MinVersion: tls.VersionTLS12}
	return nil
}

// maxHeaders bounds in bytes the headers of an answer, which hold the text of a gRPC status.
const maxHeaders = 256 << 10

func dialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		// An idle connection would look like a broken one.
		grpc.WithIdleTimeout(0),
		grpc.WithMaxHeaderListSize(maxHeaders),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(client.MaxMessageBytes), grpc.MaxCallSendMsgSize(client.MaxMessageBytes)),
	}
}

// connect starts the process on a thread of its own, which must live as long as the process: the kernel ends a
// child with the thread that started it. The deadline is that of the first answer, because go-plugin bounds
// the handshake only; zero means no deadline.
func (p *Process) connect(ctx context.Context, deadline time.Time) error {
	type result struct {
		conn *client.Conn
		err  error
	}
	started := make(chan result, 1)
	p.watched.Go(func() {
		runtime.LockOSThread()
		conn, err := p.dispense()
		started <- result{conn, err}
		<-p.release
	})
	select {
	case r := <-started:
		if r.err != nil {
			return r.err
		}
		p.conn = r.conn
	case <-ctx.Done():
		// The start cannot be interrupted, only its process: Kill ends that and waits for both.
		return context.Cause(ctx)
	}
	p.Client = client.New(p.conn.ClientConn)
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	meta, err := p.Client.Metadata(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("first call: %w", err)
	case meta.Name != p.name && !p.anyName:
		return &nameError{meta.Name}
	}
	p.watched.Go(p.watch)
	return nil
}

func (p *Process) dispense() (*client.Conn, error) {
	protocol, err := p.plugin.Client()
	// Also a failed start may have left a process, and that one children.
	if pid, convErr := strconv.ParseInt(p.plugin.ID(), 10, 64); convErr == nil {
		p.pid.Store(pid)
	}
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense(client.PluginName)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(*client.Conn)
	if !ok {
		return nil, fmt.Errorf("go-plugin dispensed a %T", raw)
	}
	return conn, nil
}

// watch closes done when the process has ended or its connection has broken. The latter shows first, and is all
// that shows when a child of the provider keeps its output open.
func (p *Process) watch() {
	broken := make(chan struct{})
	go func() {
		defer close(broken)
		for state := p.conn.GetState(); connected(state); state = p.conn.GetState() {
			if !p.conn.WaitForStateChange(p.ctx, state) {
				return
			}
		}
	}()
	select {
	case <-p.conn.Done:
	case <-broken:
	}
	p.finish()
	<-broken
}

func connected(state connectivity.State) bool {
	return state == connectivity.Ready || state == connectivity.Connecting
}

// Ended reports whether the process can no longer be called. It sees a connection that has just broken a moment
// before Done is closed.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return !connected(p.conn.GetState())
	}
}

func (p *Process) finish() {
	p.doneOnce.Do(func() {
		p.cancel()
		close(p.done)
	})
}

// Name returns the provider's name.
func (p *Process) Name() string { return p.name }

// PID returns the process id, or 0 if it is not known.
func (p *Process) PID() int { return int(p.pid.Load()) }

// Done returns a channel that is closed when the process can no longer be called, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// Context returns a context that ends with the parent or with the process; in the latter case its cause is ErrProcessEnded.
func (p *Process) Context(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	unhook := context.AfterFunc(p.ctx, func() { cancel(ErrProcessEnded) })
	return ctx, func() {
		unhook()
		cancel(nil)
	}
}

// ErrProcessEnded is the cause of a context whose provider process ended.
var ErrProcessEnded = errors.New("the provider process ended")

// LastOutput returns the last lines that the process wrote to standard error, oldest first.
func (p *Process) LastOutput() []string { return p.output.lines() }

// Panicked reports whether the process printed a Go panic or a fatal error.
func (p *Process) Panicked() bool { return p.output.panicked() }

// Attached reports whether somebody else started the process. It is then left running.
func (p *Process) Attached() bool { return p.attached != nil }

// Stop lets the process finish what is in flight within the grace, then ends it. It returns the number of deliveries
// that were abandoned without an outcome.
func (p *Process) Stop(ctx context.Context, grace time.Duration) (abandoned int) {
	abandoned = p.Drain(ctx, grace)
	p.Kill()
	return abandoned
}

// Drain lets the process finish what is in flight within the grace, and then abandons the rest. It returns the number of
// deliveries that were abandoned without an outcome. The process sends nothing for this host afterwards. A process that
// somebody else started is not told to stop, because it serves other hosts.
func (p *Process) Drain(ctx context.Context, grace time.Duration) (abandoned int) {
	select {
	case <-p.done:
		return 0
	default:
	}
	if p.attached != nil {
		return p.sends.stop(ctx, grace)
	}
	idle := p.sends.refuse()
	select {
	case <-idle:
		grace = 0 // there is nothing to finish
	default:
	}
	// The provider bounds the grace; the margin is for its answer.
	bounded, cancel := context.WithTimeout(ctx, grace+stopMargin)
	defer cancel()
	abandoned, err := p.Client.Stop(bounded, grace)
	if err != nil && bounded.Err() != nil {
		// It will not end in an orderly way either.
		p.killGroup()
		return abandoned
	}
	// The answer to Stop may come before those of the last calls, which the provider has ended.
	last := time.NewTimer(lastAnswers)
	defer last.Stop()
	select {
	case <-idle:
	case <-p.done:
	case <-last.C:
	case <-bounded.Done():
	}
	return abandoned
}

// Kill ends the process and everything it started, and frees what go-plugin holds. It may be called again.
func (p *Process) Kill() {
	p.killOnce.Do(func() {
		defer p.begun.end()
		if p.attached != nil {
			// The process is not told to end either: it belongs to whoever debugs it.
			p.finish()
			close(p.release)
			p.watched.Wait()
			if p.conn != nil {
				_ = p.conn.Close()
			}
			p.attached.end()
			return
		}
		children := descendants(p.PID())
		select {
		case <-p.done:
			// Only children can be left, and they would hold up the rest.
			p.killGroup()
		default:
		}
		killed := make(chan struct{})
		go func() {
			defer close(killed)
			p.plugin.Kill()
		}()
		// go-plugin waits for the output to end, which a child of the provider may keep open: a moment for an
		// orderly exit, then the whole group.
		select {
		case <-killed:
		case <-time.After(p.exitGrace):
			p.killGroup()
			<-killed
		}
		p.killGroup()
		for _, child := range children {
			_ = child.Kill()
			_ = child.Release()
		}
		p.finish()
		close(p.release)
		p.watched.Wait()
		// A start that was given up before it began may have begun since.
		p.plugin.Kill()
		p.conns.close()
		endMarked(p.dir)
		_ = os.RemoveAll(p.dir)
		p.output.end()
	})
}

func checkExecutable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not executable (chmod +x)", path)
	}
	return nil
}
