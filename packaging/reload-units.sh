#!/bin/sh
# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

# Runs after the package was installed, replaced or removed: systemd reads its units again where it runs. A gateway that runs goes on with
# the program that it was started with.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
fi
