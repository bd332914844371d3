// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
)

// OptionsPath is the path of the options that messages have for vendors. The name of a provider follows it.
const OptionsPath = "wahost.vendor"

// Options returns the options that a message has for a provider as a value of the schema, with defaults. The problem is nil
// if the message has none or they conform to the schema. Its path begins with OptionsPath.
func (s Schema) Options(provider string, m *message.Message) (cty.Value, *message.Problem) {
	path := message.JoinPath(OptionsPath, provider)
	problem := func(path, format string, args ...any) (cty.Value, *message.Problem) {
		return cty.NilVal, &message.Problem{Path: path, Detail: fmt.Sprintf(format, args...)}
	}
	set := m.GetWahost().GetVendor().GetFields()[provider]
	if set == nil {
		value, _ := s.Conform(cty.NilVal)
		return value, nil
	}
	object := set.GetStructValue()
	if object == nil {
		return problem(path, "The options of a vendor must be an object.")
	}
	values := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(object.GetFields())) {
		a, ok := s.Attribute(name)
		if !ok {
			return problem(message.JoinPath(path, name), "%s", s.unknownOption(provider))
		}
		raw, err := object.GetFields()[name].MarshalJSON()
		if err != nil {
			return problem(message.JoinPath(path, name), "The option cannot be read.")
		}
		v, err := ctyjson.Unmarshal(raw, a.Type)
		if err != nil {
			return problem(message.JoinPath(path, name), "The option must be a %s.", a.Type.FriendlyName())
		}
		values[name] = v
	}
	value, diags := s.Conform(cty.ObjectVal(values))
	for _, d := range diags {
		if d.Severity == diag.Error {
			return problem(message.JoinPath(path, firstName(d.Path)), "%s", d.Detail)
		}
	}
	return value, nil
}

func (s Schema) unknownOption(provider string) string {
	if len(s.Attributes) == 0 {
		return fmt.Sprintf("The provider %s has no options of a message.", provider)
	}
	var names []string
	for _, a := range s.Attributes {
		names = append(names, a.Name)
	}
	return fmt.Sprintf("The provider %s has no such option. It has: %s.", provider, strings.Join(names, ", "))
}

func firstName(path cty.Path) string {
	if len(path) > 0 {
		if step, ok := path[0].(cty.GetAttrStep); ok {
			return step.Name
		}
	}
	return ""
}
