// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"fmt"

	"github.com/wahost/wahost/sdk/message"
)

// missing returns the paths of the fields of a message that acme has no place for.
func missing(m *message.Message) []string {
	var out []string
	for i, c := range m.GetTemplate().GetComponents() {
		for k, p := range c.GetParameters() {
			if p.GetLocation().GetAddress() != "" {
				out = append(out, fmt.Sprintf("template.components[%d].parameters[%d].location.address", i, k))
			}
		}
	}
	return out
}

// drop removes the field of missing from the JSON of a message.
func drop(content map[string]any, path string) {
	var component, parameter int
	if _, err := fmt.Sscanf(path, "template.components[%d].parameters[%d]", &component, &parameter); err != nil {
		return
	}
	template, _ := content["template"].(map[string]any)
	components, _ := template["components"].([]any)
	if component >= len(components) {
		return
	}
	c, _ := components[component].(map[string]any)
	parameters, _ := c["parameters"].([]any)
	if parameter >= len(parameters) {
		return
	}
	p, _ := parameters[parameter].(map[string]any)
	location, _ := p["location"].(map[string]any)
	delete(location, "address")
}
