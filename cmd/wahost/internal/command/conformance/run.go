// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/known"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/selector"
	"github.com/wahost/wahost/core/registry/verify"
)

// runFlags holds the flags of `conformance run`.
type runFlags struct {
	app *cli.App

	dialect      string
	seed         int64
	exclude      []string
	levels       []string
	capabilities []string
	failedFrom   string
	knownFailing string
	writeKnown   string
	ticket       string
	certify      bool
	sign         []string
	countersign  string
	trust        []string
	out          string
	outputs      []string
	progress     string
	attach       string
	env          []string
	soak         bool
	quick        bool
	startTimeout time.Duration
	isolation    string
}

// newRun returns the command `wahost conformance run`.
func newRun(a *cli.App) *cobra.Command {
	r := &runFlags{app: a}
	cmd := &cobra.Command{
		Use:   "run (BINARY | --attach VALUE) [SELECTOR]...",
		Short: "Run the suite against a provider's binary",
		Long: `Run the suite against a provider's binary. Selectors are patterns over check ids:
"*" is one part of a path, "**" any number, @FILE reads patterns from a file. A
narrowed run is incomplete, whatever passes in it. --quick is for the time while
a provider is being written: it leaves out the checks that take long.

With --attach the suite runs against a provider that is already running, such as
one under a debugger. Checks that need a process of their own are skipped.

report.json is always written, and --output adds other formats. File names are
relative to the folder of --out. With --certify and --sign, a conformant provider
gets a certificate. The provider runs on the machine that has the key then: run
binaries of others without --sign, and sign the folder of --out elsewhere with
"wahost conformance sign".

With --isolation namespaces, which --certify uses on Linux, each process of the
provider runs in namespaces of its own: its vendor's host name leads to the
emulator, and whatever else it sends, looks up or writes is seen.`,
		Example: `  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl
  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl --quick
  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl 'send/list/**' -x 'send/list/unicode'
  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl --output html=report.html,junit=junit.xml
  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl --certify --sign key.pem --out cert/
  wahost conformance run --attach "$WAHOST_REATTACH_PROVIDERS" --dialect acme.hcl 'send/list/*'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("attach") {
				return nil
			}
			return cli.MinArgs("BINARY")(cmd, args)
		},
		ValidArgsFunction: completeChecks(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.startTimeout <= 0 && cmd.Flags().Changed("start-timeout") {
				return cli.UsageError("--start-timeout %s: expected a duration above zero, such as 30s", r.startTimeout)
			}
			if !cmd.Flags().Changed("attach") {
				return r.run(cmd.Context(), args[0], args[1:])
			}
			if err := r.checkAttach(args); err != nil {
				return err
			}
			return r.run(cmd.Context(), "", args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.dialect, "dialect", "", "file that describes the vendor's API (required)")
	f.Int64Var(&r.seed, "seed", 0, fmt.Sprintf("seed of all generated values (default %d; with --certify one that nobody can know)", runner.DefaultSeed))
	f.StringArrayVarP(&r.exclude, "exclude", "x", nil, "leave out the checks that match this pattern; may be repeated")
	f.StringSliceVar(&r.levels, "level", nil, "only checks of these levels: core, cap, rec, info")
	f.StringSliceVar(&r.capabilities, "capability", nil, "only checks of these capabilities, such as list,button")
	f.StringVar(&r.failedFrom, "failed-from", "", "only the checks that did not pass in this report.json")
	f.StringVar(&r.knownFailing, "known-failing", "", "file of expected failures")
	f.StringVar(&r.writeKnown, "write-known-failing", "", "update this file of expected failures from the run, which must be a full one")
	f.StringVar(&r.ticket, "ticket", "", "URL of the ticket for new entries of --write-known-failing; required with it")
	f.StringVar(&r.attach, "attach", "", "instead of BINARY: the value that a provider started with -debug printed (not certifiable)")
	f.BoolVar(&r.certify, "certify", false, "run the full plan with fixed settings, as a certificate requires")
	f.StringArrayVar(&r.sign, "sign", nil, "private key to sign the certificate with; may be repeated; needs --certify")
	f.StringVar(&r.countersign, "countersign", "", "somebody else's certificate to sign as well, if this run reproduces it; needs --certify, one --sign, and --key")
	f.StringArrayVar(&r.trust, "key", nil, "public key that signed the certificate of --countersign; may be repeated")
	f.StringVar(&r.out, "out", ".", "folder for all files that are written")
	f.StringSliceVar(&r.outputs, "output", nil, "FORMAT=FILE, with a format of "+strings.Join(report.Formats(), ", ")+"; a relative FILE is below --out; may be repeated")
	f.StringVar(&r.progress, "progress", "auto", "auto, none, or json for events as JSON lines on standard error")
	f.StringArrayVar(&r.env, "env", nil, "KEY=VALUE for the provider's process; may be repeated")
	f.StringVar(&r.isolation, "isolation", "", "namespaces (Linux), where the provider cannot tell the run from production, or none (default namespaces with --certify on Linux, else none)")
	f.BoolVar(&r.quick, "quick", false, "leave out the checks that wait, measure or try many values; the run takes seconds, and no certificate comes of it")
	f.BoolVar(&r.soak, "soak", false, "add the checks of a process that has carried thousands of messages; --certify has them anyway")
	f.DurationVar(&r.startTimeout, "start-timeout", 0, fmt.Sprintf("how long the provider may take to start (default %s); a run with a longer limit is not certifiable", runner.DefaultStartTimeout))
	r.complete(cmd)
	return cmd
}

func (r *runFlags) run(ctx context.Context, binary string, selectors []string) error {
	options, err := r.options(binary, selectors)
	if err != nil {
		return err
	}
	if r.countersign != "" && r.seed == 0 {
		if options.Seed, err = r.theirSeed(ctx); err != nil {
			return err
		}
	}
	outputs, err := r.files()
	if err != nil {
		return err
	}
	keys, err := r.keys()
	if err != nil {
		return err
	}
	// Fail now rather than after a minute of checks.
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return cli.EnvironmentError(fmt.Errorf("the reports cannot be written: %w", err))
	}
	show := newRunProgress(r.app, r.progress, options.Narrows(), r.attach != "")
	options.Progress = show.event
	rep, err := runner.Run(ctx, options)
	show.finish()
	if err != nil {
		return suiteError(err)
	}
	var failed []error
	for _, o := range outputs {
		if err := rep.WriteFile(o.format, o.path); err != nil {
			failed = append(failed, err)
		}
	}
	if r.app.JSON {
		data, err := rep.Render("json")
		if err == nil {
			_, err = r.app.Stdout.Write(data)
		}
		if err != nil {
			failed = append(failed, err)
		}
	} else {
		printVerdict(r.app.Stdout, rep)
	}
	if err := r.writeKnownFailing(rep); err != nil {
		failed = append(failed, err)
	}
	switch {
	case len(failed) > 0:
		return cli.EnvironmentError(errors.Join(failed...))
	case len(keys) > 0 && !rep.Verdict.Certifiable:
		r.app.Note("No certificate was written: the verdict is %s.", rep.Verdict.Word)
	case len(keys) > 0:
		if err := r.writeCertificate(ctx, rep, keys); err != nil {
			return err
		}
	case r.certify && rep.Verdict.Certifiable && !r.app.JSON:
		fmt.Fprintf(r.app.Stdout, "Sign it where the key is: wahost conformance sign %s --key KEY\n", r.out)
	}
	return verdictError(rep.Verdict)
}

func (r *runFlags) options(binary string, selectors []string) (o runner.Options, err error) {
	d, err := loadDialect(r.dialect)
	if err != nil {
		return o, err
	}
	o = runner.Options{
		Command: binary, Attach: r.attach, Dialect: d, DialectPath: r.dialect, Groups: checks.All(), Seed: r.seed, Capabilities: r.capabilities,
		Certify: r.certify, Soak: r.soak, Quick: r.quick, Env: r.env, StartTimeout: r.startTimeout, Isolation: isolation.Mode(r.isolation),
	}
	switch o.Isolation {
	case "":
		o.Isolation = isolation.None
		if r.certify && runtime.GOOS == "linux" {
			o.Isolation = isolation.Namespaces
		}
	case isolation.Namespaces, isolation.None:
	default:
		return o, cli.UsageError("--isolation %s: expected namespaces or none", r.isolation)
	}
	if o.Selectors, err = selector.Expand(selectors); err != nil {
		return o, cli.UsageError("%v", err)
	}
	if o.Exclude, err = selector.Expand(r.exclude); err != nil {
		return o, cli.UsageError("%v", err)
	}
	levels := []report.Level{report.Core, report.Cap, report.Rec, report.Info}
	for _, l := range r.levels {
		if !slices.Contains(levels, report.Level(l)) {
			return o, cli.UsageError("--level %s: the levels are core, cap, rec, info", l)
		}
		o.Levels = append(o.Levels, report.Level(l))
	}
	if r.failedFrom != "" {
		if o.FailedFrom, err = readReport(r.failedFrom); err != nil {
			return o, err
		}
	}
	if r.knownFailing != "" {
		if o.KnownFailing, err = known.Load(r.knownFailing); err != nil {
			return o, cli.UsageError("%v", err)
		}
	}
	for _, kv := range r.env {
		if name, _, ok := strings.Cut(kv, "="); !ok || name == "" {
			return o, cli.UsageError("--env %s: expected KEY=VALUE", kv)
		}
	}
	if !slices.Contains([]string{"auto", "none", "json"}, r.progress) {
		return o, cli.UsageError("--progress %s: expected auto, none or json", r.progress)
	}
	return o, r.checkKnown(&o)
}

type outputFile struct{ format, path string }

// files returns the files to write. They always include the JSON report.
func (r *runFlags) files() ([]outputFile, error) {
	var out []outputFile
	for _, text := range r.outputs {
		format, path, ok := strings.Cut(text, "=")
		if !ok || path == "" || !slices.Contains(report.Formats(), format) {
			return nil, cli.UsageError("--output %s: expected FORMAT=FILE with one of the formats %s", text, strings.Join(report.Formats(), ", "))
		}
		out = append(out, outputFile{format, r.path(path)})
	}
	if !slices.ContainsFunc(out, func(o outputFile) bool { return o.format == "json" }) {
		out = append(out, outputFile{"json", r.path("report.json")})
	}
	return out, nil
}

func (r *runFlags) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.out, name)
}

func (r *runFlags) keys() ([]*verify.Key, error) {
	if len(r.sign) > 0 && !r.certify {
		return nil, cli.UsageError("--sign needs --certify: only a full run with fixed settings can be certified")
	}
	if r.countersign != "" && (len(r.sign) != 1 || len(r.trust) == 0) {
		return nil, cli.UsageError("--countersign needs one --sign, and --key with the public key of the first signer")
	}
	var keys []*verify.Key
	for _, path := range r.sign {
		key, err := cli.ReadPrivateKey(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}
