// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
)

var _ store.Cluster = (*Store)(nil)

// JoinAs implements store.Cluster.
func (s *Store) JoinAs(_ context.Context, name, holder string) (e store.Epoch, err error) {
	var inDoubt int
	err = s.group.Do(store.Op[*tx]{Apply: func(t *tx) error {
		inDoubt = 0
		now, err := t.now()
		if err != nil {
			return err
		}
		var was, timeline string
		var until int64
		found, err := t.row(`SELECT id, epoch, holder, until, timeline FROM node WHERE name = $1`, []any{name}, &e.Node, &e.Number, &was, &until, &timeline)
		switch {
		case err != nil:
			return err
		case !found:
			_, err = t.row(`INSERT INTO node (id, name, holder, epoch, until, timeline) SELECT coalesce(max(id), 0) + 1, $1, $2, 1, $3, $4 FROM node RETURNING id, epoch`,
				[]any{name, holder, now + store.LeaseTime.Milliseconds(), t.timeline}, &e.Node, &e.Number)
		case was > holder && until > now:
			return &store.NameTakenError{Name: name}
		default:
			e.Number++
			err = t.exec(`UPDATE node SET epoch = $1, holder = $2, until = $3, timeline = $4 WHERE id = $5`, e.Number, holder, now+store.LeaseTime.Milliseconds(), t.timeline, e.Node)
		}
		if err == nil && timeline != "" && t.timeline != "" && timeline != t.timeline {
			inDoubt, err = t.doubt(lagging{nodes: []int32{int32(e.Node)}, until: until}) //nolint:gosec // nodes are few
		}
		t.node, t.nodeName, t.epoch = e.Node, cleanText(name), e.Number
		return err
	}})
	if err == nil {
		s.inDoubt.Add(int64(inDoubt))
	}
	return e, err
}

// Renew implements store.Cluster. It judges what an ended node had begun in the same transaction that gives its parts to others.
func (s *Store) Renew(_ context.Context, e store.Epoch, r store.Renewal) (done *store.Renewed, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: len(r.Parts), Apply: func(t *tx) (err error) {
		done, err = t.renew(e, &r)
		return err
	}})
	if err != nil {
		return nil, err
	}
	done.InDoubt += int(s.inDoubt.Swap(0))
	return done, nil
}

func (t *tx) renew(e store.Epoch, r *store.Renewal) (*store.Renewed, error) {
	if err := t.fence(e); err != nil {
		return nil, err
	}
	now, err := t.now()
	if err != nil {
		return nil, err
	}
	var until int64
	var asynchronous bool // other databases that speak PostgreSQL's protocol do not have the setting
	if _, err := t.row(`SELECT until, coalesce(current_setting('synchronous_standby_names', true) = '', false) FROM node WHERE id = $1`,
		[]any{e.Node}, &until, &asynchronous); err != nil {
		return nil, err
	}
	if r.Parts == nil {
		return &store.Renewed{}, t.exec(`UPDATE node SET until = $1 WHERE id = $2`, now+store.LeaseTime.Milliseconds(), e.Node)
	}
	if err := t.exec(`UPDATE node SET until = $1, groups = $2 WHERE id = $3`, now+store.LeaseTime.Milliseconds(), groups(r.Parts), e.Node); err != nil {
		return nil, err
	}
	l, err := t.lagging(now)
	if err != nil {
		return nil, err
	}
	done := &store.Renewed{}
	// If the own lease has run out and nobody has ended this node, the database was away, for all nodes. They have until the next renewal.
	if until >= now && !l.hold {
		if done.InDoubt, err = t.endNodes(now, l); err != nil {
			return nil, err
		}
	}
	n, err := t.judgeEnded()
	if err != nil {
		return nil, err
	}
	done.InDoubt += n
	for _, part := range r.Released {
		name, err := t.name(part)
		if err != nil {
			return nil, err
		}
		if err := t.exec(`DELETE FROM part WHERE name = $1 AND node = $2`, name, e.Node); err != nil {
			return nil, err
		}
	}
	err = t.divide(e.Node, r.Parts, l.hold, done)
	done.Asynchronous = asynchronous && len(done.Nodes) > 1
	return done, err
}

// divide lets the node have the parts that no other node has and that it should have, unless hold is set, and finds out which of its parts
// another one should have.
func (t *tx) divide(node int, parts map[string]string, hold bool, done *store.Renewed) error {
	var living []candidate
	if err := t.rows(`SELECT id, name, groups FROM node WHERE until > 0 AND name IS NOT NULL ORDER BY name`, nil, func(rows pgx.Rows) error {
		var c candidate
		err := rows.Scan(&c.node, &c.name, &c.groups)
		living, done.Nodes = append(living, c), append(done.Nodes, c.name)
		return err
	}); err != nil {
		return err
	}
	owners := map[string]int{}
	if err := t.rows(`SELECT n.text, p.node FROM part p JOIN name n ON n.id = p.name`, nil, func(rows pgx.Rows) error {
		var part string
		var owner int
		err := rows.Scan(&part, &owner)
		owners[part] = owner
		return err
	}); err != nil {
		return err
	}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		part = cleanText(part)
		if _, taken := owners[part]; taken || hold || choose(parts[part], living) != node {
			continue
		}
		name, err := t.name(part)
		if err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO part (name, node) VALUES ($1, $2)`, name, node); err != nil {
			return err
		}
		owners[part] = node
	}
	for _, part := range slices.Sorted(maps.Keys(owners)) {
		if owners[part] != node {
			continue
		}
		done.Parts = append(done.Parts, part)
		if group, known := parts[part]; !known || choose(group, living) != node {
			done.Unwanted = append(done.Unwanted, part)
		}
	}
	return nil
}

// candidate is a node that may have parts.
type candidate struct {
	node   int
	name   string
	groups []string
}

// choose returns the node that should have the parts of a group: of the nodes that can do them, the one whose hash with the group is the
// greatest. So a node that comes or goes moves only its own share.
func choose(group string, living []candidate) (node int) {
	var best uint64
	for _, c := range living {
		if !slices.Contains(c.groups, group) {
			continue
		}
		sum := sha256.Sum256([]byte(c.name + "\x00" + group))
		if rank := binary.BigEndian.Uint64(sum[:]); node == 0 || rank > best {
			node, best = c.node, rank
		}
	}
	return node
}

// groups returns the groups of parts.
func groups(parts map[string]string) []string {
	all := slices.Sorted(maps.Values(parts))
	for i := range all {
		all[i] = cleanText(all[i])
	}
	return append([]string{}, slices.Compact(all)...)
}

// Leave implements store.Cluster.
func (s *Store) Leave(_ context.Context, e store.Epoch) error {
	return s.group.Do(store.Op[*tx]{Apply: func(t *tx) error {
		if err := t.fence(e); err != nil {
			return err
		}
		clear(t.epochs)
		if err := t.exec(`UPDATE node SET epoch = epoch + 1, until = 0 WHERE id = $1`, e.Node); err != nil {
			return err
		}
		return t.exec(`DELETE FROM part WHERE node = $1`, e.Node)
	}})
}

// now returns the time of the database, whose clock is the same for all nodes.
func (t *tx) now() (millis int64, err error) {
	_, err = t.row(`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`, nil, &millis)
	return millis, err
}
