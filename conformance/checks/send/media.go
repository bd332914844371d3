// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

var mediaKinds = []string{message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument, message.KindSticker}

// needsMedia returns a Check.Needs: a kind of media must be declared with a source.
func needsMedia(source capability.MediaSource) func(*suite.Facts) string {
	return func(f *suite.Facts) string {
		sources := f.Capabilities.MediaSources
		if len(sources) > 0 && !slices.Contains(sources, source) {
			return "media by " + string(source)
		}
		if !slices.ContainsFunc(mediaKinds, f.Declares) {
			return "a kind of media"
		}
		return ""
	}
}

// noBytes is the note of checks about messages with the bytes of media. No provider can declare them, and no mutant can do
// them wrong, so the checks are provisional.
const noBytes = "A message names media by link or id and never holds their bytes, so no provider can declare it. An upload is a call of its own, which the checks upload/* test."

func media() []suite.Check {
	byBytes := suite.Never("media by bytes")
	out := []suite.Check{
		{
			ID: "send/media/by-link", Level: report.Cap, Capability: "media", Needs: needsMedia(capability.MediaByLink), Run: byLink,
			Requirement: "A link arrives as it is, including query, percent signs and fragment.",
			Kills:       []string{"changes-links"},
		},
		{
			ID: "send/media/by-id", Level: report.Cap, Capability: "media", Needs: needsMedia(capability.MediaByID), Isolation: suite.Own, Run: byID,
			Requirement: "The id of media that the vendor has arrives as it is, and nothing is uploaded.",
			Kills:       []string{"sends-media-id-as-link", "uploads-media-by-id"},
		},
		{
			ID: "send/media/by-bytes", Level: report.Cap, Capability: "media", Needs: byBytes, Provisional: true, Note: noBytes,
			Requirement: "The uploaded bytes are those of the file.",
		},
		{
			ID: "send/media/upload-fail", Level: report.Cap, Capability: "media", Needs: byBytes, Provisional: true, Note: noBytes,
			Requirement: "If the upload is refused, no message is sent.",
		},
		{
			ID: "send/media/mime", Level: report.Cap, Capability: "media", Needs: byBytes, Provisional: true, Note: noBytes,
			Requirement: "A file of a type that is not allowed is refused as invalid_message.",
		},
		{
			ID: "send/media/size", Level: report.Cap, Capability: "media", Needs: byBytes, Provisional: true, Note: noBytes,
			Requirement: "A file of the maximum size is streamed, and a larger one is refused.",
		},
		delivering(message.KindDocument, suite.Check{
			ID: "send/document/filename", Run: filename,
			Requirement: "A file name arrives as it is, whatever is in it, or is refused.",
			Kills:       []string{"drops-filename", "cleans-filename"},
		}),
		delivering(message.KindAudio, suite.Check{
			ID: "send/audio/no-caption", Run: noAudioCaption,
			Requirement: "A caption on audio is refused or listed as ignored, and so is the voice flag if it is not carried.",
			Kills:       []string{"drops-audio-caption", "drops-voice-flag"},
		}),
		delivering(message.KindSticker, suite.Check{
			ID: "send/sticker/kinds", Run: noStickerCaption,
			Requirement: "A caption on a sticker is refused or listed as ignored; static and animated stickers are links alike.",
			Kills:       []string{"drops-sticker-caption"},
		}),
	}
	for _, kind := range []string{message.KindImage, message.KindVideo, message.KindDocument} {
		out = append(out, delivering(kind, suite.Check{
			ID:          "send/" + kind + "/caption",
			Requirement: "A caption of the maximum length arrives whole.",
			Kills:       []string{"drops-caption"},
			Run:         func(ctx context.Context, e *suite.Env) { caption(ctx, e, kind) },
		}))
	}
	return out
}

func noAudioCaption(ctx context.Context, e *suite.Env) {
	extra(ctx, e, message.KindAudio, "audio.caption")
	extra(ctx, e, message.KindAudio, "audio.voice")
}

