// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
)

// TestBlocks returns the declarations of all blocks that a test file may have.
func TestBlocks() []lang.BlockType { return []lang.BlockType{runBlock, variablesBlock} }

var runBlock = lang.BlockType{
	Type: "run", Labels: []string{"name"}, Many: true,
	Doc: "One message, and where it is expected to go. Nothing is sent.",
	Args: []lang.Argument{
		{Name: "to", Type: "string", Default: "`to` in the message", Doc: "The phone number of the recipient."},
		{Name: "message_file", Type: "string", Default: "the `message` block", Doc: "The name of a file with the message, as Cloud API JSON or " +
			"YAML, relative to the folder of the test file."},
		{Name: "unhealthy", Type: "list of channels", Default: "no channel", Doc: "Channels that count as unhealthy, as after failures."},
	},
	Blocks: []lang.BlockType{messageBlock, expectBlock, variablesBlock},
}

var messageBlock = lang.BlockType{
	Type: "message",
	Doc: "The message: the fields of the Cloud API message object, such as `image = { link = \"https://...\" }`. A text or a template can be " +
		"written short.",
	Entries: "FIELD = VALUE",
}

var variablesBlock = lang.BlockType{
	Type:    "variables",
	Doc:     "Values of variables, which win over all others. In a `run` block they are for that run, outside for all runs of the file.",
	Entries: "NAME = VALUE",
}

var expectBlock = lang.BlockType{
	Type: "expect",
	Doc:  "What is expected. At least one argument is needed; what is left out is not compared.",
	Args: []lang.Argument{
		{Name: "route", Type: "string", Default: "any route", Doc: "The name of the route that matches."},
		{Name: "channels", Type: "list of channels", Default: "any channels", Doc: "All channels that can carry the message, in the order in which " +
			"they are tried. Where a route distributes by weight without `sticky`, the order is not compared, because it is random."},
		{Name: "skipped", Type: "map of channels to strings", Default: "any", Doc: "All channels that are skipped, each with the reason, such as " +
			"`{ channel.innopaas.in = \"unsupported\" }`. The reason of an unhealthy channel is `\"unhealthy\"`."},
		{Name: "no_route", Type: "bool", Default: "not compared", Doc: "Whether no route matches."},
		{Name: "rejected", Type: "string", Default: "not compared", Doc: "The reason for which `send` would reject the message without an attempt."},
	},
}

// TestRun is a run block whose message and expectation are not evaluated yet.
type TestRun struct {
	Name string
	At   config.Range
	// Vars are values of variables for this run, each NAME=VALUE as --var takes it.
	Vars []string

	block   *hcl.Block
	content *hcl.BodyContent
}

// ReadTests reads test files: the named ones, or all of the folder if no file is named. It finds mistakes of syntax and of
// names of blocks and arguments. Files then returns the test files too.
func (f *Folder) ReadTests(paths []string) ([]TestRun, hcl.Diagnostics) {
	if len(paths) == 0 {
		entries, _ := os.ReadDir(f.dir) // a folder that cannot be read is an error of the configuration already
		for _, e := range entries {     // sorted by name
			if strings.HasSuffix(e.Name(), config.TestFileSuffix) && !strings.HasPrefix(e.Name(), ".") {
				paths = append(paths, filepath.Join(f.dir, e.Name()))
			}
		}
	}
	variables := f.Names("variable")
	var runs []TestRun
	var diags hcl.Diagnostics
	for _, path := range paths {
		src, err := readFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
		if err != nil {
			diags = append(diags, lang.Error("Test file not readable", fmt.Sprintf("The file %s cannot be read: %s.", path, err)))
			continue
		}
		file, found := f.parseSource(src, path)
		if diags = append(diags, found...); found.HasErrors() {
			continue
		}
		read, found := testFile(file, variables)
		runs, diags = append(runs, read...), append(diags, found...)
	}
	return runs, f.sorted(diags)
}

