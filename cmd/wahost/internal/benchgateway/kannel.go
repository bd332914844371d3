// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// kannelConfig is that of a Kannel which sends to the vendor over HTTP. Its messages are kept in a file, which Kannel does not sync before
// it answers.
const kannelConfig = `group = core
admin-port = %[1]d
admin-password = bench
smsbox-port = %[2]d
log-level = 4
store-type = file
store-location = "%[6]s"

group = smsc
smsc = http
smsc-id = vendor
system-type = generic
port = %[3]d
connect-allow-ip = 127.0.0.1
send-url = "%[5]s/kannel?to=%%p&text=%%a"
status-success-regex = "^0"
max-pending-submits = 128

group = smsbox
smsbox-id = box
bearerbox-host = 127.0.0.1
bearerbox-port = %[2]d
sendsms-port = %[4]d
log-level = 4

group = sendsms-user
username = bench
password = bench
max-messages = 1
`

// kannel is a running Kannel.
type kannel struct {
	processes []*exec.Cmd
	url       string
}

// startKannel starts Kannel with an empty store. It returns nil if it is not to be measured or not installed.
func (b *bench) startKannel(ctx context.Context) (*kannel, error) {
	bearerbox, err1 := findProgram("bearerbox")
	smsbox, err2 := findProgram("smsbox")
	if !b.kannel || errors.Join(err1, err2) != nil {
		return nil, nil //nolint:nilerr // it is not installed
	}
	dir, err := os.MkdirTemp(b.dir, "kannel-")
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(ctx, 4)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "kannel.conf")
	text := fmt.Sprintf(kannelConfig, ports[0], ports[1], ports[2], ports[3], b.vendor.url(), filepath.Join(dir, "store"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	k := &kannel{url: "http://127.0.0.1:" + strconv.Itoa(ports[3])}
	for i, program := range []string{bearerbox, smsbox} {
		cmd := exec.CommandContext(ctx, program, "-v", "4", config)
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			k.stop()
			return nil, err
		}
		k.processes = append(k.processes, cmd)
		if err := awaitPort(ctx, ports[1+2*i]); err != nil {
			k.stop()
			return nil, fmt.Errorf("%s does not start: %w", program, err)
		}
	}
	return k, nil
}

// request returns the request for the message with a number.
func (k *kannel) request(ctx context.Context, n int) (*http.Request, error) {
	q := url.Values{"username": {"bench"}, "password": {"bench"}, "from": {"12025550100"}, "to": {fmt.Sprintf("49155%07d", n%10_000_000)}, "text": {fmt.Sprintf("Your parcel %d is on its way.", n)}}
	return http.NewRequestWithContext(ctx, http.MethodGet, k.url+"/cgi-bin/sendsms?"+q.Encode(), nil)
}

func (k *kannel) stop() {
	for _, cmd := range k.processes {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// findProgram finds a program that Debian puts where only root looks.
func findProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/" + name)
}

// freePorts returns ports that nobody listens on.
func freePorts(ctx context.Context, n int) (ports []int, err error) {
	for range n {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port) //nolint:forcetypeassert // of a TCP listener
	}
	return ports, nil
}

// awaitPort waits until somebody listens on a port.
func awaitPort(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
