// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/wahost/wahost/internal/netclose"
)

// Site is a place in the internet of the worlds, where an emulator listens. A world's process that looks up its name is
// connected to it.
type Site struct {
	of     *Isolation
	vendor bool
	// base is the URL of the API. name and other are host names.
	base, name, other     string
	address, otherAddress netip.Addr

	mu sync.Mutex
	// worlds are those in which a process has looked up the site.
	worlds map[*World]bool
	open   map[netip.AddrPort]*siteListener
}

// URL returns the base URL of the API at this site.
func (s *Site) URL() string { return s.base }

// Hosts returns the names of the site: that of the API, and another one.
func (s *Site) Hosts() (api, other string) { return s.name, s.other }

// Listen listens at the address of the API, in every world that uses the site.
func (s *Site) Listen(context.Context) (net.Listener, error) {
	return s.listen(netip.AddrPortFrom(s.address, 443))
}

// Elsewhere listens at another host, over HTTPS or plain HTTP, and returns its base URL.
func (s *Site) Elsewhere(encrypted bool) (base string, listener net.Listener, err error) {
	base, port := "http://"+s.other, uint16(80)
	if encrypted {
		base, port = "https://"+s.other, 443
	}
	listener, err = s.listen(netip.AddrPortFrom(s.otherAddress, port))
	return base, listener, err
}

func (s *Site) listen(at netip.AddrPort) (net.Listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[netip.AddrPort]*siteListener{}
	}
	if s.open[at] != nil {
		return nil, fmt.Errorf("somebody listens at %s already", at)
	}
	l := &siteListener{site: s, at: at, conns: make(chan net.Conn), done: make(chan struct{})}
	for w := range s.worlds {
		if err := l.enter(w); err != nil {
			l.end()
			return nil, err
		}
	}
	s.open[at] = l
	return l, nil
}

// join makes the site reachable in a world.
func (s *Site) join(w *World) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worlds[w] {
		return nil
	}
	if s.worlds == nil {
		s.worlds = map[*World]bool{}
	}
	s.worlds[w] = true
	var failed error
	for _, l := range s.open {
		failed = errors.Join(failed, l.enter(w))
	}
	return failed
}

// leave forgets a world that ends.
func (s *Site) leave(w *World) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.worlds, w)
}

// siteListener accepts the connections to one address in all worlds.
type siteListener struct {
	site  *Site
	at    netip.AddrPort
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	// The mutex of the site guards them.
	inner   []net.Listener
	running sync.WaitGroup
}

// enter listens in a world. The site's mutex must be held.
func (l *siteListener) enter(w *World) error {
	inner, err := w.listen(l.at)
	if errors.Is(err, net.ErrClosed) {
		return nil // the world has ended
	}
	if err != nil {
		return err
	}
	l.inner = append(l.inner, inner)
	stop := w.closing(func() { _ = netclose.Listener(inner) })
	l.running.Go(func() {
		defer stop()
		for {
			conn, err := inner.Accept()
			if err != nil {
				return
			}
			select {
			case l.conns <- conn:
			case <-l.done:
				_ = conn.Close()
			}
		}
	})
	return nil
}

// Accept returns the next connection.
func (l *siteListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close refuses connections from now on. Somebody may listen again.
func (l *siteListener) Close() error {
	l.site.mu.Lock()
	if l.site.open[l.at] == l {
		delete(l.site.open, l.at)
	}
	l.end()
	l.site.mu.Unlock()
	l.running.Wait()
	return nil
}

// end closes the listeners in all worlds. The site's mutex must be held.
func (l *siteListener) end() {
	l.once.Do(func() {
		close(l.done)
		for _, inner := range l.inner {
			_ = netclose.Listener(inner)
		}
	})
}

// Addr returns the address.
func (l *siteListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }
