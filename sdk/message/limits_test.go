// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func listMessage(sections, rowsEach int) *Message {
	a := &Action{Button: "Open"}
	for range sections {
		s := &Section{Title: "s"}
		for range rowsEach {
			s.Rows = append(s.Rows, &Row{Id: "i", Title: "t"})
		}
		a.Sections = append(a.Sections, s)
	}
	return &Message{Type: TypeInteractive, Interactive: &Interactive{Type: KindList, Body: &Body{Text: "b"}, Action: a}}
}

func TestDocumentedLimitsAreSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, l := range DefaultLimits().All() {
		require.NoError(t, l.Valid())
		assert.NotEmpty(t, l.Source, l.Path)
		assert.Positive(t, l.Maximum, l.Path)
		assert.False(t, seen[l.Kind+" "+l.Path], "row %s %s is there twice", l.Kind, l.Path)
		seen[l.Kind+" "+l.Path] = true
	}
}

func TestLimitsCheck(t *testing.T) {
	t.Parallel()
	text := func(s string) *Message { return &Message{Type: KindText, Text: &Text{Body: s}} }
	tooLong := listMessage(2, 1)
	tooLong.Interactive.Action.Sections[1].Rows[0].Title = strings.Repeat("é", 25)
	tests := map[string]struct {
		m    *Message
		want []Problem
	}{
		"text at the limit":             {text(strings.Repeat("é", 4096)), nil},
		"text beyond it":                {text(strings.Repeat("é", 4097)), []Problem{{"text.body", "The text is 4097 characters long, at most 4096 are allowed."}}},
		"ten rows in all":               {listMessage(5, 2), nil},
		"twelve rows in all":            {listMessage(4, 3), []Problem{{"interactive.action.sections[*].rows", "There are 12 items, at most 10 are allowed."}}},
		"the row at fault is named":     {tooLong, []Problem{{"interactive.action.sections[1].rows[0].title", "The text is 25 characters long, at most 24 are allowed."}}},
		"rows of a kind apply to it":    {&Message{Type: KindImage, Image: &Media{Caption: strings.Repeat("x", 1025)}}, []Problem{{"image.caption", "The text is 1025 characters long, at most 1024 are allowed."}}},
		"rows for all kinds apply, too": {&Message{Type: TypeInteractive, Interactive: &Interactive{Type: "flow", Footer: &Footer{Text: strings.Repeat("x", 61)}}}, []Problem{{"interactive.footer.text", "The text is 61 characters long, at most 60 are allowed."}}},
		"nothing set":                   {&Message{}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, DefaultLimits().Check(tt.m))
			first := DefaultLimits().First(tt.m)
			if tt.want == nil {
				assert.Nil(t, first)
			} else {
				assert.Equal(t, &tt.want[0], first)
			}
		})
	}
}

func TestLimitsWith(t *testing.T) {
	t.Parallel()
	body := "interactive.body.text"
	long := listMessage(1, 1)
	long.Interactive.Body.Text = strings.Repeat("x", 5000)
	require.Len(t, DefaultLimits().Check(long), 1)

	wider := DefaultLimits().With(Limit{KindList, body, 6000, UnitCharacters, "test"})
	assert.Empty(t, wider.Check(long), "a row of the kind takes precedence over the row for all kinds")
	assert.Len(t, DefaultLimits().Check(long), 1, "the table it came from is unchanged")

	replaced := DefaultLimits().With(Limit{KindText, "text.body", 2, UnitUTF16, "test"})
	assert.Len(t, replaced.All(), len(DefaultLimits().All()))
	assert.Len(t, replaced.Check(&Message{Type: KindText, Text: &Text{Body: "a😀"}}), 1)
	assert.Empty(t, replaced.Check(&Message{Type: KindText, Text: &Text{Body: "😀"}}))

	before := len(DefaultLimits().All())
	assert.Len(t, DefaultLimits().With(Limit{KindText, "text.nothing", 2, UnitBytes, "test"}).All(), before)
}

func TestLimitValid(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		limit Limit
		err   string
	}{
		"unknown field":       {Limit{Path: "text.bdy", Unit: UnitBytes}, `there is no field "bdy"`},
		"below a text":        {Limit{Path: "text.body.x", Unit: UnitBytes}, `there is no field "x"`},
		"a list without each": {Limit{Path: "contacts", Unit: UnitItems}, `"[*]" must follow the name of each list`},
		"each on no list":     {Limit{Path: "text[*]", Unit: UnitItems}, `"[*]" must follow the name of each list`},
		"items of a text":     {Limit{Path: "text.body", Unit: UnitItems}, `unit "items" does not suit`},
		"bytes of a list":     {Limit{Path: "contacts[*]", Unit: UnitBytes}, `unit "bytes" does not suit`},
		"an object":           {Limit{Path: "text", Unit: UnitBytes}, "must lead to a text or to a list"},
		"internal fields":     {Limit{Path: "state", Unit: UnitBytes}, `there is no field "state"`},
		"empty":               {Limit{Unit: UnitBytes}, `there is no field ""`},
		"negative":            {Limit{Path: "text.body", Unit: UnitBytes, Maximum: -1}, "negative"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorContains(t, tt.limit.Valid(), tt.err)
		})
	}
}

func TestFirstDoesNotAllocate(t *testing.T) {
	l, m := DefaultLimits(), listMessage(5, 2)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if l.First(m) != nil {
			t.Error("the message is within the limits")
		}
	}))
}

func BenchmarkFirst(b *testing.B) {
	l, m := DefaultLimits(), listMessage(5, 2)
	b.ReportAllocs()
	for b.Loop() {
		l.First(m)
	}
}

func TestZeroLimitsHaveNoLimits(t *testing.T) {
	t.Parallel()
	m := &Message{Type: KindText, Text: &Text{Body: strings.Repeat("x", 5000)}}
	var none Limits
	assert.Empty(t, none.Check(m))
	assert.Nil(t, none.First(m))
	assert.Len(t, none.With(Limit{KindText, "text.body", 10, UnitBytes, "test"}).Check(m), 1)
}
