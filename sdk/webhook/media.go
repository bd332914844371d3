// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"

	"github.com/wahost/wahost/sdk/message"
)

// MediaOf returns the file in a message object of a Cloud API webhook, also that of an edited message. It returns false if
// the message has no file. The object should be one that Validate accepts.
func MediaOf(raw []byte) (Media, bool) {
	var object map[string]any
	if json.Unmarshal(raw, &object) != nil {
		return Media{}, false
	}
	if object["type"] == "edit" {
		edit, _ := object["edit"].(map[string]any)
		object, _ = edit["message"].(map[string]any) // there is no edit of an edit
	}
	kind, _ := object["type"].(string)
	if !isMedia(kind) {
		return Media{}, false
	}
	file, _ := object[kind].(map[string]any)
	textOf := func(name string) string {
		s, _ := file[name].(string)
		return s
	}
	m := Media{
		Type: kind, ID: textOf("id"), URL: textOf("url"), MIMEType: textOf("mime_type"), SHA256: textOf("sha256"),
		Caption: textOf("caption"), Filename: textOf("filename"), Voice: file["voice"] == true, Animated: file["animated"] == true,
	}
	if m.ID == "" && m.URL == "" {
		return Media{}, false
	}
	return m, true
}

// isMedia reports whether the content of messages of a type is a file.
func isMedia(kind string) bool {
	switch kind {
	case message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument, message.KindSticker:
		return true
	}
	return false
}
