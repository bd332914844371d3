// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/internal/suggest"
)

// IgnoreAll is the entry of ReadOptions.Ignore that stands for all columns that the message does not take.
const IgnoreAll = "all"

// reportColumns are the columns that a rejects file has after those of the recipients file.
var reportColumns = []string{"reason", "detail", "vendor_code"}

// recipientNames are what people call the column of the recipient.
var recipientNames = []string{"phone", "number", "mobile", "recipient", "msisdn", "telephone", "phone_number", "cell", "whatsapp", "handy", "telefon", "tel"}

// headerLine reads the header line of a recipients file.
type headerLine struct {
	line      int // where it is in the file
	separator rune
	wanted    wanted
	ignore    []string

	columns Columns
	seen    map[string]int // canonical name: column
	ignored map[string]bool
	unknown []string
	// recipients are columns with a name that people give to the column of the recipient.
	recipients []string
	*problems
}

// parse returns the columns. Mistakes are added to the problems.
func (h *headerLine) parse(header []string) Columns {
	h.columns, h.seen, h.ignored = NoColumns(), map[string]int{}, map[string]bool{}
	for len(header) > 1 && strings.TrimSpace(header[len(header)-1]) == "" {
		header = header[:len(header)-1] // Excel writes such columns. Cells below them would be an error.
	}
	for _, name := range header {
		h.columns.names = append(h.columns.names, strings.TrimSpace(name))
	}
	names := h.columns.names
	trailing := len(names) > len(reportColumns) && slices.Equal(names[len(names)-len(reportColumns):], reportColumns)
	for i, name := range names {
		isReport := slices.Contains(reportColumns, name) && (!h.wanted.takes(name) || h.wanted.any && trailing)
		if isReport || trailing && i >= len(names)-len(reportColumns) {
			h.columns.reports = append(h.columns.reports, i)
			continue
		}
		h.column(i, name)
	}
	h.finish()
	return h.columns
}

// column adds one column.
func (h *headerLine) column(i int, name string) {
	if !utf8.ValidString(name) {
		return // is reported with the encoding
	}
	canonical, isParam, err := compose.PlaceholderName(name)
	if err != nil || canonical == "" {
		canonical = name
	}
	switch first, twice := h.seen[canonical]; {
	case name == "" && slices.Contains(h.ignore, IgnoreAll):
		return
	case name == "":
		h.add(h.line, "", "column %d has no name: name it or remove it", i+1)
		return
	case name != "to" && slices.Contains(h.ignore, name):
		h.ignored[name] = true
		return
	case twice:
		h.add(h.line, name, "the name is in the columns %d and %d: rename or remove one of them", first+1, i+1)
		return
	}
	h.seen[canonical] = i
	kind, isHeader := strings.CutPrefix(name, "header.")
	index, isButton := strings.CutPrefix(name, "button.")
	_, buttonErr := strconv.ParseUint(index, 10, 8)
	switch {
	case name == "to":
		h.columns.to = i
	case h.wanted.noTemplate && (name == "language" || isHeader || isButton):
		h.spare(name, "only a template takes this column")
	case name == "language":
		h.columns.lang = i
	case isHeader && slices.Contains(compose.HeaderKinds(), kind):
		h.columns.headers[kind] = i
	case isHeader:
		h.spare(name, "a header is header.text, header.image, header.video or header.document")
	case isButton && buttonErr == nil:
		h.columns.buttons[index] = i
	case isButton:
		h.spare(name, "a button is button.N, with N counted from 0")
	case err != nil:
		h.spare(name, err.Error())
	case isParam && h.wanted.takes(canonical):
		h.columns.params = append(h.columns.params, column{name: canonical, index: i})
	case strings.EqualFold(name, "to") || slices.ContainsFunc(recipientNames, func(other string) bool { return strings.EqualFold(name, other) }):
		// Without a column "to", this is probably the one, which is reported then.
		h.recipients = append(h.recipients, name)
	default:
		h.unknown = append(h.unknown, name)
	}
}

