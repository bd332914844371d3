// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far a long run is: a bar on a terminal, elsewhere a line now and then.
type progress struct {
	out      *output
	total    int
	done     atomic.Int64
	bad      atomic.Int64
	bars     *mpb.Progress // nil without a terminal
	bar      *mpb.Bar
	stop     chan struct{}
	finished chan struct{}
}

// heartbeat is how often a run without a terminal says how far it is.
const heartbeat = 10 * time.Second

func newProgress(out *output, total int) *progress {
	p := &progress{out: out, total: total, stop: make(chan struct{}), finished: make(chan struct{})}
	if _, ok := out.terminal(); ok {
		// The bar draws on the terminal itself; it shows nothing but counts.
		p.bars = mpb.New(mpb.WithOutput(out.w), mpb.WithWidth(40), mpb.WithAutoRefresh())
		p.bar = p.bars.AddBar(int64(total),
			mpb.PrependDecorators(decor.CountersNoUnit("%d of %d"), decor.Any(func(decor.Statistics) string {
				return fmt.Sprintf(", %d not accepted ", p.bad.Load())
			})),
			mpb.AppendDecorators(decor.Percentage(), decor.Name("  "), decor.AverageETA(decor.ET_STYLE_GO)),
		)
		close(p.finished)
		return p
	}
	go p.beat()
	return p
}

func (p *progress) beat() {
	defer close(p.finished)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			fmt.Fprintf(p.out, "%d of %d, %d not accepted\n", p.done.Load(), p.total, p.bad.Load())
		case <-p.stop:
			return
		}
	}
}

// add counts one row.
func (p *progress) add(outcome string) {
	p.done.Add(1)
	if outcome != "accepted" {
		p.bad.Add(1)
	}
	if p.bar != nil {
		p.bar.Increment()
	}
}

// above prints a line without disturbing the bar.
func (p *progress) above(text string) {
	if p.bars != nil {
		_, _ = io.WriteString(p.bars, p.out.secrets.redact(text))
		return
	}
	_, _ = io.WriteString(p.out, text)
}

// finish ends the display.
func (p *progress) finish() {
	close(p.stop)
	<-p.finished
	if p.bar != nil {
		if !p.bar.Completed() {
			p.bar.Abort(false)
		}
		p.bars.Wait()
	}
}
