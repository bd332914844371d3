// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"os"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/tracing"
)

// askTime is how long a request waits for a reload that is under way. It is short, because that reload waits for the request.
const askTime = 2 * time.Second

// triggers are what makes the gateway read its configuration again: SIGHUP, files that changed, and requests.
type triggers struct {
	app      *cli.App
	signals  <-chan os.Signal
	files    chan struct{}
	requests chan chan<- reloaded
	stop     func()
	// watcher looks at files from the start, before any is read, so that no change is missed. Nil stands for unwatched, and why is in failure.
	watcher  *watcher
	failure  error
	watching bool // whether a change of a file counts
	manager  *manager
	// tracer is that of all gateways of the process. It may be nil.
	tracer *tracing.Tracer
	// node is the name of the gateways of the process among those that share a store.
	node string
}

func newTriggers(a *cli.App) *triggers {
	t := &triggers{app: a, files: make(chan struct{}, 1), requests: make(chan chan<- reloaded), manager: newManager(a)}
	t.signals, t.stop = reloadSignals()
	t.watcher, t.failure = newWatcher(a.ConfigDir, a.VarFiles, t.files)
	return t
}

// close ends what newTriggers began.
func (t *triggers) close() {
	if t.watcher != nil {
		t.watcher.close()
	}
	t.manager.close()
	t.stop()
}

// watch says whether changes of the configuration's files count from now on, and those since the start.
func (t *triggers) watch(on bool) {
	if on && !t.watching && t.failure != nil {
		t.app.Warn("changes of the configuration's files are not noticed, and SIGHUP is needed: %v", t.failure)
	}
	t.watching = on
}

// ask implements adminapi.Reload.
func (t *triggers) ask(ctx context.Context) ([]adminapi.Change, error) {
	answer := make(chan reloaded, 1)
	busy := time.NewTimer(askTime)
	defer busy.Stop()
	select {
	case t.requests <- answer:
	case <-busy.C:
		return nil, adminapi.ErrReloading
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case r := <-answer:
		return r.changes, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