// spare reports a column that cannot be used, with the reason.
func (h *headerLine) spare(name, why string) {
	if !slices.Contains(h.ignore, IgnoreAll) {
		h.add(h.line, name, "%s. %s", why, leaveOut(name))
	}
}

// reportUnknown reports the columns that the message does not take.
func (h *headerLine) reportUnknown() {
	switch {
	case len(h.unknown) == 0 || slices.Contains(h.ignore, IgnoreAll):
		return
	case len(h.unknown) == 1:
		h.add(h.line, h.unknown[0], "%s %s", h.wanted.spare(h.unknown[0]), leaveOut(h.unknown[0]))
		return
	}
	var names, words []string
	for _, name := range h.unknown {
		text := strconv.Quote(name)
		if similar := suggest.Similar(name, h.wanted.known()); len(similar) > 0 {
			text += fmt.Sprintf(" (did you mean %q?)", similar[0])
		}
		names, words = append(names, text), append(words, name)
	}
	h.add(h.line, "", "the columns %s are not used: %s %s", suggest.List(names), h.wanted.takesText(), leaveOut(words...))
}

// leaveOut says how to ignore columns.
func leaveOut(names ...string) string {
	text := "To leave it out"
	if len(names) > 1 {
		text = "To leave them out"
	}
	if slices.ContainsFunc(names, func(name string) bool { return strings.ContainsAny(name, ",\"") }) {
		return text + ": --ignore-columns " + IgnoreAll
	}
	return text + ": --ignore-columns " + printable.ShellWord(strings.Join(names, ",")) + ", or --ignore-columns " + IgnoreAll
}

// finish checks the columns as a whole.
func (h *headerLine) finish() {
	for _, name := range h.ignore {
		switch {
		case name == IgnoreAll || h.ignored[name]:
		case name == "to":
			h.add(0, "", `--ignore-columns: the column "to" has the recipients and cannot be ignored`)
		case !slices.Contains(h.columns.names, name):
			h.add(0, "", "--ignore-columns: there is no column %q.%s", name, suggest.Sentence(name, h.columns.names))
		}
	}
	if h.columns.to < 0 {
		if h.noRecipients() {
			return // what else is wrong follows from that
		}
	} else {
		h.unknown = append(h.unknown, h.recipients...)
	}
	h.reportUnknown()
	if len(h.columns.headers) > 1 {
		h.add(h.line, "", "a template has one header: keep one of the header columns, or ignore the others with --ignore-columns")
	}
	h.wanted.missing(h.columns, h.line, h.problems)
	h.columns.content = h.columns.contents()
}

// noRecipients reports that there is no column "to". It returns true if the line is not a header at all.
func (h *headerLine) noRecipients() (notHeader bool) {
	const missing = `there is no column "to": the first line must name the columns, one of them "to"`
	names := h.columns.names
	for _, name := range names {
		if _, refused := parseNumber(name); refused == nil && len(digits(name)) >= 8 {
			h.add(h.line, "", "%s. This line seems to be a row", missing)
			return true
		}
	}
	for _, sep := range []rune{',', ';', '\t', '|'} {
		if len(names) == 1 && sep != h.separator && strings.ContainsRune(names[0], sep) {
			h.add(h.line, "", "%s. The line is read with the separator %s: use --separator %s", missing, printable.ShellWord(nameOf(h.separator)), printable.ShellWord(nameOf(sep)))
			return true
		}
	}
	hint := ""
	if len(h.recipients) > 0 {
		hint = fmt.Sprintf(". Did you mean the column %q?", h.recipients[0])
	}
	h.add(h.line, "", "%s%s", missing, hint)
	return false
}

// contents returns the columns that decide what is sent, sorted by name.
func (c Columns) contents() []column {
	all := slices.Clone(c.params)
	for kind, i := range c.headers {
		all = append(all, column{name: "header." + kind, index: i})
	}
	for button, i := range c.buttons {
		all = append(all, column{name: "button." + button, index: i})
	}
	if c.lang >= 0 {
		all = append(all, column{name: "language", index: c.lang})
	}
	slices.SortFunc(all, func(a, b column) int { return strings.Compare(a.name, b.name) })
	return all
}
