#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: test-fresh.sh [COMMAND…]   (default: "demo --once" and "test")
#
# Runs commands of ./dev in a Debian 12 root that has nothing but git, from a clone of what is committed here, and says
# how many seconds each took. Fails if one fails, or if a port is open afterwards that was not open before: services
# that apt installs must not start. Needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/debian-root.sh
. packaging/debian-root.sh

[[ $# -gt 0 ]] || set -- "demo --once" test
root=$(mktemp -d /var/tmp/muster-fresh-XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
say() { printf '==> %s\n' "$*"; }
open_ports() { ss -Htuln | awk '{print $1, $5}' | sort -u; }

say "making a Debian 12 root with nothing but git in $root"
make_root "$root" >"$root.log" 2>&1 || { tail -n 30 "$root.log"; exit 1; }
rm -f "$root.log"
git clone --quiet --no-local . "$root/root/muster"
in_root "$root" 'apt-get -q update >/dev/null && apt-get -q -y --no-install-recommends install git >/dev/null'

before=$(open_ports)
for command in "$@"; do
  started=$SECONDS
  say "./dev $command"
  in_root "$root" "cd /root/muster && ./dev $command" || { say "./dev $command failed"; exit 1; }
  say "./dev $command took $((SECONDS - started)) s on this fresh root"
done
after=$(open_ports)
if [[ $before != "$after" ]]; then
  diff <(echo "$before") <(echo "$after") || true
  say "other ports are open than before"
  exit 1
fi
[[ ! -e $root/usr/sbin/policy-rc.d ]] || { say "policy-rc.d was left behind"; exit 1; }
say "as fresh as before: the same ports are open, no policy-rc.d is left"
