// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"sync"

	"github.com/wahost/wahost/sdk/outcome"
)

// Media is a file that the vendor has.
type Media struct {
	MIMEType string
	Content  []byte
}

// Template is a template that the vendor has.
type Template struct {
	Name, Language string
	// Category is one of the message.Category constants, and Status a status of the Cloud API. The dialect has the vendor's
	// words for both.
	Category, Status string
	ID               string
}

// held is a message that the vendor accepted.
type held struct {
	id, reference, recipient string
	status                   outcome.Status
}

// holdings are what the vendor has and can be asked for. Their methods are safe for concurrent use.
type holdings struct {
	state *holdingsState
}

type holdingsState struct {
	mu       sync.Mutex
	messages []held
	media    map[string]Media
	pages    [][]Template
}

// maxHeld bounds the messages that a vendor remembers, so that a long run of a sandbox needs bounded memory.
const maxHeld = 10_000

func newHoldings() holdings {
	h := holdings{&holdingsState{}}
	h.clear()
	return h
}

func (h holdings) clear() {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	h.state.messages, h.state.media, h.state.pages = nil, map[string]Media{}, nil
}

// SetStatus sets the status of all accepted messages to a recipient, a number in E.164 with "+". Without it the status is
// outcome.StatusAccepted.
func (h holdings) SetStatus(recipient string, status outcome.Status) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	for i := range h.state.messages {
		if h.state.messages[i].recipient == recipient {
			h.state.messages[i].status = status
		}
	}
}

// PutMedia gives the vendor a file that can be fetched by its id.
func (h holdings) PutMedia(id string, m Media) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	h.state.media[id] = m
}

// PutTemplates gives the vendor templates, in pages of its list. It replaces earlier ones.
func (h holdings) PutTemplates(pages ...[]Template) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	h.state.pages = pages
}

func (h holdings) keep(messages []held) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	h.state.messages = append(h.state.messages, messages...)
	if excess := len(h.state.messages) - maxHeld; excess > 0 {
		h.state.messages = h.state.messages[excess:]
	}
}

// find returns the last message with an id or a reference.
func (h holdings) find(keys []string) (held, bool) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	for i := len(h.state.messages) - 1; i >= 0; i-- {
		m := h.state.messages[i]
		for _, key := range keys {
			if key != "" && (key == m.id || key == m.reference) {
				return m, true
			}
		}
	}
	return held{}, false
}

func (h holdings) file(id string) (Media, bool) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	m, ok := h.state.media[id]
	return m, ok
}

func (h holdings) page(n int) (list []Template, more bool) {
	h.state.mu.Lock()
	defer h.state.mu.Unlock()
	if n < 0 || n >= len(h.state.pages) {
		return nil, false
	}
	return h.state.pages[n], n+1 < len(h.state.pages)
}
