// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pagestyle

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// TestContrast computes the contrast of each colour on its ground, in bright and in dark surroundings, as WCAG 2 defines it.
func TestContrast(t *testing.T) {
	t.Parallel()
	bright, dark, found := strings.Cut(Tokens, "@media (prefers-color-scheme: dark)")
	require.True(t, found)
	for name, part := range map[string]string{"bright": bright, "dark": dark} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			colours := map[string]string{}
			for _, c := range colour.FindAllStringSubmatch(part, -1) {
				colours[c[1]] = c[2]
			}
			for _, pair := range [][2]string{
				{"ink", "ground"}, {"ink", "raised"}, {"soft", "ground"}, {"soft", "raised"}, {"link", "ground"}, {"link", "raised"},
				{"good", "good-ground"}, {"advice", "advice-ground"}, {"bad", "bad-ground"}, {"open", "open-ground"}, {"quiet", "quiet-ground"},
				{"ink", "good-ground"}, {"ink", "advice-ground"}, {"ink", "bad-ground"}, {"ink", "open-ground"},
				{"link", "good-ground"}, {"link", "advice-ground"}, {"link", "bad-ground"}, {"link", "open-ground"},
			} {
				require.Contains(t, colours, pair[0])
				require.Contains(t, colours, pair[1])
				assert.GreaterOrEqual(t, contrast(colours[pair[0]], colours[pair[1]]), 4.5, "%s on %s", pair[0], pair[1])
			}
		})
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
