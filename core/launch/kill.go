// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"os"
	"time"
)

// lastAnswers limits how long Drain waits for the answers of calls that the provider has ended.
const lastAnswers = time.Second

// stopMargin is how long Drain waits for the answer to Stop, beyond the grace that the provider has.
const stopMargin = 3 * time.Second

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
		var children []*os.Process
		if p.sweeps {
			children = descendants(p.PID())
		}
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
		if p.sweeps {
			endMarked(p.dir)
		}
		_ = os.RemoveAll(p.dir)
		p.output.end()
	})
}
