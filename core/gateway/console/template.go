// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/internal/pagestyle"
	"github.com/wahost/wahost/internal/printable"
)

//go:embed page/*.tmpl
var pageFiles embed.FS

//go:embed asset/*.js asset/*.css asset/*.svg
var assetFiles embed.FS

// script is the file of the script.
const script = "live.js"

// templates returns the pages by their names, each with the layout and the components.
var templates = sync.OnceValue(func() map[string]*template.Template {
	base := template.Must(template.New("").Funcs(template.FuncMap{
		"script": func() string { return Prefix + "asset/" + script }, "style": func() string { return Prefix + "asset/console.css" },
		"icon": func() string { return Prefix + "asset/icon.svg" },
		"time": clock, "moment": moment, "ago": ago, "indented": indented, "shown": printable.Text, "word": word, "tone": tone,
		"join": func(list []string) string { return strings.Join(list, ", ") }, "prefix": func() string { return Prefix }, "tab": newTab, "count": count, "number": grouped, "share": share, "persecond": perSecond, "seconds": seconds, "bytes": size, "bars": bars,
	}).ParseFS(pageFiles, "page/layout.html.tmpl", "page/component.html.tmpl"))
	files, err := fs.Glob(pageFiles, "page/*.html.tmpl")
	if err != nil {
		panic(err)
	}
	pages := map[string]*template.Template{}
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ".html.tmpl"); name != "layout" && name != "component" {
			pages[name] = template.Must(template.Must(base.Clone()).ParseFS(pageFiles, f))
		}
	}
	return pages
})

// tab is an entry of the list of pages.
type tab struct {
	Path, Title string
	Here        bool
}

// newTab returns an entry of the list on a page.
func newTab(page interface{ here() string }, path, title string) tab {
	return tab{path, title, page.here() == path}
}

// serveAsset answers with a file that the pages need.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b, err := assetFiles.ReadFile("asset/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if path.Ext(name) == ".css" {
		b = append([]byte(pagestyle.Tokens), b...)
	}
	w.Header().Set("Cache-Control", "max-age=3600")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
}

// moment returns a time for people, or a dash for nil.
func moment(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return clock(*t)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// ago returns how long before now a time was, roughly.
func ago(now time.Time, t *time.Time) string {
	if t == nil {
		return "–"
	}
	return short(now.Sub(*t))
}

func short(d time.Duration) string {
	switch {
	case d < time.Minute:
		return max(0, d).Round(time.Second).String()
	case d < time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return strings.TrimSuffix(d.Round(time.Hour).String(), "0m0s")
}

func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return printable.Text(string(raw))
	}
	return printable.Text(b.String())
}

// word returns a fixed word of the API for people.
func word(s string) string { return strings.ReplaceAll(s, "_", " ") }

// count returns a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// seconds returns a time for people.
func seconds(s float64) string {
	if s < 1 {
		return strconv.FormatFloat(s*1000, 'g', 3, 64) + " ms"
	}
	return strconv.FormatFloat(s, 'g', 3, 64) + " s"
}

// size returns a number of bytes for people.
func size(n int64) string { return grouped(int(n>>20)) + " MB" }

// tone returns the class of CSS for a state, a status or an outcome.
func tone(s string) string {
	switch s {
	case "accepted", "delivered", "read", "played", "sent", "done":
		return "good"
	case "dead", "rejected", "failed":
		return "bad"
	case "unknown":
		return "open"
	case "held", "watching", "paused":
		return "advice"
	}
	return "quiet"
}
