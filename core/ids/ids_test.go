// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package ids

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIDsGrow(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	seen := make([][]ID, 4)
	for g := range seen {
		wg.Go(func() {
			for range 20_000 { // more than one millisecond holds
				seen[g] = append(seen[g], New())
			}
		})
	}
	wg.Wait()
	all := map[ID]bool{}
	for _, s := range seen {
		for i, id := range s {
			require.False(t, all[id])
			all[id] = true
			if i > 0 {
				require.Negative(t, bytes.Compare(s[i-1][:], id[:]))
				require.Less(t, s[i-1].String(), id.String())
			}
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_790_000_000_123)
	id := At(now)
	require.Equal(t, now, id.Time())
	require.Regexp(t, "^[0-9a-v]{26}$", id.String())
	require.Equal(t, "wamid."+id.String(), id.Wamid())
	for _, n := range []int{1, 31, 32, 33_554_431} {
		text := id.Attempt(n)
		require.LessOrEqual(t, len(text), 32)
		got, number, err := ParseAttempt(text)
		require.NoError(t, err)
		require.Equal(t, id, got)
		require.Equal(t, n, number)
	}
	for _, text := range []string{id.String(), id.Wamid()} {
		got, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, id, got)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	id := At(time.Now()).String()
	for name, text := range map[string]string{
		"empty": "", "short": id[1:], "long": id + "0", "upper case": "A" + id[1:], "other letters": "w" + id[1:], "not canonical": id[:25] + "v",
		"attempt 0": id + "-0", "no attempt": id + "-", "signed": id + "-+1", "not a number": id + "-x", "two": id + "-1-1", "large": id + "-zzzzzzzzzz",
		"leading 0": id + "-01", "twice": "wamid.wamid." + id, "line": id[:25] + "\n", "huge": strings.Repeat("0", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := ParseAttempt(text)
			require.Error(t, err)
			require.Less(t, len(err.Error()), 300)
		})
	}
}

func FuzzParse(f *testing.F) {
	id := At(time.Now())
	f.Add(id.String())
	f.Add(id.Wamid())
	f.Add(id.Attempt(77))
	f.Fuzz(func(t *testing.T, text string) {
		id, n, err := ParseAttempt(text)
		if err != nil {
			require.Zero(t, id)
			return
		}
		want := id.String()
		if n > 0 {
			want = id.Attempt(n)
		}
		require.Equal(t, want, strings.TrimPrefix(text, Wamid))
	})
}

func TestFirsts(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_700_000_000_000)
	require.Empty(t, Firsts(now, 0))
	texts := Firsts(now, 100)
	require.Len(t, texts, 100*FirstLength)
	seen := map[ID]bool{}
	for ; texts != ""; texts = texts[FirstLength:] {
		id, n, err := ParseAttempt(texts[:FirstLength])
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, now, id.Time())
		require.Equal(t, id.Attempt(1), texts[:FirstLength])
		seen[id] = true
	}
	require.Len(t, seen, 100)
}
