// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
)

// channelBlock is one channel block.
type channelBlock struct {
	forEach bool
	// known is whether the instances of a block with for_each are declared. They are not before for_each is evaluated, and
	// not after an error in it.
	known bool
}

// DeclareChannel makes a channel known. The channels of a block with for_each are declared by DeclareChannels.
func (s *Scope) DeclareChannel(a addr.Channel) {
	s.blocks[a.Block()] = channelBlock{known: true}
	s.channels[a], s.fixed = cty.CapsuleVal(channelType, &a), nil
}

// DeclareChannels makes the channels of a block with for_each known, which the instances have the keys of. Known is false
// if it is not known which there are: then references to them are accepted and have no value.
func (s *Scope) DeclareChannels(block addr.Channel, instances []Instance, known bool) {
	s.blocks[block], s.fixed = channelBlock{forEach: true, known: known}, nil
	for _, in := range instances {
		a := block
		a.Key = in.Key
		s.channels[a] = cty.CapsuleVal(channelType, &a)
	}
}

// channelValues returns what channel.<provider>.<name> is, by provider and name. A block with for_each is an object with a
// channel for each key.
func (s *Scope) channelValues() map[string]map[string]cty.Value {
	instances := map[addr.Channel]map[string]cty.Value{}
	out := map[string]map[string]cty.Value{}
	set := func(a addr.Channel, v cty.Value) {
		if out[a.Provider] == nil {
			out[a.Provider] = map[string]cty.Value{}
		}
		out[a.Provider][a.Name] = v
	}
	for a, v := range s.channels {
		block := a.Block()
		if !s.blocks[block].forEach {
			set(a, v)
			continue
		}
		if instances[block] == nil {
			instances[block] = map[string]cty.Value{}
		}
		instances[block][a.Key] = v
	}
	for block, b := range s.blocks {
		switch {
		case !b.known:
			set(block, cty.DynamicVal)
		case b.forEach:
			set(block, cty.ObjectVal(instances[block]))
		}
	}
	return out
}

// checkChannel returns an error for a reference to a channel that does not exist.
func (s *Scope) checkChannel(t hcl.Traversal) *hcl.Diagnostic {
	at := t.SourceRange()
	names := Steps(t)
	if len(names) < 2 {
		return ErrorAt(at, "Invalid channel reference", "A channel is referred to as channel.PROVIDER.NAME."+s.exampleChannel())
	}
	a := addr.Channel{Provider: names[0], Name: names[1]}
	block, ok := s.blocks[a]
	switch {
	case !ok:
		return ErrorAt(at, "Unknown channel", fmt.Sprintf(
			"There is no channel %q %q.%s", a.Provider, a.Name, suggest.SentenceOr(a.Reference(), s.channelReferences(),
				fmt.Sprintf(" Declare it with a block: channel %q %q {}", a.Provider, a.Name))))
	case len(t) < 4 || !block.known:
		return nil
	case !block.forEach:
		return ErrorAt(at, "Invalid channel reference", fmt.Sprintf(
			"%s is one channel, because its block has no for_each: write only %s.", a.Reference(), a.Reference()))
	case len(names) > 2:
		return s.checkInstance(at, a, names[2])
	}
	if index, ok := t[3].(hcl.TraverseIndex); ok && index.Key.Type() == cty.Number {
		return s.checkInstance(at, a, index.Key.AsBigFloat().Text('f', -1))
	}
	return nil
}

// checkInstance returns an error if a block with for_each has no instance with the key.
func (s *Scope) checkInstance(at hcl.Range, block addr.Channel, key string) *hcl.Diagnostic {
	wanted := block
	wanted.Key = key
	if _, ok := s.channels[wanted]; ok {
		return nil
	}
	var keys []string
	for _, a := range slices.SortedFunc(maps.Keys(s.channels), addr.Channel.Compare) {
		if a.Block() == block {
			keys = append(keys, a.Key)
		}
	}
	others := " Its for_each is empty."
	if len(keys) > 0 {
		others = suggest.Sentence(key, keys) + " There are: " + suggest.List(keys) + "."
	}
	return ErrorAt(at, "Unknown channel", fmt.Sprintf("%s has no instance with the key %q.%s", block.Reference(), key, others))
}

// explainKeys replaces HCL's diagnostics about keys that a block with for_each does not have, as in
// channel.x.y[each.key]. They do not say which keys there are.
func (s *Scope) explainKeys(diags hcl.Diagnostics) hcl.Diagnostics {
	for i, d := range diags {
		index, ok := d.Expression.(*hclsyntax.IndexExpr)
		if !ok {
			continue
		}
		t, unclear := hcl.AbsTraversalForExpr(index.Collection)
		if unclear.HasErrors() || t.RootName() != "channel" || len(t) != 3 {
			continue
		}
		key, unclear := index.Key.Value(d.EvalContext)
		if unclear.HasErrors() || key.IsMarked() || !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
			continue
		}
		names := Steps(t)
		if found := s.checkInstance(index.Range(), addr.Channel{Provider: names[0], Name: names[1]}, key.AsString()); found != nil {
			diags[i] = found
		}
	}
	return diags
}

// channelOf returns the channel that channel.<provider>.<name> or channel.<provider>.<name>["key"] refers to.
func (s *Scope) channelOf(t hcl.Traversal) (addr.Channel, *hcl.Diagnostic) {
	if t.RootName() != "channel" {
		return addr.Channel{}, ErrorAt(t.SourceRange(), "Invalid channel reference", fmt.Sprintf(
			"A channel is referred to as channel.PROVIDER.NAME.%s", s.exampleChannel()))
	}
	if d := s.checkChannel(t); d != nil {
		return addr.Channel{}, d
	}
	names := Steps(t)
	a := addr.Channel{Provider: names[0], Name: names[1]}
	if len(names) > 2 {
		a.Key = names[2]
	}
	if s.blocks[a].forEach && s.blocks[a].known {
		return a, ErrorAt(t.SourceRange(), "Invalid channel reference", s.wholeAdvice(a))
	}
	return a, nil
}

// wholeAdvice says how to refer to a channel of a block with for_each.
func (s *Scope) wholeAdvice(block addr.Channel) string {
	all := slices.SortedFunc(maps.Keys(s.channels), addr.Channel.Compare)
	i := slices.IndexFunc(all, func(a addr.Channel) bool { return a.Block() == block })
	example := block.Reference() + `["KEY"]`
	if i >= 0 {
		example = all[i].Reference()
	}
	return fmt.Sprintf("%s has for_each, so it is not one channel but an object of channels. Write %s for one of them, or a list of all: values(%s).",
		block.Reference(), example, block.Reference())
}

// channelReferences returns the references to all channels, and to the blocks with for_each.
func (s *Scope) channelReferences() []string {
	var out []string
	for a := range s.channels {
		out = append(out, a.Reference())
	}
	for block, b := range s.blocks {
		if b.forEach {
			out = append(out, block.Reference())
		}
	}
	slices.Sort(out)
	return out
}

func (s *Scope) exampleChannel() string {
	if all := s.channelReferences(); len(all) > 0 {
		return " There are: " + suggest.List(all) + "."
	}
	return " There are no channels yet: declare one with a channel block."
}
