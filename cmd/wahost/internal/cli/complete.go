// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/template"
)

// Complete makes a shell complete the value of a flag with the words that values returns. No provider must be started in it,
// and it prints nothing: a shell would show that in the middle of a command line.
func Complete(cmd *cobra.Command, flag string, values func() []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return Matching(values(), begun)
	})
}

// Matching returns the words that begin with what is written already, as a function of cobra returns them. A shell adds no
// space after words that go on, such as NAME=VALUE.
func Matching(words []string, begun string) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp
	var out []string
	for _, w := range words {
		if !strings.HasPrefix(w, begun) {
			continue
		}
		if out = append(out, w); strings.HasSuffix(w, "=") || strings.HasSuffix(w, "(") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
	}
	return out, directive
}

// CompleteWords makes a shell complete the value of a flag with fixed words. Without words the shell completes nothing, as for
// a text, where it would offer files otherwise.
func CompleteWords(cmd *cobra.Command, flag string, words ...string) {
	Complete(cmd, flag, func() []string { return words })
}

// CompleteList is like CompleteWords for a flag that takes words separated by commas.
func CompleteList(cmd *cobra.Command, flag string, words ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
		before := text[:strings.LastIndexByte(text, ',')+1]
		given := strings.Split(before, ",")
		var out []string
		for _, w := range words {
			if !slices.Contains(given, w) {
				out = append(out, before+w)
			}
		}
		return Matching(out, text)
	})
}

// CompleteFiles makes a shell complete the value of flags with files that have one of the endings, such as "json".
func CompleteFiles(cmd *cobra.Command, endings []string, flags ...string) {
	for _, flag := range flags {
		if cmd.MarkFlagFilename(flag, endings...) != nil {
			_ = cmd.MarkPersistentFlagFilename(flag, endings...)
		}
	}
}

// CompleteFolders makes a shell complete the value of flags with folders.
func CompleteFolders(cmd *cobra.Command, flags ...string) {
	for _, flag := range flags {
		if cmd.MarkFlagDirname(flag) != nil {
			_ = cmd.MarkPersistentFlagDirname(flag)
		}
	}
}

// ArgFiles completes arguments with files that have one of the endings.
func ArgFiles(endings ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

// ArgFolder completes the first argument with folders.
func ArgFolder(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// ConfigNames returns the names of the blocks of a type in the configuration folder. If the configuration has mistakes, or a
// variable has no value, they are those that are written out.
func (a *App) ConfigNames(blockType string) []string {
	folder, c := a.quietConfig()
	if c == nil {
		return folder.Names(blockType)
	}
	var names []string
	switch blockType {
	case "channel":
		for _, ch := range c.Channels {
			names = append(names, ch.Addr.String())
		}
	case "route":
		for _, r := range c.Routes {
			names = append(names, r.Name)
		}
	case "template":
		for _, t := range c.Templates {
			names = append(names, t.Name+"\t"+t.Category)
		}
	default:
		names = folder.Names(blockType)
	}
	slices.Sort(names)
	return names
}

// ConfigTemplate returns a template of the configuration folder, or an empty one.
func (a *App) ConfigTemplate(name string) template.Template {
	if _, c := a.quietConfig(); c != nil {
		for _, t := range c.Templates {
			if t.Name == name {
				return t
			}
		}
	}
	return template.Template{}
}

// quietConfig reads the configuration folder without its providers and without reporting mistakes. The configuration is nil
// if it has any.
func (a *App) quietConfig() (*load.Folder, *config.Config) {
	folder := a.openFolder()
	loaded, _ := folder.Load(context.Background(), load.Options{Env: os.Environ(), Vars: a.Vars})
	if loaded == nil {
		return folder, nil
	}
	return folder, loaded.Config
}
