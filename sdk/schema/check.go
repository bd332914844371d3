// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Check returns an error if the schema itself is wrong, which is a mistake of the provider's author.
func (s Schema) Check() error {
	if err := s.CheckBounds(); err != nil {
		return err
	}
	return s.check(true)
}

// CheckOptions returns an error if the schema cannot describe the options of a message. It includes Check. Nothing in the
// options may be necessary, because most messages have no options.
func (s Schema) CheckOptions() error {
	if err := s.Check(); err != nil {
		return err
	}
	if s.ImpliedType().HasDynamicTypes() {
		return errors.New("the type of an option is known only with its value, and must be known before")
	}
	for _, a := range s.Attributes {
		switch {
		case a.Required:
			return fmt.Errorf("attribute %q is required, and most messages have no options", a.Name)
		case a.Role != RoleNone:
			return fmt.Errorf("attribute %q has a role, and only an argument of a configuration may have one", a.Name)
		case a.Sensitive:
			return fmt.Errorf("attribute %q is sensitive, and a message is no place for a secret", a.Name)
		}
	}
	for _, b := range s.Blocks {
		if b.MinItems > 0 {
			return fmt.Errorf("block %q is required, and most messages have no options", b.Name)
		}
	}
	if len(s.ExactlyOneOf) > 0 {
		return fmt.Errorf("exactly one of %s is required, and most messages have no options", quotedList(s.ExactlyOneOf[0]))
	}
	return nil
}

// check checks a body. Top is true for the body of a block that the host knows too.
func (s Schema) check(top bool) error {
	seen := map[string]bool{}
	endpoints := 0
	for _, a := range s.Attributes {
		if err := checkName(a.Name, top, seen); err != nil {
			return fmt.Errorf("attribute %q%w", a.Name, err)
		}
		if err := a.checkSelf(); err != nil {
			return err
		}
		if a.Role == RoleEndpoint {
			endpoints++
		}
		if a.Role != RoleNone && !top {
			return fmt.Errorf("attribute %q has a role, and an attribute within a nested block may not have one", a.Name)
		}
	}
	for _, b := range s.Blocks {
		if err := checkName(b.Name, top, seen); err != nil {
			return fmt.Errorf("block %q%w", b.Name, err)
		}
		if err := b.checkSelf(); err != nil {
			return fmt.Errorf("block %q: %w", b.Name, err)
		}
	}
	if endpoints > 1 {
		return fmt.Errorf("%d attributes have the role endpoint, at most one is allowed", endpoints)
	}
	return s.checkRelations()
}

// phraseError is an error whose text continues a sentence.
type phraseError string

func (e phraseError) Error() string { return string(e) }

// checkName returns an error that continues "attribute NAME".
func checkName(name string, top bool, seen map[string]bool) error {
	switch {
	case !validName.MatchString(name):
		return phraseError(": a name must match " + validName.String())
	case top && slices.Contains(Reserved, name):
		return phraseError(": the name is reserved for the host")
	case seen[name]:
		return phraseError(" is declared twice")
	}
	seen[name] = true
	return nil
}

func (a Attribute) checkSelf() error {
	fault := func(format string, args ...any) error {
		return fmt.Errorf("attribute %q "+format, append([]any{a.Name}, args...)...)
	}
	switch {
	case a.Type == cty.NilType:
		return fault("has no type")
	case a.Required && a.Default != cty.NilVal:
		return fault("is required and has a default: choose one")
	case len(a.Allowed) > 0 && a.Type != cty.String:
		return fault("lists allowed values and is not a string")
	case a.Pattern != "" && a.Type != cty.String:
		return fault("has a pattern and is not a string")
	case a.Pattern == "" && a.PatternHint != "":
		return fault("has a hint about a pattern, and no pattern")
	case (a.Minimum != nil || a.Maximum != nil) && a.Type != cty.Number:
		return fault("has a minimum or a maximum and is not a number")
	case a.Minimum != nil && a.Maximum != nil && *a.Minimum > *a.Maximum:
		return fault("has a minimum of %s, which is above its maximum of %s", formatBound(*a.Minimum), formatBound(*a.Maximum))
	}
	if a.Pattern != "" {
		re, err := compilePattern(a.Pattern)
		if err != nil {
			return fmt.Errorf("attribute %q: %w", a.Name, err)
		}
		for _, value := range a.Allowed {
			if !re.MatchString(value) {
				return fault("allows %q, which its pattern does not match", shorten(value))
			}
		}
	}
	if a.Default != cty.NilVal {
		v, err := convert.Convert(a.Default, a.Type)
		if err != nil {
			return fault(": the default is not a %s", a.Type.FriendlyName())
		}
		if problem := a.fault(v); problem != "" {
			return fault(": the default %s", problem)
		}
	}
	return nil
}

func (b NestedBlock) checkSelf() error {
	switch {
	case b.Nesting != NestingSingle && b.Nesting != NestingList:
		return fmt.Errorf("the nesting is %d, which is neither single nor list", int(b.Nesting))
	case b.Nesting == NestingSingle && (b.MinItems > 1 || b.MaxItems > 1):
		return fmt.Errorf("a single block cannot occur more than once")
	case b.MaxItems > 0 && b.MinItems > b.MaxItems:
		return fmt.Errorf("at least %d blocks and at most %d cannot both hold", b.MinItems, b.MaxItems)
	}
	return b.Schema.check(false)
}

// checkRelations checks the rules that name other attributes and blocks.
func (s Schema) checkRelations() error {
	for _, a := range s.Attributes {
		for _, name := range a.ConflictsWith {
			if name == a.Name {
				return fmt.Errorf("attribute %q conflicts with itself", a.Name)
			}
			for _, one := range []string{a.Name, name} {
				if err := s.optional(one); err != nil {
					return fmt.Errorf("attribute %q conflicts with %q, but %w", a.Name, shorten(name), err)
				}
			}
		}
	}
	for _, group := range s.ExactlyOneOf {
		if len(group) < 2 {
			return fmt.Errorf("a group of which exactly one is set has fewer than two names: %s", quotedList(group))
		}
		for i, name := range group {
			if slices.Contains(group[:i], name) {
				return fmt.Errorf("the group %s names %q twice", quotedList(group), shorten(name))
			}
			if err := s.optional(name); err != nil {
				return fmt.Errorf("exactly one of %s is set, but %w", quotedList(group), err)
			}
		}
	}
	return nil
}

// optional returns an error if an attribute or block does not exist or is always set. A default counts as set.
func (s Schema) optional(name string) error {
	if a, ok := s.Attribute(name); ok {
		switch {
		case a.Required:
			return fmt.Errorf("%q is required", name)
		case a.Default != cty.NilVal:
			return fmt.Errorf("%q has a default, so that it is always set", name)
		}
		return nil
	}
	if b, ok := s.Block(name); ok {
		if b.MinItems > 0 {
			return fmt.Errorf("the block %q is required", name)
		}
		return nil
	}
	return fmt.Errorf("there is no attribute or block %q in the same body", shorten(name))
}

// quotedList returns the names in quotes, separated by commas.
func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", shorten(name))
	}
	return strings.Join(quoted, ", ")
}
