// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/wahost/wahost"

// listed is a package as go list describes it. The paths of this module's packages begin with ./
type listed struct {
	ImportPath, Dir                             string
	Imports, TestImports, XTestImports, GoFiles []string
	own                                         bool
}

// graph holds the packages of the module and everything that they depend on, by import path.
type graph map[string]listed

// loadGraph runs go list once for all tests.
var loadGraph = sync.OnceValues(func() (graph, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	g := graph{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return g, nil
		} else if err != nil {
			return nil, err
		}
		p.own = within(p.ImportPath, module)
		p.ImportPath = relative(p.ImportPath)
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for i := range imports {
				imports[i] = relative(imports[i])
			}
		}
		g[p.ImportPath] = p
	}
})

// relative returns the path of a package of this module as ./path: without the dot it could be one of the standard library.
func relative(path string) string {
	if below, ok := strings.CutPrefix(path, module+"/"); ok {
		return "./" + below
	}
	return path
}

// moduleGraph returns the graph of the whole module.
func moduleGraph(t *testing.T) graph {
	t.Helper()
	g, err := loadGraph()
	require.NoError(t, err)
	return g
}

// modulePackages returns the packages of the module, in order.
func modulePackages(t *testing.T) []listed {
	t.Helper()
	all := moduleGraph(t).own()
	require.Greater(t, len(all), 20)
	return all
}

func (g graph) own() []listed {
	var all []listed
	for _, p := range g {
		if p.own {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b listed) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return all
}

// chain returns the shortest chain of imports from a package to one for which found is true, or nil.
func (g graph) chain(from string, found func(string) bool) []string {
	before := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, path := range g[queue[0]].Imports {
			if _, seen := before[path]; seen {
				continue
			}
			before[path] = queue[0]
			if found(path) {
				chain := []string{path}
				for at := queue[0]; at != ""; at = before[at] {
					chain = append(chain, at)
				}
				slices.Reverse(chain)
				return chain
			}
			queue = append(queue, path)
		}
	}
	return nil
}

// within reports whether a package is one of the roots or below one.
func within(path string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return path == root || strings.HasPrefix(path, root+"/") })
}
