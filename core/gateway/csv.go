// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// tables reads imports in the form of recipients files, which have to be read twice. It keeps them in a folder meanwhile.
type tables struct {
	dir       string
	templates *template.Set
}

// Open implements adminapi.Tables.
func (t tables) Open(ctx context.Context, body io.Reader, base *message.Message) (adminapi.Rows, error) {
	file, err := os.CreateTemp(t.dir, "import-*.csv") // only its owner may read it
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, body)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(file.Name()))
	}
	rows, err := broadcast.Open(ctx, file.Name(), broadcast.ReadOptions{Message: base, Templates: t.templates})
	if err != nil {
		err = errors.Join(wrongTable(err), os.Remove(file.Name()))
		return nil, err
	}
	return &tableRows{rows, base, file.Name()}, nil
}

// wrongTable returns what is wrong with a file as a whole. Its name is not that of the caller's file.
func wrongTable(err error) error {
	var wrong *broadcast.FileError
	if !errors.As(err, &wrong) {
		return err
	}
	table := &adminapi.TableError{More: wrong.More}
	for _, p := range wrong.Problems {
		table.Problems = append(table.Problems, p.String())
	}
	return table
}

// tableRows are the rows of a file.
type tableRows struct {
	file *broadcast.File
	base *message.Message
	path string
}

// Next implements adminapi.Rows.
func (r *tableRows) Next() (*message.Message, *outcome.Rejected, error) {
	row, err := r.file.Next()
	if err != nil || row.Refusal != nil {
		return nil, row.Refusal, err
	}
	m := row.Message
	if m == nil {
		m = proto.CloneOf(r.base)
	}
	m.To = row.To.Address
	return m, nil, nil
}

// Close removes the file.
func (r *tableRows) Close() error { return errors.Join(r.file.Close(), os.Remove(r.path)) }

// newTables returns what reads tables beside a store.
func (g *Gateway) newTables() tables {
	c := g.options.Config
	return tables{filepath.Dir(filesPath(g.options.Dir, c.Gateway)), c.TemplateSet()}
}
