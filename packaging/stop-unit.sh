#!/bin/sh
# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Runs before the package is removed or replaced. The argument is "remove" or 0 if it is removed.
case "$1" in
  remove | 0)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now wahost.service || true
    fi
    ;;
esac
