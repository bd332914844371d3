// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package soak

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"

	"github.com/wahost/wahost/conformance/suite"
)

const (
	// tenths is the number of parts of which the smallest use is taken. The first ones are the start of the process.
	tenths, skipped = 10, 3
	// maxMemory is the allowed growth in bytes for each message, and maxFiles for each 100 messages.
	maxMemory, maxFiles, maxThreads = 4 << 10, 1.0, 24
)

// use is what a process uses at one moment.
type use struct{ memory, files, threads float64 }

// resources samples the process while it carries the messages. If its memory grows too fast, the same is asked of a thrifty process,
// because runtimes such as V8 take memory for thousands of messages before they collect their garbage.
func resources(ctx context.Context, e *suite.Env) {
	if runtime.GOOS != "linux" {
		e.Skipped("the resources of a process cannot be read on " + runtime.GOOS)
	}
	grown := growth(ctx, e.MustProcess(ctx, suite.StationOptions{}))
	if grown > maxMemory {
		first := grown
		grown = growth(ctx, e.MustProcess(ctx, suite.StationOptions{Env: suite.Thrifty()}))
		e.Note("%.0f bytes of memory for each message, and %.0f in a thrifty process", first, grown)
	}
	if grown > maxMemory {
		e.Failf("memory", fmt.Sprintf("at most %d bytes more for each message", maxMemory), "%.0f", grown)
	}
}

// growth carries the messages and returns by how many bytes the memory grew for each. Files and threads may not grow at all.
func growth(ctx context.Context, e *suite.Env) float64 {
	pid, total := e.Process().PID(), e.SoakMessages()
	var mu sync.Mutex
	least := make([]use, tenths)
	carry(ctx, e, func(done int) {
		if done%10 != 0 {
			return
		}
		now, ok := useOf(pid)
		mu.Lock()
		defer mu.Unlock()
		at := &least[min(tenths-1, (done-1)*tenths/total)]
		if ok {
			*at = use{smaller(at.memory, now.memory), smaller(at.files, now.files), smaller(at.threads, now.threads)}
		}
	})
	if least[tenths-1].memory == 0 || ctx.Err() != nil {
		e.Blocked("the resources of the process could not be read")
	}
	each := float64(total) / tenths
	if files := slope(least, func(u use) float64 { return u.files }) / each * 100; files > maxFiles {
		e.Failf("files", fmt.Sprintf("at most %.0f more for 100 messages", maxFiles), "%.1f", files)
	}
	if more := least[tenths-1].threads - least[skipped].threads; more >= maxThreads {
		e.Failf("threads", fmt.Sprintf("less than %d more", maxThreads), "%.0f", more)
	}
	return slope(least, func(u use) float64 { return u.memory }) / each
}

func smaller(a, b float64) float64 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// slope returns the slope of the line with the smallest squares through the values, for a step from one to the next.
func slope(all []use, value func(use) float64) float64 {
	var n, x, y, xx, xy float64
	for i, u := range all[skipped:] {
		at, v := float64(i), value(u)
		n, x, y, xx, xy = n+1, x+at, y+v, xx+at*at, xy+at*v
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// useOf reads what a process uses. It returns false if the process has ended.
func useOf(pid int) (use, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return use{}, false
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return use{}, false
	}
	u := use{files: float64(len(files))}
	for line := range bytes.Lines(status) {
		fields := bytes.Fields(line)
		if len(fields) < 2 {
			continue
		}
		n, _ := strconv.ParseFloat(string(fields[1]), 64)
		switch string(fields[0]) {
		case "RssAnon:":
			u.memory = n * 1024
		case "Threads:":
			u.threads = n
		}
	}
	return u, u.memory > 0
}
