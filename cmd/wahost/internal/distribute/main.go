// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command distribute writes the archives of a release of wahost itself, with a list of contents for each and the formula for Homebrew.
// `make release` runs it. The packages of the providers are written by `wahost provider package`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/wahost/wahost/core/registry/release"
)

func main() {
	var d distribution
	var version string
	flag.StringVar(&version, "version", "", "version of the release, such as 0.2.0")
	flag.StringVar(&d.commit, "commit", "", "commit of the source")
	flag.StringVar(&d.build, "build", "bin/release", "folder with a folder OS_ARCH for each platform, and the folder share")
	flag.StringVar(&d.out, "out", "dist", "folder to write into")
	flag.StringVar(&d.root, "root", ".", "root of the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if d.version, err = release.ParseVersion(version); err == nil {
		err = d.write(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "distribute:", err)
		os.Exit(1)
	}
}
