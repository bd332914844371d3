// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"strings"
	"sync"

	"github.com/wahost/wahost/conformance/dialect"
)

// script holds the faults that wait for requests.
type script struct {
	queues *queues
}

type queues struct {
	mu sync.Mutex
	// byRoute has "" for requests of any route.
	byRoute, byRecipient map[string][]Fault
}

func newScript() script {
	s := script{&queues{}}
	s.clear()
	return s
}

func (s script) clear() {
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	s.queues.byRoute, s.queues.byRecipient = map[string][]Fault{}, map[string][]Fault{}
}

// Script sets the faults for the next requests of a route, one fault for each request in order; "" means any route. It
// replaces earlier faults of the route. When the faults are used up, requests are answered normally again.
//
// The fault "refuse" is special: as soon as it is next, the emulator closes its listener and connections are
// refused until Reset is called, or until Script is called again.
func (s *Server) Script(route string, faults ...Fault) error {
	if route != "" && s.dialect.Route(route) == nil {
		return fmt.Errorf("dialect %s has no route %q", s.dialect.Name, route)
	}
	if err := s.known(faults); err != nil {
		return err
	}
	s.queues.mu.Lock()
	s.queues.byRoute[route] = append([]Fault(nil), faults...)
	s.queues.mu.Unlock()
	if s.refuseNext() {
		s.refuseAll()
		return nil
	}
	return s.listen()
}

// ScriptFor sets the faults for the next requests that carry a recipient, a number in E.164 with "+". They come
// before those of Script. The fault "refuse" is not possible here.
func (s *Server) ScriptFor(recipient string, faults ...Fault) error {
	for _, f := range faults {
		if f.name == "refuse" {
			return fmt.Errorf("refuse cannot wait for a recipient: a refused connection carries none")
		}
	}
	if err := s.known(faults); err != nil {
		return err
	}
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	s.queues.byRecipient[recipient] = append([]Fault(nil), faults...)
	return nil
}

func (s *Server) known(faults []Fault) error {
	for _, f := range faults {
		if f.run == nil {
			return fmt.Errorf("a fault is made with ParseFault")
		}
		for _, row := range f.rows() {
			if s.dialect.Error(row) == nil {
				return fmt.Errorf("dialect %s has no error row %q", s.dialect.Name, row)
			}
		}
		if strings.Contains(f.String(), "gzip_bomb") {
			bomb()
		}
	}
	return nil
}

// next removes and returns the fault for a request.
func (s script) next(c *call) Fault {
	q := s.queues
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, to := range c.recipients {
		if f, ok := pop(q.byRecipient, to); ok {
			c.faultFor = to
			return f
		}
	}
	if c.route != nil {
		if f, ok := pop(q.byRoute, c.route.Name); ok {
			return f
		}
	}
	if f, ok := pop(q.byRoute, ""); ok {
		return f
	}
	return Fault{name: "ok", run: catalogue["ok"].run}
}

// waiting removes and returns the fault error(row) that is next for a recipient, unless it is the one that was taken already.
func (s script) waiting(taken, recipient string) (Fault, bool) {
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	queue := s.queues.byRecipient[recipient]
	if recipient == taken || len(queue) == 0 || queue[0].name != "error" {
		return Fault{}, false
	}
	return pop(s.queues.byRecipient, recipient)
}

// pop removes and returns the next fault. It does not remove a refusal, which only Reset or Script ends.
func pop(queues map[string][]Fault, key string) (Fault, bool) {
	queue := queues[key]
	if len(queue) == 0 || queue[0].name == "refuse" {
		return Fault{}, false
	}
	queues[key] = queue[1:]
	return queue[0], true
}

// refuseNext reports whether a refusal is next in line.
func (s script) refuseNext() bool {
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	for _, queue := range s.queues.byRoute {
		if len(queue) > 0 && queue[0].name == "refuse" {
			return true
		}
	}
	return false
}

// earlyNext reports whether the next fault for a route answers before the request is read. Those that wait for a
// recipient are answered afterwards, because the recipient is in the body.
func (s script) earlyNext(route *dialect.Route) bool {
	s.queues.mu.Lock()
	defer s.queues.mu.Unlock()
	if route != nil && len(s.queues.byRoute[route.Name]) > 0 {
		return s.queues.byRoute[route.Name][0].name == "early_413"
	}
	queue := s.queues.byRoute[""]
	return len(queue) > 0 && queue[0].name == "early_413"
}
