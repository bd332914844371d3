// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const program = "wahost-provider-a"

// entry is an entry of an archive.
type entry struct {
	name    string
	content string
	mode    fs.FileMode
	method  uint16
	flags   uint16
}

func archive(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: e.method, Flags: e.flags}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		f, err := w.CreateHeader(h)
		require.NoError(t, err)
		_, err = f.Write([]byte(e.content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	good := entry{name: program, content: "the program"}
	with := func(others ...entry) func(t *testing.T) []byte {
		return func(t *testing.T) []byte { return archive(t, append([]entry{good}, others...)...) }
	}
	tests := map[string]struct {
		archive func(t *testing.T) []byte
		err     string
	}{
		"good":                 {archive: with(entry{name: "doc/", mode: fs.ModeDir | 0o755}, entry{name: "doc/README", content: "text"})},
		"executable":           {archive: func(t *testing.T) []byte { return archive(t, entry{name: program, content: "x", mode: 0o4777}) }},
		"no program":           {archive: func(t *testing.T) []byte { return archive(t, entry{name: "other"}) }, err: "it does not contain the program wahost-provider-a"},
		"program in a folder":  {archive: func(t *testing.T) []byte { return archive(t, entry{name: "bin/" + program}) }, err: "it does not contain the program"},
		"program is a folder":  {archive: func(t *testing.T) []byte { return archive(t, entry{name: program + "/x"}) }, err: "it does not contain the program"},
		"parent folder":        {archive: with(entry{name: "../evil"}), err: "has a name that leads out of the folder"},
		"parent in the middle": {archive: with(entry{name: "a/../../evil"}), err: "has a name that leads out of the folder"},
		"from the root":        {archive: with(entry{name: "/etc/evil"}), err: "has a name that leads out of the folder"},
		"of Windows":           {archive: with(entry{name: `..\evil`}), err: "has a name that leads out of the folder"},
		"a drive":              {archive: with(entry{name: "C:evil"}), err: "has a name that leads out of the folder"},
		"a dot":                {archive: with(entry{name: "./x"}), err: "has a name that leads out of the folder"},
		"no name":              {archive: with(entry{name: "/"}), err: "has a name that leads out of the folder"},
		"a link":               {archive: with(entry{name: "link", content: "/etc/passwd", mode: fs.ModeSymlink | 0o777}), err: "is a link or a device"},
		"a device":             {archive: with(entry{name: "device", mode: fs.ModeDevice | 0o777}), err: "is a link or a device"},
		"a pipe":               {archive: with(entry{name: "pipe", mode: fs.ModeNamedPipe | 0o777}), err: "is a link or a device"},
		"twice":                {archive: with(good), err: "is there twice"},
		"other case":           {archive: with(entry{name: "Wahost-Provider-A"}), err: "is there twice, or differs from another only in upper and lower case"},
		"encrypted":            {archive: with(entry{name: "x", flags: 1}), err: "is encrypted"},
		"a bomb":               {archive: with(entry{name: "zeros", content: string(make([]byte, 200<<20)), method: zip.Deflate}), err: "it becomes too large when it is unpacked"},
		"too many files": {archive: func(t *testing.T) []byte {
			return archive(t, make([]entry, maxFiles+1)...)
		}, err: "it has more than 1000 files"},
		"very many files": {archive: func(t *testing.T) []byte {
			return archive(t, make([]entry, 1<<17)...)
		}, err: "it has more than 1000 files"},
		"not a zip": {archive: func(*testing.T) []byte { return []byte("<html>") }, err: "it is not a zip archive"},
		"cut":       {archive: func(t *testing.T) []byte { b := archive(t, good); return b[:len(b)-5] }, err: "it is not a zip archive"},
		"changed": {archive: func(t *testing.T) []byte {
			return bytes.Replace(archive(t, good), []byte("the program"), []byte("The program"), 1)
		}, err: "cannot be unpacked: zip: checksum error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			dir := filepath.Join(parent, "package")
			require.NoError(t, os.Mkdir(dir, 0o755))
			data := tt.archive(t)
			err := Unpack("p.zip", bytes.NewReader(data), int64(len(data)), dir, program)
			entries, readErr := os.ReadDir(parent)
			require.NoError(t, readErr)
			require.Len(t, entries, 1, "something is outside of the folder")
			if tt.err != "" {
				var wrong *PackageError
				require.ErrorAs(t, err, &wrong)
				require.ErrorContains(t, err, "the package p.zip cannot be used: ")
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			info, err := os.Stat(filepath.Join(dir, program))
			require.NoError(t, err)
			require.Zero(t, info.Mode()&^0o755, "%s", info.Mode())
			require.NotZero(t, info.Mode()&0o100)
			hash, err := ProgramHash("p.zip", bytes.NewReader(data), int64(len(data)), program)
			require.NoError(t, err)
			require.Contains(t, hash, "h1:")
		})
	}
}
