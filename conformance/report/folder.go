// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"html"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/internal/printable"
)

//go:embed index.html.tmpl
var indexPage string

var indexTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("index").Funcs(template.FuncMap{"shown": printable.Text}).Parse(indexPage))
})

const (
	// maxFound bounds the reports of a folder, and maxDepth how deep below it they are.
	maxFound, maxDepth = 1000, 4
	// titleBytes is how much of a page is read for its title. The style sheet comes after it.
	titleBytes = 4 << 10
)

// Found is a report in a folder.
type Found struct {
	// Path is that of the HTML file below the folder, with slashes.
	Path string
	// Provider and Version are those of the provider, and Word is the word of the verdict.
	Provider, Version, Word string
	// Modified is when the file was written.
	Modified time.Time
}

// Mood returns the colour of the verdict.
func (f Found) Mood() string { return verdictMood(f.Word) }

// Label returns the verdict for people.
func (f Found) Label() string { return strings.ReplaceAll(f.Word, "_", " ") }

// title is the title of an HTML report.
var title = regexp.MustCompile(`<title>(.+) (\S*): ([a-z_]+)</title>`)

// Find returns the HTML reports of a folder and of the folders in it, by provider and the newest first. Other files are left out.
func Find(folder fs.FS) ([]Found, error) {
	var all []Found
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || strings.Count(name, "/") >= maxDepth):
			return fs.SkipDir
		case len(all) >= maxFound:
			return fs.SkipAll
		case !d.Type().IsRegular() || path.Ext(name) != ".html":
			return nil
		}
		found, ok, err := look(folder, name)
		if ok {
			all = append(all, found)
		}
		return err
	})
	slices.SortFunc(all, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), b.Modified.Compare(a.Modified), cmp.Compare(a.Path, b.Path))
	})
	return all, err
}

// look reads what an HTML file is about, and whether it is a report.
func look(folder fs.FS, name string) (f Found, ok bool, err error) {
	file, err := folder.Open(name)
	if err != nil {
		return f, false, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return f, false, err
	}
	head, err := io.ReadAll(io.LimitReader(file, titleBytes))
	if err != nil {
		return f, false, err
	}
	m := title.FindSubmatch(head)
	if m == nil {
		return f, false, nil
	}
	text := func(b []byte) string { return html.UnescapeString(string(b)) }
	return Found{name, text(m[1]), text(m[2]), string(m[3]), info.ModTime().UTC()}, true, nil
}

// Handler serves the HTML reports of a folder, with an index page. It looks into the folder for each request, and serves nothing else.
func Handler(folder fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		all, err := Find(folder)
		if err != nil {
			http.Error(w, "The folder cannot be read: "+err.Error(), http.StatusInternalServerError)
			return
		}
		var b bytes.Buffer
		if err := indexTemplate().Execute(&b, struct {
			Style   template.CSS
			Reports []Found
			Full    bool
		}{Style(), all, len(all) >= maxFound}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b.Bytes()) // the caller may be gone
	})
	mux.HandleFunc("GET /reports/{path...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("path")
		if !fs.ValidPath(name) || path.Ext(name) != ".html" {
			http.NotFound(w, r)
			return
		}
		if _, ok, err := look(folder, name); err != nil || !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeFileFS(w, r, folder, name)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		// A report has its style and its script in itself, and may fetch nothing.
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		mux.ServeHTTP(w, r)
	})
}
