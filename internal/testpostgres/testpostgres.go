// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testpostgres runs PostgreSQL servers for tests. They are those of the package "postgresql" of Debian, listen on a socket in a
// folder of their own, and end with the test.
package testpostgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// User is the superuser of a server. Connections need no password.
	User = "wahost"
	// variable makes tests fail that cannot run because PostgreSQL is not installed: its value is "required" then.
	variable = "WAHOST_TEST_POSTGRES"
	// startTime is how long a server may take to start.
	startTime = 60 * time.Second
)

// Server is a running server.
type Server struct {
	dir     string
	bin     string
	process *exec.Cmd
	// leash ends the server when it is closed, also if this process dies.
	leash io.Closer
	log   *os.File
}

var shared struct {
	sync.Mutex
	server    *Server
	err       error
	databases atomic.Int64
}

// Database returns the URL of a new and empty database on a server that all tests of the process share. It skips the test if PostgreSQL is
// not installed. TestMain calls Stop.
func Database(t testing.TB) string {
	t.Helper()
	s := sharedServer(t)
	name := "test" + strconv.FormatInt(shared.databases.Add(1), 10)
	s.Exec(t, `CREATE DATABASE `+name)
	return s.URL(name)
}

func sharedServer(t testing.TB) *Server {
	t.Helper()
	bin := installed(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = start(bin, false)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// Stop ends the server of Database, if there is one.
func Stop() {
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		shared.server.Stop()
		shared.server = nil
	}
}

// Start starts a server that writes to its disk as in production, so that it may be killed. It ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := start(installed(t), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// installed returns the folder with the programs of PostgreSQL.
func installed(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if os.Getenv(variable) == "required" {
			t.Fatal("PostgreSQL is not installed, and " + variable + " requires it: install Debian's package postgresql")
		}
		t.Skip("PostgreSQL is not installed: install Debian's package postgresql")
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest)
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func start(bin string, durable bool) (s *Server, err error) {
	// The path of a socket is short, so the folder is not that of a test.
	dir, err := os.MkdirTemp("/tmp", "wahost-pg")
	if err != nil {
		return nil, err
	}
	s = &Server{dir: dir, bin: bin}
	if err := s.own(); err != nil {
		return nil, err
	}
	out, err := s.command("initdb", "-D", s.data(), "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	settings := "listen_addresses = ''\nunix_socket_directories = '" + dir + "'\nmax_connections = 300\nshared_buffers = 32MB\n"
	if !durable {
		settings += "fsync = off\nfull_page_writes = off\n"
	}
	f, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteString(settings); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return s, s.run()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// run starts the server and waits until it answers.
func (s *Server) run() (err error) {
	// The shell ends the server when its standard input ends, which happens as well when this process is killed.
	s.process = s.command("sh", "-c", `"$0" -D "$1" & server=$!; read _; kill -QUIT $server; wait $server`, filepath.Join(s.bin, "postgres"), s.data())
	if s.leash, err = s.process.StdinPipe(); err != nil {
		return err
	}
	if s.log, err = os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	s.process.Stdout, s.process.Stderr = s.log, s.log
	if err := s.process.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(s.log.Name())
			return fmt.Errorf("the server does not start: %w: %s", err, bytes.TrimSpace(log))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// end kills the server, as a crash does.
func (s *Server) end() {
	_ = s.leash.Close()
	_ = s.process.Wait()
	_ = s.log.Close()
}

// Restart kills the server and starts it again. Nothing that was durable is lost if Start made the server.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.end()
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server and removes its files.
func (s *Server) Stop() {
	s.end()
	_ = os.RemoveAll(s.dir)
}

// URL returns the URL of a database.
func (s *Server) URL(database string) string {
	return "postgres:///" + database + "?host=" + s.dir + "&user=" + User
}

// Text returns the only value of a query in a database, as text, or "" if there is no row.
func Text(t testing.TB, url, query string) (text string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, query).Scan(&text); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return text
}

// Exec runs a statement in the database "postgres" as the superuser.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
