// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// validate measures `wahost validate`: a small configuration with three providers, and growing numbers of templates.
func (b *bench) validate(ctx context.Context) error {
	secrets := []string{"WAHOST_VAR_innopaas_app_key=key", "WAHOST_VAR_innopaas_authorization=token", "WAHOST_VAR_innopaas_mmlite_send_path=/x", "WAHOST_VAR_pushwoosh_auth=token"}
	three := func() (execution, error) {
		return b.execute(ctx, secrets, "--config", filepath.Join(b.configs, "quickstart"), "validate")
	}
	runs, err := b.executions(b.commands, three, three)
	if err != nil {
		return err
	}
	elapsed := of(runs[0], execution.elapsedMS)
	b.out.add(newRow("wahost validate of three providers, cold", "ms", elapsed, divided(of(runs[1], execution.elapsedMS), elapsed), atMost(100),
		figure{"processor time of all processes", median(of(runs[0], execution.usedMS)), "ms"}))
	if err := b.manyRoutes(ctx); err != nil {
		return err
	}
	return b.manyTemplates(ctx)
}

// manyRoutes measures a configuration with one provider and one route, and the same with 500.
func (b *bench) manyRoutes(ctx context.Context) error {
	for _, n := range []int{1, 500} {
		var text strings.Builder
		text.WriteString(oneProvider)
		for i := range n {
			fmt.Fprintf(&text, "route \"r%d\" {\n  match {\n    kind = [\"text\"]\n    recipient = [\"+49151555%05d\"]\n  }\n  channels = [channel.pushwoosh.main]\n}\n", i, i)
		}
		dir, err := b.writeConfiguration(text.String())
		if err != nil {
			return err
		}
		validate := func() (execution, error) { return b.execute(ctx, nil, "--config", dir, "validate") }
		runs, err := b.executions(b.commands, validate, validate)
		if err != nil {
			return err
		}
		elapsed := of(runs[0], execution.elapsedMS)
		b.out.add(newRow(fmt.Sprintf("wahost validate of one provider, routes: %d, cold", n), "ms", elapsed, divided(of(runs[1], execution.elapsedMS), elapsed), nil,
			figure{"processor time of all processes", median(of(runs[0], execution.usedMS)), "ms"}))
	}
	return nil
}

// oneProvider is a configuration without routes.
const oneProvider = `
wahost {
  required_providers {
    pushwoosh = { source = "wahost/pushwoosh" }
  }
}
provider "pushwoosh" {
  auth = var.auth
}
variable "auth" {
  default   = "token"
  sensitive = true
}
channel "pushwoosh" "main" {
  application = "00000-AAAAA"
}
`

// manyTemplates measures whether validating takes time in proportion to the number of templates. Processor time tells that
// on a busy machine too.
func (b *bench) manyTemplates(ctx context.Context) error {
	validate := func(n int) (func() (execution, error), error) {
		dir, err := b.writeTemplates(n)
		return func() (execution, error) { return b.execute(ctx, nil, "--config", dir, "validate") }, err
	}
	var commands []func() (execution, error)
	for _, n := range []int{b.templates / 2, b.templates, b.templates, b.templates * 2} {
		command, err := validate(n)
		if err != nil {
			return err
		}
		commands = append(commands, command)
	}
	runs, err := b.executions(b.rounds, commands...)
	if err != nil {
		return err
	}
	half, once, again, twice := runs[0], runs[1], runs[2], runs[3]
	elapsed, used := of(once, execution.elapsedMS), of(once, execution.usedMS)
	b.out.add(
		newRow(fmt.Sprintf("wahost validate of %d templates, cold", b.templates), "ms", elapsed, divided(of(again, execution.elapsedMS), elapsed), atMost(400)),
		newRow(fmt.Sprintf("its processor time, %d templates / %d", 2*b.templates, b.templates), "x",
			divided(of(twice, execution.usedMS), used), divided(of(again, execution.usedMS), used), atMost(2.2),
			figure{fmt.Sprint(b.templates / 2), median(of(half, execution.usedMS)), "ms"},
			figure{fmt.Sprint(b.templates), median(used), "ms"},
			figure{fmt.Sprint(2 * b.templates), median(of(twice, execution.usedMS)), "ms"}),
	)
	return nil
}

// writeTemplates writes a configuration with n templates and returns its folder.
func (b *bench) writeTemplates(n int) (string, error) {
	var text strings.Builder
	text.WriteString(oneProvider)
	text.WriteString("route \"all\" {\n  channels = [channel.pushwoosh.main]\n}\n")
	for i := range n {
		fmt.Fprintf(&text, `
template "t%[1]d" {
  category   = "utility"
  parameters = ["customer", "order"]
  binding {
    channels  = [channel.pushwoosh.main]
    name      = "name_%[1]d"
    languages = ["en", "de"]
  }
}
`, i)
	}
	return b.writeConfiguration(text.String())
}

// writeConfiguration writes a configuration and returns its folder.
func (b *bench) writeConfiguration(text string) (string, error) {
	dir, err := os.MkdirTemp(b.dir, "configuration-")
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(text), 0o600)
}
