// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/providerpb"
)

func TestCodec(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"empty": 0, "small": 10, "a thousand recipients": 47_000, "the largest": 15 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := &providerpb.PackedDeliveries{Addresses: strings.Repeat("1", size)}
			data, err := Codec{}.Marshal(want)
			require.NoError(t, err)
			// It comes in several frames.
			var frames mem.BufferSlice
			for rest := data.Materialize(); len(rest) > 0; rest = rest[min(16<<10, len(rest)):] {
				frames = append(frames, mem.SliceBuffer(rest[:min(16<<10, len(rest))]))
			}
			data.Free()
			got := &providerpb.PackedDeliveries{}
			require.NoError(t, Codec{}.Unmarshal(frames, got))
			require.True(t, proto.Equal(want, got))
		})
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	require.Error(t, Codec{}.Unmarshal(mem.BufferSlice{mem.SliceBuffer("\xff")}, &providerpb.PackedDeliveries{}))
	require.Error(t, Codec{}.Unmarshal(nil, new(string)))
}

func TestBuffersFit(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 5_000, 47_000, 140_000, 1 << 20} {
		buf := Buffers.Get(size)
		require.Len(t, *buf, size)
		require.LessOrEqual(t, cap(*buf), max(256, 2*size))
		Buffers.Put(buf)
	}
}
