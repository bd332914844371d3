// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/connectivity"

	"github.com/wahost/wahost/sdk/client"
)

// Process is one running provider process. It must be ended with Kill, also when it has died by itself.
type Process struct {
	// Client calls the process.
	Client *client.Client

	name     string
	path     string
	dir      string // for the sockets of the process; it marks the process and everything that it starts
	anyName  bool
	sweeps   bool // whether Kill ends what escaped
	pid      atomic.Int64
	world    World     // nil for a process that runs directly on this system
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
	certified *Certified // nil if the process may execute anything
	executed  *executed  // hashes of what processes of the launcher execute
	done      chan struct{}
	doneOnce  sync.Once
	ctx       context.Context
	cancel    context.CancelFunc
	killOnce  sync.Once
	watched   sync.WaitGroup
	release   chan struct{} // closed to end the thread that started the process
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
func (p *Process) PID() int {
	if p.world != nil {
		return p.world.PID()
	}
	return int(p.pid.Load())
}

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
