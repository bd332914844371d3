// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package launch starts provider processes and ends them. It alone knows how go-plugin really behaves, and handles
// everything a process can do to its host: odd output, slow or failed starts, orphans, leaked children. When and how
// often to start a provider is decided by core/supervise.
package launch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/wahost/wahost/sdk/client"
)

// DefaultStartTimeout limits how long a provider may take from its start to its first answer.
const DefaultStartTimeout = 10 * time.Second

// defaultExitGrace is more than the time that go-plugin gives a process for an orderly exit.
const defaultExitGrace = 2500 * time.Millisecond

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
	// Certified is what the process may execute, or nil for anything. It is compared after the start, and as long as the process
	// runs.
	Certified *Certified
	// MemoryLimit is the largest resident memory of the process in bytes. A process that uses more is ended. Zero means no
	// limit. It needs Linux.
	MemoryLimit int64
	// AnyName starts a binary whatever name it says it has. Otherwise its name must be Name.
	AnyName bool
	// World is where the process runs; nil means directly on this system. SHA256 is not compared then: the world has its own copy
	// of the binary.
	World World
	// NoAttach starts the binary even if WAHOST_REATTACH_PROVIDERS names the provider.
	NoAttach bool
}

// World is a place for one process other than directly on this system. Package conformance/isolation has one.
type World interface {
	// Enter changes a command that is about to be started, so that its program runs in the world.
	Enter(cmd *exec.Cmd) error
	// Started is called once after a command that Enter changed was started, or could not be started. Nothing that can fail comes
	// between Enter and the start.
	Started()
	// PID returns the process id of the program, or 0 if it is not known.
	PID() int
}

// Launcher starts providers. The zero value is not usable: make it with New and Close it.
type Launcher struct {
	runDir    string
	starts    *atomic.Int64 // the number of processes that were started in runDir
	removeDir func() error
	executed  *executed
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
	// SweepAtClose leaves it to Close to end what escaped from processes. Finding it takes a look at every process of the
	// system, which is too much at each end for somebody who starts hundreds.
	SweepAtClose bool
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
		runDir: dir, starts: new(atomic.Int64), executed: new(executed), removeDir: removeDir, logger: logger, exitGrace: defaultExitGrace, reattach: attach,
		plainText: os.Getenv("WAHOST_DISABLE_PLUGIN_TLS") == "1",
	}, nil
}

// With returns a launcher that logs elsewhere and has the folder and the settings of l. Only l is closed, when all processes
// of both have been ended.
func (l *Launcher) With(logger hclog.Logger) *Launcher {
	other := *l
	other.logger = logger
	other.removeDir = func() error { return nil }
	return &other
}

// Close removes the launcher's folder. Processes must have been ended before.
func (l *Launcher) Close() error {
	if l.SweepAtClose {
		endMarked(l.runDir)
	}
	return l.removeDir()
}

func (l *Launcher) providerLogger(name string) hclog.Logger {
	if l.Logger != nil {
		return l.Logger(name)
	}
	return l.logger.Named("provider." + name)
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
	p := &Process{name: spec.Name, path: spec.Path, certified: spec.Certified, executed: l.executed, anyName: spec.AnyName, sweeps: !l.SweepAtClose, exitGrace: l.exitGrace, done: make(chan struct{}), release: make(chan struct{})}
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
		cmd.Env = append(cmd.Env, Thrift(spec.MemoryLimit)...)
	}
	if err := l.mark(p, cmd); err != nil {
		p.endAlive()
		return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: Failed, Cause: err}
	}
	isolate(cmd)
	if spec.World != nil {
		p.world, spec.SHA256 = spec.World, nil
	}
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
	if p.world != nil {
		if err := p.world.Enter(cmd); err != nil {
			p.endAlive()
			_ = os.RemoveAll(p.dir)
			return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: Failed, Cause: err}
		}
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
	if err := p.CheckCertified(); err != nil {
		p.killGroup()
		p.Kill()
		return nil, &StartError{Name: spec.Name, Path: spec.Path, Kind: OtherProgram, Cause: err, Output: out.lines()}
	}
	if spec.Certified != nil {
		p.watched.Go(func() { p.watchProgram(programPoll) })
	}
	if spec.MemoryLimit > 0 {
		p.watched.Go(func() { p.watchMemory(spec.MemoryLimit) })
	}
	return p, nil
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
