// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
)

// endNodes fences the nodes whose lease has run out, and takes their parts from them. It returns the number of messages that are unknown
// since a failover.
func (t *tx) endNodes(now int64, l lagging) (inDoubt int, err error) {
	var dead []int32
	if err := t.rows(`SELECT id FROM node WHERE until > 0 AND until < $1`, []any{now}, func(rows pgx.Rows) error {
		var id int32
		err := rows.Scan(&id)
		dead = append(dead, id)
		return err
	}); err != nil || len(dead) == 0 {
		return 0, err
	}
	clear(t.epochs)
	if err := t.exec(`UPDATE node SET epoch = epoch + 1, until = 0 WHERE id = ANY ($1)`, dead); err != nil {
		return 0, err
	}
	l.nodes = slices.DeleteFunc(l.nodes, func(node int32) bool { return !slices.Contains(dead, node) })
	if inDoubt, err = t.doubt(l); err != nil {
		return 0, err
	}
	return inDoubt, t.exec(`DELETE FROM part WHERE node = ANY ($1)`, dead)
}

// judgeEnded judges what fenced nodes had begun, and returns the number of messages that are unknown now.
func (t *tx) judgeEnded() (inDoubt int, err error) {
	type begun struct {
		handover
		node int
	}
	var left []begun
	err = t.rows(`SELECT h.node, h.epoch, h.seq, h.channel, h.began, h.attempts FROM handover h JOIN node n ON n.id = h.node WHERE h.open AND h.epoch < n.epoch`, nil,
		func(rows pgx.Rows) error {
			var h begun
			var packed []byte
			err := rows.Scan(&h.node, &h.epoch, &h.seq, &h.channel, &h.began, &packed)
			h.attempts = held.UnpackAttempts(packed)
			left = append(left, h)
			return err
		})
	for _, h := range left {
		if err != nil {
			break
		}
		var n int
		n, err = t.judge(h.node, h.handover)
		inDoubt += n
	}
	return inDoubt, err
}

// lagging are nodes that live and have not recorded anything since a failover: nobody else knows what they have sent.
type lagging struct {
	nodes []int32
	// until is when the first of their leases runs out, or did.
	until int64
	// hold is set while they still have time to record what they have sent.
	hold bool
}

func (t *tx) lagging(now int64) (l lagging, err error) {
	if t.timeline == "" {
		return l, nil
	}
	err = t.rows(`SELECT n.id, n.until, t.since FROM node n, turn t WHERE n.until > 0 AND n.timeline NOT IN ('', $1)`, []any{t.timeline}, func(rows pgx.Rows) error {
		var id int32
		var until, since int64
		err := rows.Scan(&id, &until, &since)
		if len(l.nodes) == 0 || until < l.until {
			l.until = until
		}
		l.nodes, l.hold = append(l.nodes, id), now < since+holdTime.Milliseconds()
		return err
	})
	return l, err
}

// doubt makes the messages unknown that ended nodes may have sent shortly before a failover: those of their lanes that were to be sent since a
// while before the leases were renewed last. What the nodes recorded may be lost. It returns the number of messages.
func (t *tx) doubt(l lagging) (inDoubt int, err error) {
	if len(l.nodes) == 0 {
		return 0, nil
	}
	judged, err := t.judgeEnded()
	if err != nil {
		return 0, err
	}
	channel, err := t.name("")
	if err != nil {
		return 0, err
	}
	if _, err := t.row(`WITH doubted AS (
			UPDATE delivery d SET state = 3, attempt = attempt + 1, settled = t.since, detail = $3::text FROM turn t
			WHERE d.lane IN (SELECT name FROM part WHERE node = ANY ($1)) AND d.state = 0 AND d.due BETWEEN $2::bigint AND t.since RETURNING d.id, d.attempt, d.settled),
		lost AS (
			INSERT INTO attempt (id, n, channel, ended, outcome, detail) SELECT id, attempt, $4::integer, settled, 'unknown', $3::text FROM doubted ON CONFLICT DO NOTHING)
		SELECT count(*) FROM doubted`,
		[]any{l.nodes, l.until - (store.LeaseTime + holdTime).Milliseconds(), "the database failed over without its newest changes, and the gateway that had the lane ended", channel}, &inDoubt); err != nil {
		return 0, err
	}
	return judged + inDoubt, t.exec(`UPDATE node SET timeline = $1 WHERE id = ANY ($2)`, t.timeline, l.nodes)
}
