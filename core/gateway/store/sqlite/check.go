// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// maxDamages bounds what is told about a damaged file.
const maxDamages = 20

// rules are queries that count the rows that no gateway writes, each with what such rows mean.
var rules = []struct{ query, meaning string }{
	{`SELECT count(*) FROM message m LEFT JOIN delivery d ON d.id = m.id WHERE d.id IS NULL`, "messages have no place in a queue"},
	{`SELECT count(*) FROM delivery d LEFT JOIN message m ON m.id = d.id WHERE m.id IS NULL`, "messages have no content"},
	{`SELECT count(*) FROM delivery WHERE state NOT IN (0, 1, 2, 3, 4, 5) OR class NOT IN (0, 1, 2)`, "messages have a state or a class that does not exist"},
	{`SELECT count(*) FROM delivery WHERE state IN (1, 2, 3) AND (attempt = 0 OR channel IS NULL)`, "messages are accepted or unknown, and no attempt to send them is recorded"},
	{`SELECT count(*) FROM attempt a LEFT JOIN delivery d ON d.id = a.id WHERE d.id IS NULL OR a.n > d.attempt`, "attempts are recorded that their messages do not count"},
	{`SELECT count(*) FROM handover WHERE length(attempts) % 20 <> 0 OR open = 1 AND length(attempts) = 0`, "handovers name no attempts, or parts of one"},
	{`SELECT count(*) FROM handover h LEFT JOIN node n ON n.id = h.node WHERE n.id IS NULL OR h.epoch > n.epoch`, "handovers are of a gateway process that never was"},
	{`SELECT count(*) FROM endpoint_cursor WHERE seq > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)`,
		"webhooks were told more than there was to tell"},
	{`SELECT count(*) FROM message WHERE sender NOT IN (SELECT id FROM name)`, "messages have a sender without a name"},
	{`SELECT count(*) FROM delivery WHERE lane NOT IN (SELECT id FROM name) OR api_key NOT IN (SELECT id FROM name)`, "messages have a lane or a key without a name"},
	{`SELECT count(*) FROM delivery WHERE campaign <> 0 AND campaign NOT IN (SELECT name FROM campaign)`, "messages have a campaign that does not exist"},
	{`SELECT count(*) FROM delivery WHERE route NOT IN (SELECT id FROM name) OR channel NOT IN (SELECT id FROM name)`, "messages have a route or a channel without a name"},
}

// Check implements store.Tool. What SQLite itself finds comes first; if it finds anything, the rows are not looked at.
func (t *Tool) Check(ctx context.Context) (problems []string, err error) {
	err = each(t.reader.read.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, maxDamages)))(func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		if err == nil && line != "ok" {
			problems = append(problems, "the file is damaged: "+strings.TrimSpace(line))
		}
		return err
	})
	var damaged *driver.Error
	if errors.As(err, &damaged) && damaged.Code()&0xff == sqlite3.SQLITE_CORRUPT {
		problems, err = append(problems, "the file is damaged: "+damaged.Error()), nil
	}
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	for _, rule := range rules {
		n := 0
		if err := t.reader.read.QueryRowContext(ctx, rule.query).Scan(&n); err != nil {
			return problems, err
		}
		if n > 0 {
			problems = append(problems, fmt.Sprintf("%d %s", n, rule.meaning))
		}
	}
	return problems, nil
}
