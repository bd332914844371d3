// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/sdk/message"
)

// utf16Text returns a text in UTF-16 without a byte order mark.
func utf16Text(order binary.AppendByteOrder, text string) string {
	var raw []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = order.AppendUint16(raw, unit)
	}
	return string(raw)
}

// shipped is a template of the configuration with two parameters.
func shipped() ReadOptions {
	return ReadOptions{
		Message: &message.Message{
			MessagingProduct: "whatsapp", Type: message.KindTemplate,
			Template: &message.Template{Name: "shipped", Language: &message.Language{Code: "en"}},
		},
		Templates: template.NewSet([]template.Template{{Name: "shipped", Category: "utility", Parameters: []string{"customer", "order_no"}}}),
	}
}

// text is a message with that text.
func text(body string) ReadOptions {
	return ReadOptions{Message: &message.Message{Type: message.KindText, Text: &message.Text{Body: body}}}
}

func (o ReadOptions) ignoring(names ...string) ReadOptions {
	o.Ignore = names
	return o
}

func (o ReadOptions) raw() ReadOptions {
	o.Templates = nil
	return o
}

func (o ReadOptions) separatedBy(separator rune) ReadOptions {
	o.Separator = separator
	return o
}

// TestFilesThatAreNotSent checks what is said about files of which nothing is sent.
func TestFilesThatAreNotSent(t *testing.T) {
	t.Parallel()
	const people = "to;name\r\n+4915112345678;Jörg\r\n"
	tests := map[string]struct {
		content string
		options ReadOptions
		want    string
	}{
		"empty":            {"", ReadOptions{}, "FILE: the file is empty: the first line must name the columns"},
		"only a mark":      {"\ufeff", ReadOptions{}, "FILE: the file is empty: the first line must name the columns"},
		"only empty lines": {"\n\r\n", ReadOptions{}, "FILE: the file is empty: the first line must name the columns"},

		"UTF-16LE with mark": {utf16Text(binary.LittleEndian, "\ufeff"+people), ReadOptions{},
			`FILE: line 1: the file is UTF-16LE, as its byte order mark says, and not UTF-8: save it as "CSV UTF-8", or convert it with: iconv -f UTF-16LE -t UTF-8 FILE > converted.csv`},
		"UTF-16BE with mark": {utf16Text(binary.BigEndian, "\ufeff"+people), ReadOptions{},
			`FILE: line 1: the file is UTF-16BE, as its byte order mark says, and not UTF-8: save it as "CSV UTF-8", or convert it with: iconv -f UTF-16BE -t UTF-8 FILE > converted.csv`},
		"UTF-16LE": {utf16Text(binary.LittleEndian, people), ReadOptions{},
			`FILE: line 1: the file is UTF-16LE without a byte order mark, and not UTF-8: save it as "CSV UTF-8", or convert it with: iconv -f UTF-16LE -t UTF-8 FILE > converted.csv`},
		"UTF-16BE": {utf16Text(binary.BigEndian, people), ReadOptions{},
			`FILE: line 1: the file is UTF-16BE without a byte order mark, and not UTF-8: save it as "CSV UTF-8", or convert it with: iconv -f UTF-16BE -t UTF-8 FILE > converted.csv`},
		"UTF-32": {"\xff\xfe\x00\x00t\x00\x00\x00", ReadOptions{},
			`FILE: line 1: the file is UTF-32LE, as its byte order mark says, and not UTF-8: save it as "CSV UTF-8", or convert it with: iconv -f UTF-32LE -t UTF-8 FILE > converted.csv`},
		"Windows-1252": {"to;name\r\n+4915112345678;Ann\r\n+4915112345679;J\xf6rg\r\n+4915112345670;\x80 5\r\n", ReadOptions{},
			`FILE: lines 3 and 4, column "name": the byte 0xF6 is not UTF-8; the file is probably Windows-1252, which contains Latin-1: save it as "CSV UTF-8", or convert it with: iconv -f WINDOWS-1252 -t UTF-8 FILE > converted.csv`},
		"Windows-1252 in the header": {"to,stra\xdfe\n+4915112345678,a\n", ReadOptions{},
			`FILE: line 1, column "2": the byte 0xDF is not UTF-8; the file is probably Windows-1252, which contains Latin-1: save it as "CSV UTF-8", or convert it with: iconv -f WINDOWS-1252 -t UTF-8 FILE > converted.csv`},
		"one damaged cell": {"to,name\n+4915112345678,Jörg\n+4915112345679,\"a\nb\"\n+4915112345670,J\xc3\n", ReadOptions{},
			`FILE: line 5, column "name": the byte 0xC3 is not UTF-8, though other cells of the file are: correct the cell`},
		"zero bytes":    {"to,name\n+4915112345678,a\x00b\n", ReadOptions{}, `FILE: line 2, column "name": the cell has a zero byte: the file is damaged, or it is not text in UTF-8`},
		"workbook":      {"PK\x03\x04rest", ReadOptions{}, `FILE: the file is a workbook of a spreadsheet program or another ZIP archive, and not CSV: open it and save it as "CSV UTF-8"`},
		"old Macintosh": {"to,name\r+4915112345678,Ann\r", ReadOptions{}, `FILE: line 1: the lines end with a carriage return only, as on old Macintosh systems: save the file as CSV UTF-8, or convert it with: tr '\r' '\n' < FILE > converted.csv`},
		"no header line": {"+4915112345678,Ann\n", ReadOptions{},
			`FILE: line 1: there is no column "to": the first line must name the columns, one of them "to". This line seems to be a row`},

		"no column to": {"name,order_no\nAnn,A-1\n", shipped().raw(), `FILE: line 1: there is no column "to": the first line must name the columns, one of them "to"`},
		"to in capitals": {"To,customer,order_no\n", shipped(),
			`FILE: line 1: there is no column "to": the first line must name the columns, one of them "to". Did you mean the column "To"?`},
		"phone": {"Phone,customer,order_no\n", shipped(), `FILE: line 1: there is no column "to": the first line must name the columns, one of them "to". Did you mean the column "Phone"?`},
		"other separator": {"to|customer|order_no\n", shipped(),
			`FILE: line 1: there is no column "to": the first line must name the columns, one of them "to". The line is read with the separator ,: use --separator '|'`},
		"wrong separator": {"to;customer;order_no\n", shipped().separatedBy(','),
			`FILE: line 1: there is no column "to": the first line must name the columns, one of them "to". The line is read with the separator ,: use --separator ';'`},
		"empty name":   {"to,,customer,order_no\n", shipped(), "FILE: line 1: column 2 has no name: name it or remove it"},
		"name twice":   {"to,customer,order_no,customer\n", shipped(), `FILE: line 1, column "customer": the name is in the columns 2 and 4: rename or remove one of them`},
		"number twice": {"to,1,01,2\n", shipped().raw(), `FILE: line 1, column "01": the name is in the columns 2 and 3: rename or remove one of them`},
		"unknown column": {"to,custmer,order_no\n", shipped(),
			strings.Join([]string{
				"FILE has 2 mistakes, and nothing of it was sent:",
				`  line 1, column "custmer": the column is not used: the template shipped takes customer, order_no. Did you mean "customer"? To leave it out: --ignore-columns custmer, or --ignore-columns all`,
				"  line 1: there is no column for the parameter customer of the template shipped: add a column of that name, or give --param customer=VALUE",
			}, "\n")},
		"unknown columns": {"id,to,customer,order_no,E-Mail,languag3\n", shipped(),
			`FILE: line 1: the columns "id", "E-Mail", "languag3" (did you mean "language"?) are not used: the template shipped takes customer, order_no. To leave them out: --ignore-columns id,E-Mail,languag3, or --ignore-columns all`},
		"unknown for a text": {"to,name,age\n", text("Hi {{name}}"),
			`FILE: line 1, column "age": the column is not used: the text takes name. To leave it out: --ignore-columns age, or --ignore-columns all`},
		"unknown for no text": {"to,name\n", text("Hi"),
			`FILE: line 1, column "name": the column is not used: the text takes no parameters. To leave it out: --ignore-columns name, or --ignore-columns all`},
		"missing column": {"to,customer\n", shipped(),
			"FILE: line 1: there is no column for the parameter order_no of the template shipped: add a column of that name, or give --param order_no=VALUE"},
		"missing columns": {"to\n", shipped(),
			"FILE: line 1: there are no columns for the parameters customer, order_no of the template shipped: add a column of that name, or give --param customer=VALUE"},
		"missing number": {"to,1\n", shipped(),
			"FILE: line 1: there is no column for the parameter 2 of the template shipped: add a column of that name, or give --param 2=VALUE; the parameters are customer, order_no"},
		"gap of numbers": {"to,1,3\n", shipped().raw(),
			"FILE: line 1: there is no column for the parameter 2 of the template shipped: add a column of that name, or give --param 2=VALUE"},
		"missing for a text": {"to,name\n", text("Hi {{name}}, {{order}}"),
			"FILE: line 1: there is no column for the parameter order of the text: add a column of that name, or give --param order=VALUE"},
		"number too large": {"to,1,2,3\n", shipped(),
			`FILE: line 1, column "3": the column is not used: the template shipped takes customer, order_no. To leave it out: --ignore-columns 3, or --ignore-columns all`},
		"names and numbers": {"to,1,order_no\n", shipped(),
			"FILE: line 1: some columns or values of --param name parameters and others number them: use only one of the two"},
		"impossible number": {"to,0\n", shipped().raw(),
			`FILE: line 1, column "0": placeholders are numbered from 1 to 999. To leave it out: --ignore-columns 0, or --ignore-columns all`},
		"unknown header": {"to,customer,order_no,header.imge\n", shipped(),
			`FILE: line 1, column "header.imge": a header is header.text, header.image, header.video or header.document. To leave it out: --ignore-columns header.imge, or --ignore-columns all`},
		"two headers": {"to,customer,order_no,header.image,header.text\n", shipped(),
			"FILE: line 1: a template has one header: keep one of the header columns, or ignore the others with --ignore-columns"},
		"wrong button": {"to,customer,order_no,button.x\n", shipped(),
			`FILE: line 1, column "button.x": a button is button.N, with N counted from 0. To leave it out: --ignore-columns button.x, or --ignore-columns all`},
		"ignored is not there": {"to,customer,order_no,notes\n", shipped().ignoring("note", "notes"),
			`FILE: --ignore-columns: there is no column "note". Did you mean "notes"?`},
		"ignored to": {"to,customer,order_no\n", shipped().ignoring("to"),
			`FILE: --ignore-columns: the column "to" has the recipients and cannot be ignored`},

		"Excel": {"to\n4.91512E+12\n+4915112345678\n4,91512e+12\n" + strings.Repeat("4.9E+12\n", 30), ReadOptions{},
			`FILE: lines 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 and 11 more, column "to": 4.91512E+12 is a number that a spreadsheet shortened, so that its last digits are lost. Format the column as Text (in Excel: Format Cells, Number, Text) before the numbers are entered or imported, and save the file again`},

		"open quote": {"to,name\n+4915112345678,Ann\n\n+4915112345679,\"Bob\n+4915112345670,\"Cid\"\n+4915112345671,Dan\n", ReadOptions{}, `FILE: line 4: the quote that opens here is not closed (found in line 5)`},
		"open quote, no end": {"to,name\n+4915112345678,\"Ann\nx\ny\n", ReadOptions{},
			"FILE: line 2: the quote that opens here is not closed (found in line 4)"},
		"open quote, long": {"to,name\n+4915112345678,\"Ann\n" + strings.Repeat("+4915112345678,Ann\n", 100_000), ReadOptions{},
			"FILE: line 2: the quote that opens here is not closed within 1048576 bytes"},
		"long line": {"to,name\n+4915112345678," + strings.Repeat("x", 3<<20) + "\n", ReadOptions{},
			"FILE: line 2: the line is longer than 1048576 bytes"},
		"quote inside": {"to,name\n+4915112345678,5\" pipe\n+4915112345679,\"6\" pipe\"\n", ReadOptions{},
			strings.Join([]string{
				"FILE has 2 mistakes, and nothing of it was sent:",
				`  line 2: a quote is inside a cell that does not begin with one: put quotes around the whole cell; each quote in it is written twice, as in "5"" pipe"`,
				`  line 3: text follows the closing quote of a cell: each quote inside a quoted cell is written twice, as in "5"" pipe"`,
			}, "\n")},
		"quote in header": {"to,\"name\n", ReadOptions{},
			"FILE: line 1: the quote that opens here is not closed"},
		"all at once": {"to,custmer,order_no\n4.9E+12,Ann,A-1\n+4915112345678,\"Bob,A-2\n+4915112345679,\"C\xf6d\",A-3\n", shipped(),
			strings.Join([]string{
				"FILE has 5 mistakes, and nothing of it was sent:",
				`  line 1, column "custmer": the column is not used: the template shipped takes customer, order_no. Did you mean "customer"? To leave it out: --ignore-columns custmer, or --ignore-columns all`,
				"  line 1: there is no column for the parameter customer of the template shipped: add a column of that name, or give --param customer=VALUE",
				`  line 2, column "to": 4.9E+12 is a number that a spreadsheet shortened, so that its last digits are lost. Format the column as Text (in Excel: Format Cells, Number, Text) before the numbers are entered or imported, and save the file again`,
				"  line 3: the quote that opens here is not closed (found in line 4)",
				`  line 4, column "custmer": the byte 0xF6 is not UTF-8; the file is probably Windows-1252, which contains Latin-1: save it as "CSV UTF-8", or convert it with: iconv -f WINDOWS-1252 -t UTF-8 FILE > converted.csv`,
			}, "\n")},
		"many": {"to\n" + strings.Repeat("a\"b\n", 30), ReadOptions{},
			`FILE: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 10 more: a quote is inside a cell that does not begin with one: put quotes around the whole cell; each quote in it is written twice, as in "5"" pipe"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "r.csv")
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			_, err := Open(t.Context(), path, tt.options)
			var mistakes *FileError
			require.ErrorAs(t, err, &mistakes)
			got := strings.NewReplacer(printable.ShellWord(path), "FILE", path, "FILE").Replace(mistakes.Error())
			require.Equal(t, tt.want, got)
		})
	}
}
