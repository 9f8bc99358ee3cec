#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: test-fresh.sh [COMMAND…]   (default: "demo --once" and "test")
#
# Runs commands of ./dev in a Debian 12 root that has nothing but git, from a clone of what is committed here, and says
# how many seconds each took. Fails if one fails, or if other ports are open afterwards than before, seen from inside, where
# everything that apt started would still run: services that it installs must not start. Needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/debian-root.sh
. packaging/debian-root.sh

[[ $# -gt 0 ]] || set -- "demo --once" test
root=$(mktemp -d /var/tmp/muster-fresh-XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
say() { printf '==> %s\n' "$*"; }

say "making a Debian 12 root with nothing but git in $root"
make_root "$root" >"$root.log" 2>&1 || { tail -n 30 "$root.log"; exit 1; }
rm -f "$root.log"
git clone --quiet --no-local . "$root/root/muster"
in_root "$root" 'apt-get -q update >/dev/null && apt-get -q -y --no-install-recommends install git >/dev/null'

for command in "$@"; do
  started=$SECONDS
  say "./dev $command"
  # A server planted with MUSTER_PLANTED=port shows that the comparison sees one.
  in_root "$root" "cd /root/muster
    ports() { cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 | awk '\$4 == \"0A\" || \$4 == \"07\" { print \$2 }' | sort -u; }
    before=\$(ports)
    ./dev $command
    ${MUSTER_PLANTED:+python3 -m http.server --bind 127.0.0.1 $MUSTER_PLANTED >/dev/null 2>&1 & sleep 2}
    after=\$(ports)
    [[ \$before == \"\$after\" ]] || { diff <(echo \"\$before\") <(echo \"\$after\"); echo 'other ports are open than before'; exit 1; }" ||
    { say "./dev $command failed"; exit 1; }
  say "./dev $command took $((SECONDS - started)) s on this fresh root"
done
[[ ! -e $root/usr/sbin/policy-rc.d ]] || { say "policy-rc.d was left behind"; exit 1; }
say "as fresh as before: the same ports are open, no policy-rc.d is left"
