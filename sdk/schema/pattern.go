// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"
)

// patterns holds the compiled patterns, because a pattern may be compared with an option of each message.
var patterns = struct {
	sync.Mutex
	compiled map[string]*regexp.Regexp
}{compiled: map[string]*regexp.Regexp{}}

// maxCompiled is the largest number of compiled patterns that are kept.
const maxCompiled = 1000

// compilePattern returns a regular expression that matches a whole text if the pattern does.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	patterns.Lock()
	defer patterns.Unlock()
	if re := patterns.compiled[pattern]; re != nil {
		return re, nil
	}
	// The pattern must be valid without the anchors, too: "a)|(b" is valid only within them.
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, patternError(err)
	}
	if patternSize(parsed, maxPatternSize) > maxPatternSize {
		return nil, errors.New("the pattern is too large: its repetitions multiply")
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, patternError(err)
	}
	if len(patterns.compiled) >= maxCompiled {
		clear(patterns.compiled)
	}
	patterns.compiled[pattern] = re
	return re, nil
}

// patternError returns the error of a pattern that is not a regular expression.
func patternError(err error) error {
	var e *syntax.Error
	if errors.As(err, &e) {
		return fmt.Errorf("the pattern is not a regular expression: %s at %q", e.Code, shorten(e.Expr))
	}
	return fmt.Errorf("the pattern is not a regular expression: %w", err)
}

// patternSize returns about how many instructions the pattern compiles to. It counts no further than just above most.
func patternSize(re *syntax.Regexp, most int) int {
	size := max(1, len(re.Rune))
	for _, sub := range re.Sub {
		if size += patternSize(sub, most); size > most {
			return most + 1
		}
	}
	if re.Op == syntax.OpRepeat {
		size *= max(1, re.Min, re.Max)
	}
	return min(size, most+1)
}
