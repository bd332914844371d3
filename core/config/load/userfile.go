// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/boundfile"
)

const (
	// EnvUserFile is the environment variable that names the user's own file.
	EnvUserFile = "WAHOST_CLI_CONFIG_FILE"
	// UserFileName is the name of the user's own file, in the folder "wahost" of the user's configuration.
	UserFileName = "wahost.rc.hcl"
)

// UserBlocks returns the declarations of all blocks that the user's own file may have.
func UserBlocks() []lang.BlockType { return []lang.BlockType{userInstallationBlock, credentialsBlock} }

// UserFile is the user's own file: what holds for each configuration on this machine.
type UserFile struct {
	// Path is where the file is, or would be. It is empty if the user has no home.
	Path         string
	Installation config.Installation
	Credentials  []config.Credential
	// Source is the parsed file, so that diagnostics can show it. It is nil if there is no file.
	Source *hcl.File
}

// ReadUserFile reads the user's own file. Lookup returns a variable of the environment. A file that does not exist is empty, unless the
// environment names it. The UserFile is never nil.
func ReadUserFile(lookup func(name string) string) (*UserFile, hcl.Diagnostics) {
	path, named := lookup(EnvUserFile), true
	if path == "" {
		path, named = userFilePath(lookup), false
	}
	u := &UserFile{Path: path}
	if path == "" {
		return u, nil
	}
	src, err := boundfile.ReadRegular(path, maxFileSize)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return u, nil
	}
	if err != nil {
		detail := fmt.Sprintf("The file %s cannot be read: %s.", path, reason(err))
		if named {
			detail += fmt.Sprintf(" Its name comes from the environment variable %s.", EnvUserFile)
		}
		return u, hcl.Diagnostics{lang.Error("File of the user not readable", detail)}
	}
	file, diags := lang.Parse(src, path)
	if !notText(diags) {
		u.Source = file
	}
	if diags.HasErrors() {
		return u, diags
	}
	content, d := file.Body.Content(lang.BlockType{Blocks: UserBlocks()}.Schema())
	diags = append(diags, d...)
	of := content.Blocks.ByType()
	u.Credentials, d = decodeCredentials(of[credentialsBlock.Type])
	diags = append(diags, d...)
	for i, block := range of[userInstallationBlock.Type] {
		if i > 0 {
			diags = append(diags, lang.Duplicate(block.DefRange, "block", fmt.Sprintf("%q", block.Type), of[block.Type][0].DefRange))
			continue
		}
		var d hcl.Diagnostics
		u.Installation, d = decodeInstallation(block, userInstallationBlock, filepath.Dir(path))
		diags = append(diags, d...)
	}
	return u, diags
}

// userFilePath returns where the user's own file is if the environment does not name it.
func userFilePath(lookup func(string) string) string {
	if dir := lookup("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "wahost", UserFileName)
	}
	if dir := lookup("APPDATA"); dir != "" && os.PathSeparator == '\\' {
		return filepath.Join(dir, "wahost", UserFileName)
	}
	if home := lookup("HOME"); home != "" {
		return filepath.Join(home, ".config", "wahost", UserFileName)
	}
	return ""
}
