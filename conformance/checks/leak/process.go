// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package leak

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// withProcfs returns a run that is skipped where the system has no /proc: the check applies there too, and nobody looked.
func withProcfs(run func(context.Context, *suite.Env)) func(context.Context, *suite.Env) {
	return func(ctx context.Context, e *suite.Env) {
		if runtime.GOOS != "linux" {
			e.Skipped("the resources of a process cannot be read on " + runtime.GOOS)
		}
		run(ctx, e)
	}
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2].Round(10 * time.Microsecond)
}

func descriptorCount(e *suite.Env) int {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", e.Process().PID()))
	if err != nil {
		e.Blocked("the file descriptors cannot be counted: %v", err)
	}
	return len(entries)
}

func descriptors(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	load(ctx, e, 200, true)
	settle(ctx, e)
	before := descriptorCount(e)
	load(ctx, e, 400, true)
	settle(ctx, e)
	// As many idle connections may be kept as were busy at the same time.
	allowed := before + width + 8
	if after := descriptorCount(e); after > allowed {
		e.Failf("file descriptors", fmt.Sprintf("at most %d, with %d before", allowed, before), "%d after 400 sends", after)
	}
}

// usage returns the resident memory in MiB and the number of threads.
func usage(e *suite.Env) (mib, threads int) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.Process().PID()))
	if err != nil {
		e.Blocked("memory cannot be read: %v", err)
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		n, _ := strconv.Atoi(fields[1])
		switch fields[0] {
		case "VmRSS:":
			mib = n / 1024
		case "Threads:":
			threads = n
		}
	}
	return mib, threads
}

// maxGrowth is the allowed growth of memory in MiB over 1,500 sends, and maxThreads that of the number of threads.
const maxGrowth, maxThreads = 32, 24

// memory compares the use before and after many sends. If the memory grew too much, the same is asked of a thrifty process. Its runtime may
// still come to the memory that it keeps, so it is asked twice: what leaks grows each time.
func memory(ctx context.Context, e *suite.Env) {
	before, after := grown(ctx, e)
	if after-before >= maxGrowth {
		thrifty := e.MustProcess(ctx, suite.StationOptions{Env: suite.Thrifty()})
		for asked := 0; asked < 2 && after-before >= maxGrowth; asked++ {
			before, after = grown(ctx, thrifty)
		}
	}
	if after-before >= maxGrowth {
		e.Failf("memory", fmt.Sprintf("less than %d MiB more after 1,500 sends", maxGrowth), "from %d to %d MiB", before, after)
	}
}

func grown(ctx context.Context, e *suite.Env) (before, after int) {
	e.Control(ctx)
	load(ctx, e, 500, false)
	before, threads := usage(e)
	load(ctx, e, 1500, false)
	after, threadsAfter := usage(e)
	e.Note("from %d to %d MiB", before, after)
	if threadsAfter-threads >= maxThreads {
		e.Failf("threads", fmt.Sprintf("less than %d more", maxThreads), "from %d to %d", threads, threadsAfter)
	}
	return before, after
}

func tempFiles(ctx context.Context, e *suite.Env) {
	dir, err := os.MkdirTemp("", "wahost-check-")
	if err != nil {
		e.Blocked("no folder can be made: %v", err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	raw, err := e.StartRaw(ctx, suite.RawOptions{Dir: dir, Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}})
	if err != nil {
		e.Blocked("the provider cannot be started by hand: %v", err)
	}
	conn, err := raw.Dial()
	if err != nil {
		e.Fatalf("handshake", "a connection", "%v", err)
	}
	defer func() { _ = conn.Close() }()
	c := client.New(conn)
	via := e.Via(c)
	if err := via.Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
		e.Fatalf("configure", "the dialect's configuration is taken", "%v", err)
	}
	via.Control(ctx)
	for _, k := range e.Facts().Capabilities.Kinds {
		if m := e.Minimal(k.Kind); m != nil {
			via.Send(ctx, m, suite.SendOptions{})
		}
	}
	via.Send(ctx, sample(e), suite.SendOptions{Faults: faults("status(500)")})
	if _, err := c.Stop(ctx, time.Second); err != nil {
		e.Failf("Stop", "an answer", "%v", err)
	}
	_ = conn.Close()
	raw.Kill()
	if w := raw.World(); w != nil {
		for _, f := range w.Files() {
			e.Failf("files", "none left", "%s", f.Path)
		}
		return
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir && !d.IsDir() {
			e.Failf("files", "none left", "%s", strings.TrimPrefix(path, dir+"/"))
		}
		return nil
	})
}

func zombies(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	load(ctx, e, 100, true)
	pid := e.Process().PID()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		e.Blocked("the children cannot be listed: %v", err)
	}
	for _, t := range tasks {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		if err == nil && len(strings.Fields(string(data))) > 0 {
			e.Failf("processes", "no child", "%s", strings.TrimSpace(string(data)))
		}
	}
}
