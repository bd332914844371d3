// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
)

// manager tells the service manager, which is systemd, how the gateway stands. Without one, which is when the environment names no socket,
// nothing is told.
type manager struct {
	app     *cli.App
	warned  atomic.Bool
	running atomic.Pointer[gateway.Gateway]
	stop    context.CancelFunc
	ended   chan struct{}
}

// newManager returns the manager of this process. If the service manager watches the process, it is told twice in its interval that the
// gateway is alive.
func newManager(a *cli.App) *manager {
	ctx, cancel := context.WithCancel(context.Background())
	m := &manager{app: a, stop: cancel, ended: make(chan struct{})}
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		m.warn(err)
	}
	if interval <= 0 {
		close(m.ended)
		return m
	}
	go m.beat(ctx, interval/2)
	return m
}

// close ends what newManager began.
func (m *manager) close() {
	m.stop()
	<-m.ended
}

func (m *manager) beat(ctx context.Context, each time.Duration) {
	defer close(m.ended)
	ticker := time.NewTicker(each)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if g := m.running.Load(); g == nil || g.Alive() {
			m.tell(daemon.SdNotifyWatchdog)
		}
	}
}

// ready tells that a gateway takes messages, also after a reload.
func (m *manager) ready(g *gateway.Gateway) {
	m.running.Store(g)
	m.tell(daemon.SdNotifyReady)
}

// reloading tells that the configuration is being read again.
func (m *manager) reloading() {
	state := daemon.SdNotifyReloading
	if now := daemon.SdNotifyMonotonicUsec(); now != "" {
		state += "\n" + now
	}
	m.tell(state)
}

// stopping tells that a gateway ends.
func (m *manager) stopping() { m.tell(daemon.SdNotifyStopping) }

func (m *manager) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		m.warn(err)
	}
}

// warn tells about the first error.
func (m *manager) warn(err error) {
	if !m.warned.Swap(true) {
		m.app.Warn("the service manager cannot be told how the gateway stands: %v", err)
	}
}
