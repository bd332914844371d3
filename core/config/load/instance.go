// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
)

// forEach is the argument of channel and route blocks that makes an instance for each key.
const forEach = "for_each"

var forEachArgument = lang.Argument{
	Name: forEach, Type: "map, object or set of strings", Default: "one channel or route",
	Doc: "Reads the block once for each key. The other arguments and the nested blocks may use `each.key` and `each.value`.",
}

// eachInstance calls decode for each instance of a block, whose diagnostics it joins: what is wrong in all instances is told
// once, and what is wrong in some of them names these. Name is the block's name without a key.
func (l *loader) eachInstance(name string, instances []lang.Instance, decode func(lang.Instance)) {
	before := len(l.diags)
	keys := map[*hcl.Diagnostic][]string{}
	var joined hcl.Diagnostics
	for _, in := range instances {
		l.diags = l.diags[:before:before]
		decode(in)
	next:
		for _, d := range l.diags[before:] {
			for _, told := range joined {
				if sameDiagnostic(told, d) {
					if of := keys[told]; of[len(of)-1] != in.Key {
						keys[told] = append(of, in.Key)
					}
					continue next
				}
			}
			joined = append(joined, d)
			keys[d] = []string{in.Key}
		}
	}
	for _, d := range joined {
		if of := keys[d]; len(of) < len(instances) || len(of) == 1 && of[0] != "" {
			for i, key := range of {
				of[i] = addr.Instance(name, key)
			}
			nameInstance(hcl.Diagnostics{d}, suggest.List(of))
		}
	}
	l.diags = append(l.diags[:before:before], joined...)
}

// nameInstance adds to diagnostics which instances they are about.
func nameInstance(diags hcl.Diagnostics, name string) {
	for _, d := range diags {
		d.Detail = strings.TrimSpace(d.Detail + fmt.Sprintf(" This is about %s.", name))
	}
}

// eachRoute calls decode for each instance of each route block.
func (l *loader) eachRoute(blocks hcl.Blocks, decode func(*hcl.Block, *hcl.BodyContent, lang.Instance)) {
	for _, hb := range blocks {
		content, diags := hb.Body.Content(routeBlock.Schema())
		l.add(diags...)
		instances, _, d := l.scope.Instances(content.Attributes[forEach], "route")
		l.add(d...)
		l.eachInstance("route "+hb.Labels[0], instances, func(in lang.Instance) { decode(hb, content, in) })
	}
}
