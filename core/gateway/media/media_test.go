// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package media

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

// put stores a text that is kept for an hour.
func put(t *testing.T, f *Folder, content string) (File, error) {
	t.Helper()
	w, err := f.Create(t.Context())
	require.NoError(t, err)
	defer w.Abort()
	if _, err := io.WriteString(w, content); err != nil {
		return File{}, err
	}
	return w.Commit(File{Number: "1", MIMEType: "text/plain", Expires: f.now().Add(time.Hour)})
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestFolder(t *testing.T) {
	t.Parallel()
	now, dir := start, filepath.Join(t.TempDir(), "media")
	open := func() *Folder {
		f, err := OpenFolder(dir, 10, func() time.Time { return now })
		require.NoError(t, err)
		return f
	}
	f := open()
	a, err := put(t, f, "12345")
	require.NoError(t, err)
	b, err := put(t, f, "67890")
	require.NoError(t, err)
	require.NotEqual(t, a.ID, b.ID)
	_, err = put(t, f, "x")
	require.ErrorIs(t, err, ErrFull)

	f = open() // another process
	_, err = put(t, f, "x")
	require.ErrorIs(t, err, ErrFull)
	got, err := f.Find(t.Context(), a.ID)
	require.NoError(t, err)
	require.Equal(t, a, got)
	content, err := f.Open(t.Context(), a.ID)
	require.NoError(t, err)
	raw, err := io.ReadAll(content)
	require.NoError(t, err)
	require.NoError(t, content.Close())
	require.Equal(t, "12345", string(raw))

	require.NoError(t, f.Delete(t.Context(), a.ID))
	require.ErrorIs(t, f.Delete(t.Context(), a.ID), ErrNotFound)
	_, err = f.Open(t.Context(), a.ID)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = put(t, f, "x")
	require.NoError(t, err, "there is room again")

	now = now.Add(time.Hour)
	_, err = f.Find(t.Context(), b.ID)
	require.ErrorIs(t, err, ErrNotFound)
	require.NoError(t, f.Sweep())
	require.Empty(t, names(t, dir))
	require.Zero(t, f.size)
}

func TestWhatAWriterLeaves(t *testing.T) {
	t.Parallel()
	now, dir := time.Now(), t.TempDir()
	f, err := OpenFolder(dir, 0, func() time.Time { return now })
	require.NoError(t, err)
	w, err := f.Create(t.Context())
	require.NoError(t, err)
	_, err = io.WriteString(w, "left")
	require.NoError(t, err)
	require.NoError(t, f.Sweep())
	require.Len(t, names(t, dir), 1, "it may still be written")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "1234567890123456789.bin"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "README"), []byte("x"), 0o600))
	now = now.Add(2 * abandoned)
	require.NoError(t, f.Sweep())
	require.Equal(t, []string{"README"}, names(t, dir))
	w.Abort()
	w.Abort()
}

func TestIDsAreNoPaths(t *testing.T) {
	t.Parallel()
	f, err := OpenFolder(t.TempDir(), 0, nil)
	require.NoError(t, err)
	for _, id := range []string{"", ".", "../../etc/passwd", strings.Repeat("1", 20), "123456789012345678/"} {
		_, err := f.Find(t.Context(), id)
		require.ErrorIs(t, err, ErrNotFound, id)
		require.ErrorIs(t, f.Delete(t.Context(), id), ErrNotFound, id)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	_, err := NewLinks([]byte("short"))
	require.Error(t, err)
	l, err := NewLinks(bytes.Repeat([]byte("a"), 32))
	require.NoError(t, err)
	other, err := NewLinks(bytes.Repeat([]byte("b"), 32))
	require.NoError(t, err)
	token := l.Token(ForCaller, "4711", "key", start.Add(time.Minute))
	id, err := l.Read(ForCaller, token, "key", start)
	require.NoError(t, err)
	require.Equal(t, "4711", id)
	for name, read := range map[string]func() (string, error){
		"late":         func() (string, error) { return l.Read(ForCaller, token, "key", start.Add(time.Minute)) },
		"another key":  func() (string, error) { return l.Read(ForCaller, token, "kez", start) },
		"for vendors":  func() (string, error) { return l.Read(ForVendor, token, "key", start) },
		"other secret": func() (string, error) { return other.Read(ForCaller, token, "key", start) },
		"moved": func() (string, error) {
			return l.Read(ForCaller, l.Token(ForCaller, "4711k", "ey", start.Add(time.Minute)), "key", start)
		},
		"empty":         func() (string, error) { return l.Read(ForCaller, "", "key", start) },
		"not base64":    func() (string, error) { return l.Read(ForCaller, token+"=", "key", start) },
		"not canonical": func() (string, error) { return l.Read(ForCaller, token+"\n", "key", start) },
	} {
		_, err := read()
		require.ErrorIs(t, err, errLink, name)
	}
}

func TestParseType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"image/png": "image/png", "IMAGE/PNG ": "image/png", "audio/ogg; codecs=opus": "audio/ogg; codecs=opus", "video/3gp": "video/3gp",
		"image/gif": "", "": "", "image": "", "text/plain; charset": "", "image/png, image/jpeg": "",
	} {
		got, size, ok := ParseType(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want != "", ok, text)
		assert.Equal(t, ok, size > 0, text)
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a.pdf": "a.pdf", `C:\x\a.pdf`: "a.pdf", "../../etc/passwd": "passwd", "..": "", "a\r\nb\"c": "abc", "ü.pdf\t": "ü.pdf", "": "", "dir/": "",
	} {
		assert.Equal(t, want, CleanName(text), text)
	}
	assert.Equal(t, strings.Repeat("ü", 120), CleanName(strings.Repeat("ü", 500)))
}

func FuzzLinks(f *testing.F) {
	l, err := NewLinks(bytes.Repeat([]byte("a"), 32))
	require.NoError(f, err)
	valid := l.Token(ForCaller, "4711", "key", start)
	f.Add(valid)
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if id, err := l.Read(ForCaller, token, "key", start.Add(-1)); err == nil {
			require.Equal(t, valid, token)
			require.Equal(t, "4711", id)
		}
	})
}
