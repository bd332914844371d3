// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// World is where one process of the provider runs. All methods are safe for concurrent use.
type World struct {
	of      *Isolation
	options WorldOptions
	setup   setup
	control int      // the runner's end; -1 when it is closed
	child   *os.File // the end of the first process

	made     chan struct{} // closed when the process was started, or was not
	finished sync.WaitGroup

	mu       sync.Mutex
	err      error // why the world was not made
	closed   bool
	pid      int
	unused   []int
	files    []*os.File
	folders  map[string]*os.File
	listens  map[netip.AddrPort]bool
	closers  map[int]func()
	nextID   int
	attempts []Attempt
	// traces is what was written, versions what of it is kept by path, and keptBytes its size. heeds is set if removals are seen.
	traces    []WrittenFile
	versions  map[string]version
	keptBytes int
	heeds     bool

	ask sync.Mutex // one request for sockets at a time
}

// World prepares a world. Enter starts a process in it. Close must be called after the process has ended.
func (i *Isolation) World(o WorldOptions) (*World, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	w := &World{
		of: i, options: o, control: pair[0], child: os.NewFile(uintptr(pair[1]), "world"), made: make(chan struct{}),
		folders: map[string]*os.File{}, listens: map[netip.AddrPort]bool{}, closers: map[int]func(){},
	}
	w.setup = i.newSetup(o)
	i.mu.Lock()
	i.worlds[w] = true
	i.mu.Unlock()
	return w, nil
}

// Enter changes a command that has not been started, so that its program runs in the world. Started must be called after its start.
func (w *World) Enter(cmd *exec.Cmd) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	w.setup.Args = cmd.Args[1:]
	cmd.Env = w.inside(cmd.Env, cmd.Dir)
	cmd.Path, cmd.Args, cmd.Dir, cmd.Err = self, []string{"wahost", "serve"}, "/", nil
	cmd.Env = append(cmd.Env, marker+"=1")
	cmd.ExtraFiles = []*os.File{w.child}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	w.setup.namespaces(cmd.SysProcAttr)
	if !w.setup.Mapped {
		show()
	}
	w.finished.Go(func() {
		err := w.make()
		w.mu.Lock()
		w.err = err
		w.mu.Unlock()
		close(w.made)
	})
	return nil
}

// Started closes the runner's copy of what the first process has, so that the end of that process is seen.
func (w *World) Started() {
	_ = w.child.Close()
	if !w.setup.Mapped {
		hide()
	}
}

// searchPath is the PATH of a world.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// inside returns an environment with the paths of the world in place of those of this system: the working folder of the command
// is the home folder of the world.
func (w *World) inside(env []string, dir string) []string {
	out := make([]string, 0, len(env)+1)
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		switch {
		case name == "PATH":
			kv = searchPath
		case dir != "" && value == dir:
			kv = name + "=" + w.setup.Home
		}
		out = append(out, kv)
	}
	return out
}

// make talks to the first process until the provider's process was started.
func (w *World) make() error {
	binary, err := os.Open(w.of.options.Binary)
	if err != nil {
		return err
	}
	defer func() { _ = binary.Close() }()
	if err := send(w.control, w.setup, int(binary.Fd()), int(w.of.bundle.Fd())); err != nil {
		return os.NewSyscallError("sendmsg", err)
	}
	var r ready
	fds, err := receive(w.control, &r)
	if err != nil {
		return endedEarly(err)
	}
	if r.Error != "" {
		return refused(r.Step, unix.Errno(r.Errno), errors.New(r.Error))
	}
	if err := w.take(&r, fds); err != nil {
		return err
	}
	if w.setup.Trial {
		return nil
	}
	if err := w.fill(w.options.Files); err != nil {
		return err
	}
	w.of.mu.Lock()
	vendor := w.options.Vendor
	w.of.mu.Unlock()
	if vendor != nil {
		// The first request is not to wait for it.
		if err := vendor.join(w); err != nil {
			return err
		}
	}
	p := proceed{Paths: map[string]string{}}
	for path, folder := range w.folders {
		p.Paths[path] = fmt.Sprintf("/proc/self/fd/%d", folder.Fd())
	}
	if err := send(w.control, p); err != nil {
		return os.NewSyscallError("sendmsg", err)
	}
	var s started
	fds, err = receive(w.control, &s)
	if err != nil {
		return endedEarly(err)
	}
	if s.Error != "" {
		return fmt.Errorf("the provider's process cannot be started: %s", s.Error)
	}
	for n, fd := range fds {
		if n > 0 {
			w.heeds = true
			w.finished.Go(func() { w.heed(fd) })
			break
		}
		w.mu.Lock()
		w.pid = pidOf(fd)
		w.mu.Unlock()
		_ = unix.Close(fd)
	}
	return nil
}

func endedEarly(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the first process of the world ended")
	}
	return err
}

// pidOf returns the process id of a process descriptor, as this process sees it.
func pidOf(fd int) int {
	data, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		return 0
	}
	var pid int
	for line := range strings.Lines(string(data)) {
		if _, err := fmt.Sscanf(line, "Pid:\t%d", &pid); err == nil {
			break
		}
	}
	return pid
}

