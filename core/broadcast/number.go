// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	// shortened is a number that a spreadsheet shows with an exponent, such as 4.91512E+12 or 4,91512E+12. Its last digits are
	// lost.
	shortened = regexp.MustCompile(`^[+']?[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}$`)
	// grouped is a number with a separator after each three digits.
	grouped = regexp.MustCompile(`^\+?[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?:'[0-9]{3})+|(?:’[0-9]{3})+)$`)
	// fraction is the end of a whole number that a program wrote as a decimal one, such as 4915112345678.0.
	fraction = regexp.MustCompile(`^(\+?[0-9]{6,15})[.,]0{1,2}$`)
	// formula is how a program makes Excel keep a number as text: ="4915112345678".
	formula = regexp.MustCompile(`^="([^"]*)"$`)
	// piece is a part of a number.
	piece = regexp.MustCompile(`^\+?[0-9][0-9 ()-]*$`)
)

// parseNumber reads the cell of a phone number, as spreadsheets and address books write it. Spaces and invisible characters of
// any kind, the apostrophe with which Excel marks text, separators of thousands and other hyphens do not matter.
func parseNumber(cell string) (message.Recipient, *outcome.Rejected) {
	to, err := message.ParseRecipient(plainNumber(cell))
	if err == nil {
		return to, nil
	}
	detail := err.Error()
	var invalid *message.InvalidError
	if errors.As(err, &invalid) {
		detail = invalid.Problems[0].Detail
	}
	switch trimmed := strings.TrimSpace(cell); {
	case trimmed == "":
		detail = "The cell is empty. " + exampleNumber
	case strings.ContainsAny(trimmed, "\r\n"):
		detail = "The cell has a line break inside. " + exampleNumber
	case strings.HasPrefix(trimmed, "00"):
		detail = "The number begins with 00. Write + and the country code instead."
	}
	return message.Recipient{}, outcome.Reject(outcome.ReasonInvalidRecipient, "to", "%s", detail).Rejected
}

const exampleNumber = `Write the country code and the number, such as "+4915112345678".`

// isShortened reports whether a cell is a number that a spreadsheet shows with an exponent.
func isShortened(cell string) bool {
	return strings.ContainsAny(cell, "eE") && shortened.MatchString(cell)
}

// plainNumber removes from a cell what is not part of the number. A cell that is not a number stays invalid.
func plainNumber(cell string) string {
	if isPlain(cell) {
		return cell
	}
	text := strings.TrimSpace(cell)
	if found := formula.FindStringSubmatch(text); found != nil {
		text = found[1]
	}
	text = strings.TrimPrefix(text, "'")
	if strings.ContainsAny(strings.TrimSpace(text), "\r\n") {
		return text
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r): // Cf has the marks of text direction and the space without width
			return -1
		case unicode.Is(unicode.Pd, r), r == '\u2212':
			return '-'
		}
		return r
	}, text)
	if grouped.MatchString(text) {
		return strings.NewReplacer(".", "", ",", "", "'", "", "’", "").Replace(text)
	}
	if found := fraction.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return text
}

// isPlain reports whether a cell consists of digits after an optional plus sign, as most do.
func isPlain(cell string) bool {
	for i := range len(cell) {
		if c := cell[i]; (c < '0' || c > '9') && (c != '+' || i > 0) {
			return false
		}
	}
	return true
}

// isContinued reports whether two cells in consecutive lines are one number that a line break divides.
func isContinued(first, second string) bool {
	return piece.MatchString(first) && piece.MatchString(second) && !strings.HasPrefix(second, "+") && message.IsPhone("+"+digits(first+second))
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
