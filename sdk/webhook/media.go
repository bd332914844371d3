// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"

	"github.com/wahost/wahost/sdk/message"
)

// MediaOf returns the file in a message object of a Cloud API webhook, also that of an edited message. It returns false if
// the message has no file. The object should be one that Validate accepts.
func MediaOf(raw []byte) (Media, bool) { return mediaOf(raw, true) }

// mediaOf looks into an edit only if edits is true: there is no edit of an edit.
func mediaOf(raw []byte, edits bool) (Media, bool) {
	var object struct {
		Type string `json:"type"`
		Edit struct {
			Message json.RawMessage `json:"message"`
		} `json:"edit"`
		Image    *Media `json:"image"`
		Video    *Media `json:"video"`
		Audio    *Media `json:"audio"`
		Document *Media `json:"document"`
		Sticker  *Media `json:"sticker"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return Media{}, false
	}
	if edits && object.Type == "edit" && len(object.Edit.Message) > 0 {
		return mediaOf(object.Edit.Message, false)
	}
	media := map[string]*Media{
		message.KindImage: object.Image, message.KindVideo: object.Video, message.KindAudio: object.Audio,
		message.KindDocument: object.Document, message.KindSticker: object.Sticker,
	}[object.Type]
	if media == nil || media.ID == "" && media.URL == "" {
		return Media{}, false
	}
	media.Type = object.Type
	return *media, true
}
