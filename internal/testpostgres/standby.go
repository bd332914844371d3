// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package testpostgres

import (
	"errors"
	"testing"
	"time"
)

// Kill kills the server, as the loss of its machine does.
func (s *Server) Kill() { s.end() }

// Dir returns the folder of the socket of the server.
func (s *Server) Dir() string { return s.dir }

// Synchronous lets no change of the server be durable before its standby has it.
func (s *Server) Synchronous(t testing.TB) {
	t.Helper()
	s.Exec(t, `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	s.Exec(t, `SELECT pg_reload_conf()`)
	s.await(t, `SELECT sync_state FROM pg_stat_replication`, "sync")
}

// Standby starts a server that gets the changes of the server, after they are durable there unless Synchronous is called.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	standby := newServer(t)
	if out, err := standby.command("pg_basebackup", "-D", standby.data(), "-h", s.dir, "-U", User, "-R", "-c", "fast", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	err := standby.configure("unix_socket_directories = '" + standby.dir + "'\n")
	if err = errors.Join(err, standby.run()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Stop)
	s.await(t, `SELECT state FROM pg_stat_replication`, "streaming")
	return standby
}

// StopReceiving keeps a standby from getting any more changes. It has all that were made before.
func (s *Server) StopReceiving(t testing.TB, from *Server) {
	t.Helper()
	now := from.Text(t, "postgres", `SELECT pg_current_wal_lsn()`)
	s.await(t, `SELECT pg_last_wal_replay_lsn() >= '`+now+`'`, "t")
	s.Exec(t, `ALTER SYSTEM SET primary_conninfo = ''`)
	s.Exec(t, `SELECT pg_reload_conf()`)
	s.await(t, `SELECT count(*) FROM pg_stat_wal_receiver`, "0")
}

// await waits until a query finds a text.
func (s *Server) await(t testing.TB, query, want string) {
	t.Helper()
	for end := time.Now().Add(startTime); s.Text(t, "postgres", query) != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s does not find %q", query, want)
		}
	}
}

// Promote makes a standby a server of its own.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.Exec(t, `SELECT pg_promote()`)
}
