#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the built packages in a fresh Debian 12 root, runs a fleet of one node there, and purges them again.
# Needs root and debootstrap; takes a few minutes. Run by `./dev package --test`.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/debian-root.sh
. packaging/debian-root.sh

root=$(mktemp -d /var/tmp/muster-package-test-XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
say() { printf '==> %s\n' "$*"; }

say "making a Debian 12 root in $root"
make_root "$root" >"$root.log" 2>&1 || { tail -n 30 "$root.log"; exit 1; }
rm -f "$root.log"
cp build/packages/*.deb "$root/root/"
cp packaging/package-steps.sh "$root/root/"
in_root "$root" 'bash -euo pipefail /root/package-steps.sh'
say "the packages install, start, answer and purge"
