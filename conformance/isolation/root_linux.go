// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// base is where the root of a world is made. Only this process sees what is mounted there.
const base = "/tmp"

// systemFolders are the folders of the system that a world shares, read-only: programs and libraries.
var systemFolders = []string{"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"}

// hiddenFolders are folders of the system that hold what the owner of the machine installed.
var hiddenFolders = []string{"usr/local", "usr/src", "usr/games"}

// authorities is the file with the authorities that programs in a world trust.
const authorities = "/etc/ssl/certs/ca-certificates.crt"

// devices are the device files of a world.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

// makeRoot makes the file system of the world and changes to it. The files are the binary and the bundle of certificates.
func makeRoot(s *setup, files []int) error {
	if len(files) < 2 {
		return &stepError{"reading the setup", fmt.Errorf("%d files", len(files))}
	}
	r := &root{owner: s}
	r.do("making the mounts private", unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	r.mount("tmpfs", base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=1g")
	for _, name := range systemFolders {
		r.system(name)
	}
	for _, name := range hiddenFolders {
		if info, err := os.Stat(r.path(name)); err == nil && info.IsDir() {
			r.mount("tmpfs", r.path(name), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_RDONLY, "mode=755,size=4k")
		}
	}
	r.folder("proc", 0o555)
	r.mount("proc", r.path("proc"), "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	r.folder("sys", 0o555)
	// A container may refuse these two; a world without them is like a container without them.
	if r.err == nil && unix.Mount("sysfs", r.path("sys"), "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, "") == nil {
		_ = unix.Mount("cgroup2", r.path("sys/fs/cgroup"), "cgroup2", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, "")
	}
	r.devices()
	r.writable("tmp", 0o1777, false)
	r.writable("dev/shm", 0o1777, false)
	r.writable(s.Home, 0o750, true)
	for _, name := range []string{"run", "root", "home", "mnt", "opt", "srv", "var/tmp", "var/log"} {
		r.folder(name, 0o755)
	}
	for path, content := range s.Files {
		r.file(path, content)
	}
	r.copy(files[0], s.Program, 0o755)
	r.copy(files[1], authorities, 0o644)
	for _, path := range []string{"/etc/os-release", "/etc/ld.so.cache"} {
		if data, err := os.ReadFile(path); err == nil {
			r.file(path, string(data))
		}
	}
	r.symlink("certs/ca-certificates.crt", "/etc/ssl/cert.pem")
	r.symlink("/proc/mounts", "/etc/mtab")
	r.sockets(s.Sockets)
	r.do("making the root read-only", unix.Mount("", base, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, ""))
	if s.ReadOnly {
		r.do("making the home folder read-only", unix.Mount("", r.path(s.Home), "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, ""))
	}
	r.enter()
	return r.err
}

// root makes the root of a world below base. After the first error it does nothing.
type root struct {
	owner *setup
	err   error
}

func (r *root) path(name string) string { return filepath.Join(base, name) }

func (r *root) do(step string, err error) {
	if r.err == nil && err != nil {
		r.err = &stepError{step, err}
	}
}

func (r *root) mount(source, target, kind string, flags uintptr, options string) {
	if r.err == nil {
		r.do("mounting "+kind+" at "+target, unix.Mount(source, target, kind, flags, options))
	}
}

func (r *root) folder(name string, mode os.FileMode) {
	if r.err == nil {
		r.do("making a folder", os.MkdirAll(r.path(name), mode))
	}
}

func (r *root) file(path, content string) {
	r.folder(filepath.Dir(path), 0o755)
	if r.err == nil {
		r.do("writing "+path, os.WriteFile(r.path(path), []byte(content), 0o644))
	}
}

func (r *root) symlink(to, path string) {
	r.folder(filepath.Dir(path), 0o755)
	if r.err == nil {
		r.do("writing "+path, os.Symlink(to, r.path(path)))
	}
}

// copy copies an open file, so that no mount says where it came from.
func (r *root) copy(fd int, path string, mode os.FileMode) {
	r.folder(filepath.Dir(path), 0o755)
	if r.err != nil {
		return
	}
	out, err := os.OpenFile(r.path(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		r.do("writing "+path, err)
		return
	}
	var offset int64
	for {
		n, err := unix.Sendfile(int(out.Fd()), fd, &offset, 1<<30)
		if n == 0 || err != nil {
			r.do("writing "+path, err)
			break
		}
	}
	r.do("writing "+path, out.Close())
}

// system shares a folder of the system, or the symbolic link that stands in its place.
func (r *root) system(name string) {
	info, err := os.Lstat("/" + name)
	if r.err != nil || err != nil {
		return
	}
	if info.Mode()&os.ModeSymlink != 0 {
		to, err := os.Readlink("/" + name)
		r.do("reading /"+name, err)
		r.symlink(to, "/"+name)
		return
	}
	r.folder(name, 0o755)
	r.mount("/"+name, r.path(name), "", unix.MS_BIND|unix.MS_REC, "")
	r.readOnly(name)
}

// readOnly makes a mount and those below it read-only.
func (r *root) readOnly(name string) {
	if r.err != nil {
		return
	}
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID}
	err := unix.MountSetattr(unix.AT_FDCWD, r.path(name), unix.AT_RECURSIVE, attr)
	if err == unix.ENOSYS { // before Linux 5.12
		err = unix.Mount("", r.path(name), "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID, "")
	}
	r.do("making /"+name+" read-only", err)
}

func (r *root) devices() {
	r.folder("dev", 0o755)
	r.mount("tmpfs", r.path("dev"), "tmpfs", unix.MS_NOSUID|unix.MS_NOEXEC, "mode=755,size=64k")
	for _, name := range devices {
		if _, err := os.Stat("/dev/" + name); err != nil {
			continue
		}
		r.file("dev/"+name, "")
		r.mount("/dev/"+name, r.path("dev/"+name), "", unix.MS_BIND, "")
	}
	r.symlink("/proc/self/fd", "dev/fd")
	for i, name := range []string{"stdin", "stdout", "stderr"} {
		r.symlink(fmt.Sprintf("/proc/self/fd/%d", i), "dev/"+name)
	}
	r.folder("dev/shm", 0o755)
	r.do("making /dev read-only", unix.Mount("", r.path("dev"), "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NOEXEC, ""))
}

// maxWritten bounds what a provider can write to one of its folders.
const maxWritten = "64m"

// writable mounts a folder that the provider may write to.
func (r *root) writable(name string, mode os.FileMode, own bool) {
	r.folderUnlessMounted(name)
	r.mount("tmpfs", r.path(name), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, fmt.Sprintf("mode=%o,size=%s,nr_inodes=10k", unixMode(mode), maxWritten))
	if own {
		r.own(r.path(name))
	}
}

func unixMode(mode os.FileMode) os.FileMode { return mode & 0o7777 }

// folderUnlessMounted makes a folder unless it exists, as one in /dev does, which is read-only by then.
func (r *root) folderUnlessMounted(name string) {
	if _, err := os.Stat(r.path(name)); err != nil {
		r.folder(name, 0o755)
	}
}

// own makes the provider's user the owner of a path.
func (r *root) own(path string) {
	if r.err == nil && r.owner.Mapped {
		r.do("giving away "+path, os.Lchown(path, r.owner.UID, r.owner.GID))
	}
}

// sockets makes the folder of the provider's socket, with the folders above it that a host makes.
func (r *root) sockets(path string) {
	var parts []string
	for p := path; p != "/tmp"; p = filepath.Dir(p) {
		parts = append(parts, p)
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if r.err != nil {
			return
		}
		r.do("making "+parts[i], os.Mkdir(r.path(parts[i]), 0o700))
		r.own(r.path(parts[i]))
	}
}

// enter makes the new root the root, and gives up the old one.
func (r *root) enter() {
	if r.err != nil {
		return
	}
	r.do("entering the new root", unix.Chdir(base))
	if r.err == nil {
		r.do("entering the new root", unix.PivotRoot(".", "."))
	}
	if r.err == nil {
		r.do("leaving the old root", unix.Unmount(".", unix.MNT_DETACH))
	}
	if r.err == nil {
		r.do("entering the new root", unix.Chdir("/"))
	}
}
