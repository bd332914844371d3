// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/wahost/wahost/internal/printable"
)

const (
	// heartbeat is the time between two lines of progress if the output is not a terminal.
	heartbeat = 10 * time.Second
	// redraw is the time between two redraws of the live line if nothing happens, which keeps its clocks moving.
	redraw = time.Second
	// minRedraw is the least time between two redraws, however much happens.
	minRedraw = 50 * time.Millisecond
	// eraseLine moves to the beginning of the line and erases it.
	eraseLine = "\r\x1b[K"
)

// Progress shows how far a long run is: as a live line on a terminal, and elsewhere as a line every ten seconds. It is
// safe for concurrent use.
type Progress struct {
	out  *Output
	live bool
	line func(live bool) string

	mu    sync.Mutex
	last  time.Time // of the last redraw
	shown bool      // the live line is on the screen

	stop     chan struct{}
	finished chan struct{}
}

// NewProgress starts to show progress on out until Close is called. line returns the text to show, or "" as
// long as the run has nothing to tell. It is called from several goroutines, and live says whether the text is for a live line.
func NewProgress(out *Output, line func(live bool) string) *Progress {
	_, terminal := out.screen.terminal()
	p := &Progress{out: out, live: terminal, line: line, stop: make(chan struct{}), finished: make(chan struct{})}
	go p.beat()
	return p
}

// Update tells the display that the text of the line has changed.
func (p *Progress) Update() {
	if !p.live {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.Sub(p.last) >= minRedraw {
		p.draw(now)
	}
}

// Above writes text to w without disturbing the live line, which stays below it.
func (p *Progress) Above(w io.Writer, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	_, err := io.WriteString(w, text)
	p.draw(time.Now())
	return err
}

// Close removes the live line and ends the display.
func (p *Progress) Close() {
	close(p.stop)
	<-p.finished
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func (p *Progress) beat() {
	defer close(p.finished)
	every := heartbeat
	if p.live {
		every = redraw
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			p.mu.Lock()
			if p.live {
				p.draw(now)
			} else if text := printable.Line(p.line(false)); text != "" {
				fmt.Fprintln(p.out, text)
			}
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// draw replaces the live line. The caller holds the lock.
func (p *Progress) draw(now time.Time) {
	if !p.live {
		return
	}
	text := printable.Line(p.line(true))
	if text == "" {
		return
	}
	// A line that wraps could not be replaced.
	if width, runes := p.out.Width(), []rune(text); width > 1 && len(runes) > width-1 {
		text = string(runes[:width-1])
	}
	_ = p.out.screen.control(eraseLine)
	fmt.Fprint(p.out, text)
	p.last, p.shown = now, true
}

// clear removes the live line. The caller holds the lock.
func (p *Progress) clear() {
	if p.shown {
		_ = p.out.screen.control(eraseLine)
		p.shown = false
	}
}

// TimeLeft returns the end of a line of progress, such as ", about 12s left". It is empty before the first of total
// parts is done and after the last.
func TimeLeft(began time.Time, done, total int) string {
	if done <= 0 || done >= total {
		return ""
	}
	left := time.Since(began) / time.Duration(done) * time.Duration(total-done)
	return fmt.Sprintf(", about %s left", left.Round(time.Second))
}
