// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package docs_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience bounds the wait for what a page says that will happen.
const patience = time.Minute

// long are the pages whose commands take too long for a short run, with the reason.
var long = map[string]string{"docs/providers/tutorial.md": "runs the whole conformance suite"}

// TestPages runs the commands of each page as its reader does: block after block, with the files that the page says to write and the
// lines that it says to change. What the page shows as output must be what is printed, apart from what differs with each run.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		all := fences(t, page)
		ports := freePorts(t, all)
		if !slices.ContainsFunc(all, func(f fence) bool { return f.lang == "sh" && !f.has("norun") }) {
			continue
		}
		name := filepath.ToSlash(strings.TrimPrefix(page, "../"))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && long[name] != "" {
				t.Skip(long[name])
			}
			ctx, cancel := context.WithTimeout(t.Context(), 15*patience)
			defer cancel()
			dir := t.TempDir()
			r := &reader{ctx: ctx, dir: dir, at: dir, terminals: map[string]*terminal{}}
			defer r.leave()
			r.checkout(t)
			printed := ""
			for _, f := range all {
				shown := f
				f.text = ports.run.Replace(f.text)
				switch {
				case f.lang == "sh" && f.has("terminal"):
					r.second(t, f)
				case f.lang == "sh" && !f.has("norun"):
					printed = r.run(t, f)
				case f.lang == "text" && f.has("output"):
					compare(t, shown, ports.shown.Replace(printed))
				case f.lang == "diff":
					change(t, f, filepath.Join(r.at, f.attrs["file"]))
				case f.has("file"):
					path := filepath.Join(r.at, f.attrs["file"])
					require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
					require.NoError(t, os.WriteFile(path, []byte(f.text), 0o600))
				}
			}
		})
	}
}

// fixedPort finds the address of a program that the page starts.
var fixedPort = regexp.MustCompile(`(?:127\.0\.0\.1:|--port )(\d{4,5})\b`)

// portReplacers replace the ports of a page by those of a run, and the reverse.
type portReplacers struct{ run, shown *strings.Replacer }

// unshownPorts is how many ports after the highest of a page its programs may listen on: the sandbox has a port for each vendor, and a
// page shows those that it needs.
const unshownPorts = 4

// freePorts returns what replaces the ports of a page by free ones. They keep their distances from the lowest.
func freePorts(t *testing.T, all []fence) portReplacers {
	t.Helper()
	var ports []int
	for _, f := range all {
		if f.lang == "text" {
			continue
		}
		for _, m := range fixedPort.FindAllStringSubmatch(f.text, -1) {
			n, err := strconv.Atoi(m[1])
			require.NoError(t, err)
			ports = append(ports, n)
		}
	}
	if len(ports) == 0 {
		return portReplacers{strings.NewReplacer(), strings.NewReplacer()}
	}
	first := slices.Min(ports)
	base := freeRange(t, slices.Max(ports)-first+1+unshownPorts)
	var there, back []string
	for _, n := range ports {
		on, free := strconv.Itoa(n), strconv.Itoa(base+n-first)
		there, back = append(there, on, free), append(back, free, on)
	}
	return portReplacers{strings.NewReplacer(there...), strings.NewReplacer(back...)}
}

// freeRange returns the first of n free ports that follow each other.
func freeRange(t *testing.T, n int) int {
	t.Helper()
	for range 100 {
		first, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		base := first.Addr().(*net.TCPAddr).Port
		open := []net.Listener{first}
		for i := 1; i < n; i++ {
			l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(base+i)))
			if err != nil {
				break
			}
			open = append(open, l)
		}
		for _, l := range open {
			require.NoError(t, l.Close())
		}
		if len(open) == n {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

// change changes a file as a block of diff says: lines with a minus go, lines with a plus come, others stay, and @@ separates one
// place of the file from the next. Each place must be in the file exactly once.
func change(t *testing.T, f fence, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err, f.String())
	text := string(data)
	for place := range strings.SplitSeq(f.text, "@@\n") {
		var before, after strings.Builder
		for line := range strings.Lines(place) {
			switch rest := line[1:]; line[0] {
			case '-':
				before.WriteString(rest)
			case '+':
				after.WriteString(rest)
			default:
				require.Equal(t, byte(' '), line[0], "%s: a line begins with minus, plus or a space", f)
				before.WriteString(rest)
				after.WriteString(rest)
			}
		}
		require.Equal(t, 1, strings.Count(text, before.String()), "%s: the file has not exactly one place with:\n%s", f, &before)
		text = strings.Replace(text, before.String(), after.String(), 1)
	}
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// reader follows a page.
type reader struct {
	ctx context.Context
	// dir is where the reader began, and at where the last block of commands ended.
	dir, at   string
	terminals map[string]*terminal
}

// terminal is a second terminal, in which a program runs until Ctrl-C.
type terminal struct {
	cmd  *exec.Cmd
	done chan error
}

// checkout makes the folder look like a checkout in which wahost was built, which .ci/run does. The folder wahost is the checkout too,
// for a reader who put a clone there.
func (r *reader) checkout(t *testing.T) {
	t.Helper()
	require.NoError(t, os.Symlink(bin, filepath.Join(r.dir, "bin")))
	configs, err := filepath.Abs("../configs")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(configs, filepath.Join(r.dir, "configs")))
	require.NoError(t, os.Symlink(filepath.Dir(configs), filepath.Join(r.dir, "wahost")))
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "Makefile"), []byte("build:\n\t@true\n"), 0o600))
}

