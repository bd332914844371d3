// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
)

// zips holds readers of gzip, which are large.
var zips = sync.Pool{New: func() any { return new(gzip.Reader) }}

// gunzip is the decompressed body of a response.
type gunzip struct {
	io.ReadCloser              // the body as the vendor sent it
	zip           *gzip.Reader // nil before the first byte
}

// decompress makes a compressed response one that was never compressed, as net/http does.
func decompress(reply *http.Response) {
	if reply.ContentLength == 0 || !strings.EqualFold(reply.Header.Get("Content-Encoding"), "gzip") {
		return
	}
	reply.Body = &gunzip{ReadCloser: reply.Body}
	reply.Header.Del("Content-Encoding")
	reply.Header.Del("Content-Length")
	reply.ContentLength, reply.Uncompressed = -1, true
}

func (g *gunzip) Read(b []byte) (int, error) {
	if g.zip == nil {
		zip := zips.Get().(*gzip.Reader)
		if err := zip.Reset(g.ReadCloser); err != nil {
			zips.Put(zip)
			return 0, err
		}
		g.zip = zip
	}
	return g.zip.Read(b)
}

func (g *gunzip) Close() error {
	if g.zip != nil {
		zips.Put(g.zip)
		g.zip = nil
	}
	return g.ReadCloser.Close()
}
