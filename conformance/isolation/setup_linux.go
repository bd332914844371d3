// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/wahost/wahost/internal/trust"
)

// newSetup draws a world: host name, addresses, user and paths as they may be in production.
func (i *Isolation) newSetup(o WorldOptions) setup {
	i.mu.Lock()
	defer i.mu.Unlock()
	r := i.rand
	// Services without a user of their own get one from this range, see systemd.exec(5), DynamicUser.
	uid := 61_184 + r.IntN(4_000)
	net, subnet := 16+r.IntN(15), r.IntN(250)
	s := setup{
		UID: uid, GID: uid, Mapped: mapped(uid), Program: i.program(), Home: "/var/lib/wahost",
		Hostname: fmt.Sprintf("ip-172-%d-%d-%d", net, subnet, 2+r.IntN(200)),
		Address:  fmt.Sprintf("172.%d.%d.%d", net, subnet, 2+r.IntN(200)), Gateway: fmt.Sprintf("172.%d.%d.1", net, subnet),
		UnderShell: o.UnderShell, ReadOnly: o.ReadOnly,
	}
	s.Hostname = "ip-" + strings.ReplaceAll(s.Address, ".", "-")
	prefix := fmt.Sprintf("fd%02x:%04x:%04x:1::", r.IntN(256), r.IntN(65536), r.IntN(65536))
	s.Address6, s.Gateway6 = prefix+"2", prefix+"1"
	s.Sockets = fmt.Sprintf("/tmp/wahost-%d/1-%d/%d", uid, 100_000_000+r.IntN(1<<30), 1+r.IntN(6))
	// A runtime with authorities of its own, such as Node, trusts those of the system only if a variable says so. The host sets it too.
	s.Env = append(trust.ForRuntimes(authorities), "PLUGIN_UNIX_SOCKET_DIR="+s.Sockets)
	if !o.Clean {
		s.Env = append(s.Env, "WAHOST_HOST_PID=1", searchPath, "HOME="+s.Home, "LANG=C.UTF-8",
			"TMPDIR=", "TZ=", "GODEBUG=", "SSL_CERT_FILE=", "SSL_CERT_DIR=",
			"LC_ALL=", "LC_CTYPE=", "NODE_USE_ENV_PROXY=", "NODE_USE_SYSTEM_CA=", "CURL_CA_BUNDLE=", "DENO_TLS_CA_STORE=",
			"HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=", "http_proxy=", "https_proxy=", "no_proxy=", "ALL_PROXY=", "all_proxy=")
	}
	s.Files = map[string]string{
		"/etc/hostname":      s.Hostname + "\n",
		"/etc/hosts":         "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n" + s.Address + "\t" + s.Hostname + "\n",
		"/etc/resolv.conf":   "nameserver " + s.Gateway + "\n",
		"/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
		"/etc/passwd":        fmt.Sprintf("root:x:0:0:root:/root:/bin/bash\nwahost:x:%d:%d::%s:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", uid, uid, s.Home),
		"/etc/group":         fmt.Sprintf("root:x:0:\nwahost:x:%d:\nnogroup:x:65534:\n", uid),
		"/etc/machine-id":    fmt.Sprintf("%016x%016x\n", r.Uint64(), r.Uint64()),
	}
	return s
}

// mapped reports whether this process may map all user ids of its own, so that a world can have them.
func mapped(uid int) bool {
	if os.Geteuid() != 0 {
		return false
	}
	for _, m := range idMap("/proc/self/uid_map") {
		if uid >= m.ContainerID && uid < m.ContainerID+m.Size {
			return true
		}
	}
	return false
}

// idMap returns the ids that exist here, each mapped to itself.
func idMap(path string) (all []syscall.SysProcIDMap) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		var inside, outside, size int
		if _, err := fmt.Sscan(line, &inside, &outside, &size); err == nil {
			all = append(all, syscall.SysProcIDMap{ContainerID: inside, HostID: inside, Size: size})
		}
	}
	return all
}

// kept are the capabilities of the first process of a world, which it has in the world only. The provider has none.
var kept = []uintptr{
	unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_FOWNER, unix.CAP_FSETID, unix.CAP_KILL, unix.CAP_SETGID, unix.CAP_SETUID,
	unix.CAP_SETPCAP, unix.CAP_NET_BIND_SERVICE, unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_SYS_CHROOT, unix.CAP_SYS_PTRACE,
	unix.CAP_SYS_ADMIN, unix.CAP_SYS_RESOURCE,
}

// namespaces makes a command start in namespaces of its own. An ordinary user has one user id, which gets another number.
func (s *setup) namespaces(attr *syscall.SysProcAttr) {
	attr.Cloneflags |= unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP
	attr.AmbientCaps = kept
	if s.Mapped {
		attr.UidMappings, attr.GidMappings, attr.GidMappingsEnableSetgroups = idMap("/proc/self/uid_map"), idMap("/proc/self/gid_map"), true
		return
	}
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: s.UID, HostID: os.Geteuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: s.GID, HostID: os.Getegid(), Size: 1}}
}
