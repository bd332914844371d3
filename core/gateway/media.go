// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/media"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// mediaSuffix makes the folder of uploads from the path of the store.
	mediaSuffix = ".media"
	// maxMedia bounds the uploads that are kept, in bytes.
	maxMedia = 10 << 30
	// sweepTime is how often uploads are looked for that are kept no longer.
	sweepTime = time.Hour
	// linkSecret is the file with the secret of links, in the folder of uploads.
	linkSecret = "links.secret"
)

// uploads are the media that applications have uploaded.
type uploads struct {
	folder *media.Folder
	links  *media.Links
	end    func()
}

// openUploads opens the uploads beside a store. They are swept until end is called.
func openUploads(store string, log hclog.Logger) (*uploads, error) {
	dir := store + mediaSuffix
	folder, err := media.OpenFolder(dir, maxMedia, nil)
	if err != nil {
		return nil, err
	}
	secret, err := readSecret(filepath.Join(dir, linkSecret))
	if err != nil {
		return nil, err
	}
	links, err := media.NewLinks(secret)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(sweepTime)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := folder.Sweep(); err != nil {
				log.Warn("old media cannot be removed", "error", err)
			}
		}
	}()
	return &uploads{folder, links, func() { cancel(); <-done }}, nil
}

// secretSize is the size of a secret in bytes.
const secretSize = 32

// readSecret returns the secret in a file, which it makes if it does not exist. Several processes may call it at the same time.
func readSecret(path string) ([]byte, error) {
	secret, err := os.ReadFile(path)
	switch {
	case err == nil && len(secret) < secretSize: // anybody can make what an empty secret makes
		return nil, fmt.Errorf("the secret in %s has %d bytes, and %d are needed: copy the file again, or remove it for a new secret", path, len(secret), secretSize)
	case !errors.Is(err, fs.ErrNotExist):
		return secret, err
	}
	// The file gets its name when it is complete, and the first one to have it counts.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*") // only its owner may read it
	if err != nil {
		return nil, fmt.Errorf("the gateway keeps a secret in %s, and cannot write it: %w. Let it write to the folder, or name another one in the store block", path, err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	secret = make([]byte, secretSize)
	_, _ = rand.Read(secret) // never fails
	_, err = file.Write(secret)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// linking is a dispatcher that sends uploads as links, since no vendor knows their ids. A vendor fetches them from the gateway.
type linking struct {
	engine.Dispatcher
	front   *cloudapi.Server
	uploads *uploads
}

// Prepare makes a message ready to be sent.
func (l *linking) Prepare(m *message.Message) *dispatch.Content {
	if l.uploads == nil {
		return l.Dispatcher.Prepare(m)
	}
	return l.Dispatcher.Prepare(l.link(m))
}

// link returns the message with links in place of the ids of uploads. It returns the message itself if it has none, and leaves ids that
// are not those of uploads as they are: they may be the vendor's own.
func (l *linking) link(m *message.Message) *message.Message {
	switch m.GetType() {
	case message.KindText, message.KindLocation, message.KindContacts, message.KindReaction:
		return m
	}
	var changed *message.Message
	for i, file := range mediaOf(m) {
		if file.GetId() == "" {
			continue
		}
		if _, err := l.uploads.folder.Find(context.Background(), file.GetId()); err != nil {
			continue
		}
		link, err := l.front.VendorLink(file.GetId())
		if err != nil {
			continue
		}
		if changed == nil {
			changed = proto.CloneOf(m)
		}
		its := mediaOf(changed)[i]
		its.Id, its.Link = "", link
	}
	if changed == nil {
		return m
	}
	return changed
}

// mediaOf returns all media of a message in a fixed order: its own, and those of headers, parameters and cards.
func mediaOf(m *message.Message) []*message.Media {
	var found []*message.Media
	var walk func(protoreflect.Message)
	walk = func(p protoreflect.Message) {
		if file, ok := p.Interface().(*message.Media); ok {
			found = append(found, file)
			return
		}
		fields := p.Descriptor().Fields()
		for i := range fields.Len() {
			switch fd := fields.Get(i); {
			case fd.Message() == nil || fd.IsMap() || !p.Has(fd) || fd.Message().FullName().Parent() != p.Descriptor().FullName().Parent():
			case fd.IsList():
				for j := range p.Get(fd).List().Len() {
					walk(p.Get(fd).List().Get(j).Message())
				}
			default:
				walk(p.Get(fd).Message())
			}
		}
	}
	walk(m.ProtoReflect())
	return found
}
