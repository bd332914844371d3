// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// minVersion is the oldest version of PostgreSQL that is tested.
	minVersion = 14
	// connectTime is how long a connection may take to be made.
	connectTime = 5 * time.Second
	// idleTime is how long a gateway may do nothing within a transaction. The others wait for it meanwhile.
	idleTime = 2 * time.Second
	// turnTime is how long a transaction waits for those of other gateways.
	turnTime = 10 * time.Second
)

// parse reads a URL. The errors of pgx are not passed on, since they repeat the URL.
func parse(url string) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the URL of the store cannot be read: it is postgres://USER:PASSWORD@HOST:PORT/DATABASE, where special characters " +
			"of the user and the password are written in percent encoding, such as %40 for @")
	}
	c.MaxConns = readers
	cc := c.ConnConfig
	if cc.ConnectTimeout == 0 || cc.ConnectTimeout > connectTime {
		cc.ConnectTimeout = connectTime
	}
	set := func(name, value string) { cc.RuntimeParams[name] = value }
	if cc.RuntimeParams["application_name"] == "" {
		set("application_name", "wahost")
	}
	// Each statement that is run often has an index. The planner does not always use it for tables that it knows nothing of yet.
	for _, name := range []string{"enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit"} {
		set(name, "off")
	}
	// What is said to be durable is durable.
	set("synchronous_commit", "on")
	set("idle_in_transaction_session_timeout", millisText(idleTime))
	set("lock_timeout", millisText(turnTime))
	return c, nil
}

func millisText(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// checkServer returns an error if the server is not one that can keep messages.
func checkServer(ctx context.Context, conn *pgx.Conn) error {
	var number int
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::integer`).Scan(&number); err != nil {
		return err
	}
	if major := number / 10000; major < minVersion {
		return fmt.Errorf("the server is PostgreSQL %d: wahost needs version %d or a newer one", major, minVersion)
	}
	return nil
}

// explain returns the error of Open with what to do about it.
func explain(c *pgx.ConnConfig, err error) error {
	const prefix = "the store cannot be opened: "
	place := net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &pg):
		switch pg.Code {
		case "28P01", "28000":
			return fmt.Errorf("%sthe server %s refuses the user %q: %s. Check the user and the password in the URL of the store, and pg_hba.conf of the server", prefix, place, c.User, pg.Message)
		case "3D000":
			return fmt.Errorf("%sthe server %s has no database %q: create it with createdb, or name another one in the URL of the store", prefix, place, c.Database)
		case "42501":
			return fmt.Errorf("%sthe user %q may not do what is needed in the database %q: %s. Let it own the database, or grant it CREATE on the schema", prefix, c.User, c.Database, pg.Message)
		}
		return fmt.Errorf("%sthe server %s says: %s (%s)", prefix, place, pg.Message, pg.Code)
	case errors.As(err, &connect):
		cause := "it did not answer"
		var op *net.OpError
		if errors.As(err, &op) {
			cause = op.Err.Error()
		}
		return fmt.Errorf("%sthe server %s cannot be reached: %s. Check that it runs, and the host and port in the URL of the store", prefix, place, cause)
	}
	return fmt.Errorf("%sthe database %q of %s: %w", prefix, c.Database, place, err)
}