// testFile reads the run blocks of a file, for a configuration with these variables.
func testFile(file *hcl.File, variables []string) ([]TestRun, hcl.Diagnostics) {
	content, diags := file.Body.Content(lang.BlockType{Blocks: TestBlocks()}.Schema())
	all, found := testVariables(content.Blocks.OfType("variables"), variables)
	diags = append(diags, found...)
	blocks, found := lang.Unique(content.Blocks.OfType("run"), func(b *hcl.Block) string { return b.Labels[0] })
	diags = append(diags, found...)
	var runs []TestRun
	for _, b := range blocks {
		inner, found := b.Body.Content(runBlock.Schema())
		diags = append(diags, found...)
		diags = append(diags, checkRunBlocks(b, inner)...)
		own, found := testVariables(inner.Blocks.OfType("variables"), variables)
		diags = append(diags, found...)
		for _, e := range inner.Blocks.OfType("expect") {
			_, found := e.Body.Content(expectBlock.Schema())
			diags = append(diags, found...)
		}
		runs = append(runs, TestRun{
			Name: b.Labels[0], At: lang.NewRange(b.DefRange), Vars: slices.Concat(all, own), block: b, content: inner,
		})
	}
	return runs, diags
}

// checkRunBlocks returns the errors about blocks of a run that are missing, or there twice.
func checkRunBlocks(b *hcl.Block, content *hcl.BodyContent) hcl.Diagnostics {
	var diags hcl.Diagnostics
	first := map[string]*hcl.Block{}
	for _, inner := range content.Blocks {
		if previous := first[inner.Type]; previous != nil {
			diags = append(diags, lang.ErrorAt(inner.DefRange, "Duplicate block", fmt.Sprintf(
				"A run has at most one block %q, and there is one at %s. Remove one, or make two runs.", inner.Type, lang.NewRange(previous.DefRange))))
			continue
		}
		first[inner.Type] = inner
	}
	if first["expect"] == nil {
		diags = append(diags, lang.ErrorAt(b.DefRange, "Missing block", fmt.Sprintf(
			`The run %q has no block "expect", so it would test nothing. Write for instance: expect { route = "NAME" }`, b.Labels[0])))
	}
	file := content.Attributes["message_file"]
	switch {
	case first["message"] == nil && file == nil:
		diags = append(diags, lang.ErrorAt(b.DefRange, "Missing message", fmt.Sprintf(
			`The run %q has no message. Write a block such as message { text = "Hello" }, or the argument message_file.`, b.Labels[0])))
	case first["message"] != nil && file != nil:
		diags = append(diags, lang.ErrorAt(file.NameRange, "Conflicting arguments",
			`The message is in the block "message" and in "message_file": remove one of them.`))
	}
	return diags
}

// testVariables returns the values in variables blocks as --var takes them. Known are the variables of the configuration.
func testVariables(blocks hcl.Blocks, known []string) ([]string, hcl.Diagnostics) {
	var out []string
	var diags hcl.Diagnostics
	for _, b := range blocks {
		attrs, found := b.Body.JustAttributes()
		diags = append(diags, found...)
		for _, attr := range sortedAttributes(attrs) {
			if !slices.Contains(known, attr.Name) {
				diags = append(diags, lang.ErrorAt(attr.NameRange, "Value for an unknown variable", fmt.Sprintf(
					"The configuration has no variable %q.%s", attr.Name, suggest.Sentence(attr.Name, known))))
				continue
			}
			v, found := attr.Expr.Value(nil)
			if found.HasErrors() || !v.IsWhollyKnown() || v.IsNull() {
				diags = append(diags, lang.ErrorAt(attr.Expr.Range(), "Invalid value for variable",
					"The value must be a constant, without references and function calls, and not null."))
				continue
			}
			text := string(hclwrite.TokensForValue(v).Bytes())
			if plain, err := convert.Convert(v, cty.String); err == nil && v.Type().IsPrimitiveType() {
				text = plain.AsString()
			}
			out = append(out, attr.Name+"="+text)
		}
	}
	return out, diags
}

// sortedAttributes returns attributes in the order in which they are written.
func sortedAttributes(attrs hcl.Attributes) []*hcl.Attribute {
	var out []*hcl.Attribute
	for _, attr := range attrs {
		out = append(out, attr)
	}
	slices.SortFunc(out, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return out
}
