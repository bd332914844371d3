// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
)

// newReport returns the command `wahost conformance report` with its commands.
func newReport(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "report",
		Short:   "Look at reports",
		Long:    "Look at reports that runs of the suite have written.",
		Example: "  wahost conformance report serve reports",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReportServe(a))
	return cmd
}

func newReportServe(a *cli.App) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve FOLDER",
		Short: "Show the HTML reports of a folder in a browser",
		Long: `Show the HTML reports of a folder, and of the folders in it, in a browser. An
index page lists them with the verdict of each. Nothing else of the folder is
served, and reports that are written later appear when the page is loaded again.
Runs until interrupted. Only this machine can reach it, unless --addr says
otherwise.`,
		Example: `  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl --out reports/acme
  wahost conformance report serve reports
  wahost conformance report serve reports --addr 127.0.0.1:8090`,
		Args: cli.Args("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error { return serveReports(cmd.Context(), a, args[0], addr) },
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "address to listen on")
	cli.CompleteWords(cmd, "addr")
	return cmd
}

const (
	// headerTime is how long a browser may take to ask, and endTime how long answers may take when the command ends.
	headerTime, endTime = 10 * time.Second, 5 * time.Second
)

func serveReports(ctx context.Context, a *cli.App, folder, addr string) error {
	// A root does not follow links out of the folder.
	root, err := os.OpenRoot(folder)
	if err != nil {
		return cli.UsageError("the folder of the reports cannot be opened: %v", err)
	}
	defer func() { _ = root.Close() }()
	found, err := report.Find(root.FS())
	if err != nil {
		return cli.EnvironmentError(err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	server := &http.Server{Handler: report.Handler(root.FS()), ReadHeaderTimeout: headerTime}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	url := "http://" + l.Addr().String() + "/"
	if a.JSON {
		err = cli.WriteLine(a.Stdout, map[string]any{"format_version": "1.0", "url": url, "reports": len(found)})
	} else {
		_, err = fmt.Fprintf(a.Stdout, "The reports of %s are at %s (Ctrl-C ends it). There are %d now.\n", folder, url, len(found))
	}
	if err != nil {
		_ = server.Close()
		return cli.EnvironmentError(errors.Join(err, <-ended))
	}
	a.Wait(ctx)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	if server.Shutdown(end) != nil {
		_ = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return cli.EnvironmentError(err)
	}
	return nil
}