func noStickerCaption(ctx context.Context, e *suite.Env) {
	extra(ctx, e, message.KindSticker, "sticker.caption")
}

func byLink(ctx context.Context, e *suite.Env) {
	for _, kind := range mediaKinds {
		if !e.Facts().Declares(kind) {
			continue
		}
		for _, link := range []string{
			"https://cdn.example.com/a.bin?x=1&y=%C3%A9+z&x=2#frag", "https://cdn.example.com/%2Fa%20b/%E2%82%AC.bin", "https://cdn.example.com:8443/a;b=c/d,e",
		} {
			m := trace.Set(e.Minimal(kind), kind+".link", link)
			s := e.Send(ctx, m, suite.SendOptions{})
			accepted(e, s, kind+" by link")
			if !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == link }) {
				e.Failf(kind+".link", link, "it is not on the wire")
			}
		}
	}
}

func byID(ctx context.Context, e *suite.Env) {
	for _, kind := range mediaKinds {
		if !e.Facts().Declares(kind) {
			continue
		}
		base := trace.Clear(e.Minimal(kind), kind+".link")
		m, leaf := trace.Probe(base, kind+".id", wire.Marks(e, kind))
		// An upload names no recipient: all requests to the emulator count, which nobody else uses.
		before := e.Emulator().Counts()
		t := wire.Traced{Sent: e.Send(ctx, m, suite.SendOptions{}), Leaves: []trace.Leaf{leaf}}
		accepted(e, t.Sent, kind+" by id")
		t.Pairs = wire.Pairs(t.Sent)
		t.Lost(e, nil)
		after := e.Emulator().Counts()
		if n := after.Requests - after.Tokens - before.Requests + before.Tokens; n != 1 {
			e.Failf("wire", "one request: nothing is uploaded", "%d", n)
		}
	}
}

func caption(ctx context.Context, e *suite.Env, kind string) {
	for _, l := range e.Facts().Limits().For(kind) {
		if l.Path == kind+".caption" {
			limit(ctx, e, kind, l)
		}
	}
	m := e.Minimal(kind)
	m.MediaOf().Caption = "x"
	wire.Trace(ctx, e, m, wire.Marks(e, "caption")).Lost(e, nil)
}

func filename(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, name := range []string{"résumé 2026.final.pdf", `a"b'c.pdf`, "../../etc/passwd", `..\x.pdf`, "日本語😀.pdf", "a;b=c.pdf"} {
		m := e.Minimal(message.KindDocument)
		m.Document.Filename = name
		leaf := trace.Leaf{Path: "document.filename", Form: trace.Filename, Marker: trace.Marker{Text: name}}
		t := wire.Traced{Sent: e.Send(ctx, m, suite.SendOptions{}), Leaves: []trace.Leaf{leaf}}
		t.Pairs = wire.Pairs(t.Sent)
		t.Lost(e, nil)
	}
}

// extra sets a field that WhatsApp does not support for the kind, or not always.
func extra(ctx context.Context, e *suite.Env, kind, path string) {
	volatile, shape, _ := wire.Volatile(ctx, e, e.Minimal(kind))
	m, leaf := trace.Probe(e.Minimal(kind), path, wire.Marks(e, path))
	t := wire.Traced{Sent: e.Send(ctx, m, suite.SendOptions{}), Leaves: []trace.Leaf{leaf}}
	t.Pairs = wire.Pairs(t.Sent)
	if leaf.Marker.Text != "" {
		t.Lost(e, nil)
		return
	}
	if t.Refused(e) || t.Ignores(path) {
		return
	}
	after := wire.Shape(t.Sent, volatile)
	for at, v := range after {
		if shape[at] != v {
			return
		}
	}
	e.Failf(path, "on the wire, in ignored_fields, or refused", "dropped: %s", strings.TrimSpace("the request is the same"))
}