// take keeps the files of a world and begins to watch.
func (w *World) take(r *ready, fds []int) error {
	if len(fds) < fixedFiles+len(r.Folders) {
		for _, fd := range fds {
			_ = unix.Close(fd)
		}
		return fmt.Errorf("the world has %d files", len(fds))
	}
	for _, fd := range fds[1:fixedFiles] {
		_ = unix.SetNonblock(fd, true)
	}
	names := []string{"outer network", "resolver", "resolver for TCP", "packets", "packets on loopback"}
	var fixed []*os.File
	for n, fd := range fds[:fixedFiles] {
		fixed = append(fixed, os.NewFile(uintptr(fd), names[n]))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = append(w.files, fixed[0], fixed[3], fixed[4])
	for n, path := range r.Folders {
		folder := os.NewFile(uintptr(fds[fixedFiles+n]), path)
		w.folders[path] = folder
		w.files = append(w.files, folder)
	}
	w.unused = append(w.unused, fds[fixedFiles+len(r.Folders):]...)
	udp, err := net.FilePacketConn(fixed[1])
	tcp, err2 := net.FileListener(fixed[2])
	_, _ = fixed[1].Close(), fixed[2].Close()
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	names2 := resolver{w}
	w.addCloser(func() { _, _ = udp.Close(), tcp.Close() })
	w.finished.Go(func() { names2.serveUDP(udp) })
	w.finished.Go(func() { names2.serveTCP(tcp) })
	w.finished.Go(func() { w.watch(fixed[3], false) })
	w.finished.Go(func() { w.watch(fixed[4], true) })
	return nil
}

// Lead makes the vendor's host name lead to a site.
func (w *World) Lead(to *Site) {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	w.options.Vendor = to
}

// Err waits until the process was started and returns why it was not.
func (w *World) Err() error {
	<-w.made
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// PID returns the id of the process as this system knows it, or 0 if it was not started.
func (w *World) PID() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pid
}

// closing registers a function that Close calls, unless the returned function is called before.
func (w *World) closing(f func()) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		f()
		return func() {}
	}
	return w.addCloser(f)
}

func (w *World) addCloser(f func()) (stop func()) {
	id := w.nextID
	w.nextID++
	w.closers[id] = f
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.closers, id)
	}
}

// Close ends the world and all that runs in it. Files and Attempts can be asked afterwards no longer.
func (w *World) Close() {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return
	}
	w.closed = true
	closers, files, unused := w.closers, w.files, w.unused
	w.closers, w.files, w.unused = map[int]func(){}, nil, nil
	w.mu.Unlock()
	_ = unix.Shutdown(w.control, unix.SHUT_RDWR)
	_ = w.child.Close()
	for _, f := range closers {
		f()
	}
	for _, f := range files {
		_ = f.Close()
	}
	for _, fd := range unused {
		_ = unix.Close(fd)
	}
	w.finished.Wait()
	_ = unix.Close(w.control)
	w.of.mu.Lock()
	delete(w.of.worlds, w)
	sites := w.of.sites
	w.of.mu.Unlock()
	for _, s := range sites {
		s.leave(w)
	}
}

// lookUp returns the address of a host name, and makes its site reachable.
func (w *World) lookUp(name string) (netip.Addr, bool) {
	site, address, ok := w.of.find(w, name)
	if !ok {
		return netip.Addr{}, false
	}
	return address, site.join(w) == nil
}

// allowed reports whether a packet belongs to the vendor or to the resolver.
func (w *World) allowed(p packet) bool {
	if p.to.Port() == 53 && p.to.Addr().String() == w.setup.Gateway {
		return true // the resolver records what is asked
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return p.protocol == unix.IPPROTO_TCP && w.listens[p.to]
}

func (w *World) record(what string) {
	a := Attempt{Time: time.Now(), What: what}
	w.mu.Lock()
	if len(w.attempts) < maxAttempts {
		w.attempts = append(w.attempts, a)
	}
	w.mu.Unlock()
	w.of.record(a)
}

// Attempts returns what the processes of this world sent and looked up that does not belong to the vendor.
func (w *World) Attempts() []Attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Attempt(nil), w.attempts...)
}

// listen listens at an address in the outer network of the world.
func (w *World) listen(at netip.AddrPort) (net.Listener, error) {
	fd, err := w.socket()
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), at.String())
	defer func() { _ = f.Close() }()
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	if err := unix.Listen(fd, 1024); err != nil {
		return nil, os.NewSyscallError("listen", err)
	}
	w.mu.Lock()
	w.listens[at] = true // also after it was closed: a refused connection is one to the vendor
	w.mu.Unlock()
	return net.FileListener(f)
}

// socketsAtOnce is how many sockets the runner asks for.
const socketsAtOnce = 8

// socket returns an unused TCP socket of the outer network.
func (w *World) socket() (int, error) {
	w.ask.Lock()
	defer w.ask.Unlock()
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return -1, net.ErrClosed
	}
	if len(w.unused) > 0 {
		fd := w.unused[0]
		w.unused = w.unused[1:]
		w.mu.Unlock()
		return fd, nil
	}
	w.mu.Unlock()
	if err := send(w.control, more{Sockets: socketsAtOnce}); err != nil {
		return -1, net.ErrClosed
	}
	var r ready
	fds, err := receive(w.control, &r)
	if err != nil || len(fds) == 0 {
		return -1, net.ErrClosed
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unused = append(w.unused, fds[1:]...)
	return fds[0], nil
}