// bash returns a command that runs the text. With Ctrl-C the whole group of processes is interrupted, as a terminal does.
func (r *reader) bash(text string, output *lockedBuffer) *exec.Cmd {
	cmd := exec.CommandContext(r.ctx, "bash", "-e", "-u", "-o", "pipefail", "-c", text)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.at, append(environment(r.dir), goEnvironment()...), output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = patience
	return cmd
}

// goEnvironment makes the go command use the caches of this machine, and no network.
var goEnvironment = sync.OnceValue(func() []string {
	env := []string{"GOPROXY=off", "GOTOOLCHAIN=local"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.CommandContext(context.Background(), "go", "env", name).Output()
		if err != nil {
			panic(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
})

// run runs a block and returns what it printed. The next block begins in the folder in which this one ended.
func (r *reader) run(t *testing.T, f fence) string {
	t.Helper()
	out := &lockedBuffer{}
	left, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer func() { _ = left.Close() }()
	cmd := r.bash("trap 'pwd >&3' EXIT\n"+f.text, out)
	cmd.ExtraFiles = []*os.File{left}
	_ = cmd.Run()
	want := f.attrs["exit"]
	if want == "" {
		want = "0"
	}
	require.Equal(t, want, exitCode(cmd), "%s: %s\n%s", f, f.text, out)
	folder, err := os.ReadFile(left.Name())
	require.NoError(t, err)
	r.at = strings.TrimSpace(string(folder))
	return out.String()
}

func exitCode(cmd *exec.Cmd) string {
	if cmd.ProcessState == nil {
		return "not started"
	}
	return strings.TrimPrefix(cmd.ProcessState.String(), "exit status ")
}

// second runs a block in a second terminal until it prints what the page says.
func (r *reader) second(t *testing.T, f fence) {
	t.Helper()
	name := f.attrs["terminal"]
	r.interrupt(name)
	out := &lockedBuffer{wanted: f.attrs["until"], found: make(chan struct{})}
	require.NotEmpty(t, out.wanted, "%s: a block in a second terminal needs until", f)
	one := &terminal{cmd: r.bash(f.text, out), done: make(chan error, 1)}
	require.NoError(t, one.cmd.Start())
	r.terminals[name] = one
	go func() { one.done <- one.cmd.Wait() }()
	select {
	case <-out.found:
	case err := <-one.done:
		one.done <- err
		t.Fatalf("%s: the command ended before it printed %q: %v\n%s", f, out.wanted, err, out)
	case <-r.ctx.Done():
		t.Fatalf("%s: the command did not print %q\n%s", f, out.wanted, out)
	}
}

// interrupt presses Ctrl-C in a second terminal, and waits for the end of the program.
func (r *reader) interrupt(name string) {
	one := r.terminals[name]
	if one == nil {
		return
	}
	delete(r.terminals, name)
	_ = syscall.Kill(-one.cmd.Process.Pid, syscall.SIGINT)
	<-one.done
}

// leave closes all terminals.
func (r *reader) leave() {
	for name := range r.terminals {
		r.interrupt(name)
	}
}

// lockedBuffer collects output, and closes found when wanted is in it.
type lockedBuffer struct {
	mu     sync.Mutex
	buf    bytes.Buffer
	wanted string
	found  chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.buf.Write(p)
	if b.wanted != "" && strings.Contains(b.buf.String(), b.wanted) {
		b.wanted = ""
		close(b.found)
	}
	return n, err
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// differing finds what differs with each run, and says what to compare instead.
var differing = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}(-[0-9a-v]+)?\b`), "ID"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`\b[0-9A-F]{4}-[0-9A-F]{8}-[0-9A-F]{8}\b`), "VENDOR_ID"},
	{regexp.MustCompile(`\b\d{18}\b`), "VENDOR_ID"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ms|µs|s)\b`), "TIME"},
	{regexp.MustCompile(`[ \t]+\n`), "\n"},
	{regexp.MustCompile(` {2,}`), "  "},
}

func settled(text string) string {
	for _, d := range differing {
		text = d.pattern.ReplaceAllString(text, d.text)
	}
	return strings.TrimSpace(text)
}

// compare compares the output that a page shows with the real one. With -update it writes the real one.
func compare(t *testing.T, f fence, printed string) {
	t.Helper()
	if settled(f.text) == settled(printed) {
		return
	}
	if !*update {
		assert.Equal(t, settled(f.text), settled(printed), "%s: the output is another one: run make docs", f)
		return
	}
	updating.Lock()
	defer updating.Unlock()
	src, err := os.ReadFile(f.page)
	require.NoError(t, err)
	old, fresh := "```text output\n"+f.text+"```", "```text output\n"+strings.TrimSpace(printed)+"\n```"
	require.Equal(t, 1, strings.Count(string(src), old), "%s: write something in this block that is in no other", f)
	require.NoError(t, os.WriteFile(f.page, []byte(strings.Replace(string(src), old, fresh, 1)), 0o600))
}

// updating guards pages while tests write them.
var updating sync.Mutex
