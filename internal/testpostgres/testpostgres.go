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
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
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
	// namespace is the process whose mount namespace the server is in, or 0 for that of this process.
	namespace int
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
		if shared.server, shared.err = prepare(bin); shared.err == nil {
			shared.err = shared.server.start(false)
		}
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
	s := newServer(t)
	if err := s.start(true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// newServer returns a server with a folder and without data.
func newServer(t testing.TB) *Server {
	t.Helper()
	s, err := prepare(installed(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// installed returns the folder with the programs of PostgreSQL.
func installed(t testing.TB) string {
	t.Helper()
	required := os.Getenv(variable) == "required"
	if testing.Short() && !required {
		t.Skip("starts a server of PostgreSQL")
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if required {
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

// prepare makes the folder of a server.
func prepare(bin string) (*Server, error) {
	// The path of a socket is short, so the folder is not that of a test.
	dir, err := os.MkdirTemp("/tmp", "wahost-pg")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin}
	return s, s.own()
}

// start makes the data of a server and starts it.
func (s *Server) start(durable bool) error {
	out, err := s.command("initdb", "-D", s.data(), "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	settings := "listen_addresses = ''\nunix_socket_directories = '" + s.dir + "'\nmax_connections = 300\nshared_buffers = 32MB\n"
	if !durable {
		settings += "fsync = off\nfull_page_writes = off\n"
	}
	if err := s.configure(settings); err != nil {
		return err
	}
	return s.run()
}

// configure adds settings to those of the server.
func (s *Server) configure(settings string) error {
	f, err := os.OpenFile(filepath.Join(s.outside(s.data()), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	return errors.Join(err, f.Close())
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
		_, err := s.psql(s.URL("postgres"), `SELECT 1`)
		if err == nil {
			return nil
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

// RequirePasswords makes the server ask all users but the superuser for their passwords.
func (s *Server) RequirePasswords(t testing.TB) {
	t.Helper()
	rules := "local all " + User + " trust\nlocal all all scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(s.outside(s.data()), "pg_hba.conf"), []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Exec(t, `SELECT pg_reload_conf()`)
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

// Text returns what a query in a database finds, as text: a line for each row, with "|" between columns.
func (s *Server) Text(t testing.TB, database, query string) string {
	t.Helper()
	out, err := s.psql(s.URL(database), query)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Text is like Server.Text for the URL of a database of the server that all tests share.
func Text(t testing.TB, url, query string) string {
	t.Helper()
	out, err := sharedServer(t).psql(url, query)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Exec runs a statement in the database "postgres" as the superuser.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	s.Text(t, "postgres", statement)
}

// psql runs a statement with the program of PostgreSQL, since only the drivers of stores know SQL libraries.
func (s *Server) psql(url, statement string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(s.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, bytes.TrimSpace(out))
	}
	return strings.TrimSpace(string(out)), nil
}
