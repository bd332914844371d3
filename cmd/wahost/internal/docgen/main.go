// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command docgen writes the help of wahost's commands as a page of the documentation and as manual pages. `make docs` and
// `make man` run it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command"
	"github.com/wahost/wahost/cmd/wahost/internal/manual"
)

func main() {
	markdown := flag.String("markdown", "", "write the page of the documentation to this `FILE`")
	man := flag.String("man", "", "write manual pages into this `FOLDER`")
	flag.Parse()
	if err := write(*markdown, *man); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(markdown, man string) error {
	root := command.New(cli.NewApp(strings.NewReader(""), os.Stdout, os.Stderr))
	if markdown != "" {
		if err := os.WriteFile(markdown, []byte(manual.Markdown(root)), 0o644); err != nil {
			return err
		}
	}
	if man == "" {
		return nil
	}
	if err := os.MkdirAll(man, 0o755); err != nil {
		return err
	}
	for name, text := range manual.Man(root) {
		if err := os.WriteFile(filepath.Join(man, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
