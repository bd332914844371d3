// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/internal/procfs"
)

const (
	// vendorNumber is the id of the sending number at the vendor, and number the one that applications use.
	vendorNumber, number = "106540352242922", "102030405060708"
	appSecret            = "0123456789abcdef0123456789abcdef"
	webhookSecret        = "0123456789abcdef"
)

const configuration = `wahost {
  required_providers {
    cloudapi = { source = "wahost/cloudapi" }
  }
}

variable "secret" {
  type      = string
  sensitive = true
}

provider "cloudapi" {
  access_token = var.secret
  app_secret   = var.secret
  verify_token = var.secret
  endpoint     = %[1]q
}

channel "cloudapi" "main" {
  phone_number_id = %[2]q
}

route "all" {
  channels = [channel.cloudapi.main]
}

gateway {
  listen       = "127.0.0.1:0"
  admin_listen = "127.0.0.1:0"
  public_url   = "http://127.0.0.1"

  store {
    url = %[7]q
  }

  sender %[3]q {}

  api_key "bench" {
    id     = %[4]q
    hashes = [%[5]q]
    scopes = ["admin"]
  }
%[6]s}
`

const webhookBlock = `
  webhook "application" {
    url      = "%s/application"
    secret   = %q
    networks = ["127.0.0.0/8"]
  }
`

// gateway is a running gateway of wahost.
type gateway struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	token  keys.Token
	// dir is the folder of its configuration, url the address of the front door, admin that of the console, and hook the path at which the
	// vendor tells statuses.
	dir, url, admin, hook string
}

// startGateway starts a gateway with an empty store. With webhooks it tells the application what the vendor tells.
func (b *bench) startGateway(ctx context.Context, webhooks bool) (*gateway, error) {
	return b.startGatewayOn(ctx, webhooks, "sqlite:wahost.db", func(string) error { return nil })
}

// startGatewayOn starts a gateway with the store of a URL, which is filled before. The key may do everything.
func (b *bench) startGatewayOn(ctx context.Context, webhooks bool, storeURL string, fill func(dir string) error) (*gateway, error) {
	dir, err := os.MkdirTemp(b.dir, "gateway-")
	if err != nil {
		return nil, err
	}
	g := &gateway{token: keys.NewToken(), dir: dir}
	block := ""
	if webhooks {
		block = fmt.Sprintf(webhookBlock, b.vendor.url(), webhookSecret)
	}
	text := fmt.Sprintf(configuration, b.vendor.url(), vendorNumber, number, g.token.ID(), g.token.Hash().String(), block, storeURL)
	if err := os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(text), 0o600); err != nil {
		return nil, err
	}
	providers, err := filepath.Abs(b.providers)
	if err != nil {
		return nil, err
	}
	command := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, b.wahost, append([]string{"--config", dir, "--json"}, args...)...)
		cmd.Env = append(os.Environ(), "WAHOST_PROVIDER_DIR="+providers, "WAHOST_VAR_secret="+appSecret, "HOME="+dir)
		cmd.Stderr = &g.stderr
		return cmd
	}
	if g.hook, err = hookPath(command("hooks")); err != nil {
		return nil, fmt.Errorf("wahost hooks: %w\n%s", err, g.stderr.String())
	}
	if err := fill(dir); err != nil {
		return nil, fmt.Errorf("the store cannot be filled: %w", err)
	}
	g.cmd = command("serve")
	g.cmd.Cancel = func() error { return g.cmd.Process.Signal(syscall.SIGTERM) }
	g.cmd.WaitDelay = time.Minute
	stdout, err := g.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := g.cmd.Start(); err != nil {
		return nil, err
	}
	var told struct {
		Listen string `json:"listen"`
		Admin  string `json:"admin_listen"`
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &told)
	}
	if err != nil {
		g.stop()
		return nil, fmt.Errorf("wahost serve: %w\n%s", err, g.stderr.String())
	}
	g.url, g.admin = "http://"+told.Listen, "http://"+told.Admin
	return g, nil
}

// hookPath returns the path at which the vendor reaches the gateway.
func hookPath(cmd *exec.Cmd) (string, error) {
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var printed struct{ Hooks []struct{ URL string } }
	if err := json.Unmarshal(out, &printed); err != nil || len(printed.Hooks) == 0 {
		return "", fmt.Errorf("it printed %s", out)
	}
	return strings.TrimPrefix(printed.Hooks[0].URL, "http://127.0.0.1"), nil
}

func (g *gateway) stop() {
	_ = g.cmd.Process.Signal(syscall.SIGTERM)
	_ = g.cmd.Wait()
}

// store returns the path of its store.
func (g *gateway) store() string { return filepath.Join(g.dir, "wahost.db") }

// used returns the processor time of the gateway and of its provider.
func (g *gateway) used() (host, provider time.Duration) {
	for _, pid := range procfs.Family(g.cmd.Process.Pid) {
		if pid == g.cmd.Process.Pid {
			host = procfs.ProcessorTime(pid)
		} else {
			provider += procfs.ProcessorTime(pid)
		}
	}
	return host, provider
}

// memory returns the resident memory of the gateway and of its provider, in megabytes.
func (g *gateway) memory() (host, provider float64) {
	for _, pid := range procfs.Family(g.cmd.Process.Pid) {
		if pid == g.cmd.Process.Pid {
			host = float64(procfs.Memory(pid)) / 1e6
		} else {
			provider += float64(procfs.Memory(pid)) / 1e6
		}
	}
	return host, provider
}
