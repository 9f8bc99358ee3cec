#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the built packages in a fresh Debian 12 root, boots systemd there, runs a fleet of one node under the real
# unit, and purges them again. Needs root and debootstrap; takes a few minutes. Run by `./dev package --test`.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/debian-root.sh
. packaging/debian-root.sh

root=$(mktemp -d /var/tmp/muster-package-test-XXXXXX)
init=
trap '[[ -z $init ]] || halt_root "$init" "$root"; rm -rf --one-file-system "$root"' EXIT
say() { printf '==> %s\n' "$*"; }

say "making a Debian 12 root in $root"
make_root "$root" >"$root.log" 2>&1 || { tail -n 30 "$root.log"; exit 1; }
rm -f "$root.log"
in_root "$root" 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install \
  systemd systemd-sysv dbus' >/dev/null 2>&1
cp build/packages/*.deb packaging/*-steps.sh "$root/root/"

say "booting it"
init=$(boot_root "$root") || { cat "$root/root/boot.log"; say "systemd does not start here"; exit 1; }
in_booted "$init" 'bash -euo pipefail /root/package-steps.sh'
say "the packages install, start, answer and purge"
