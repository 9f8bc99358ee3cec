#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: install-packages.sh PURPOSE…   (purposes: see apt-packages.txt)
#
# Installs the Debian packages of these purposes that are missing and leaves the machine otherwise as it was: services
# that come with them are neither started (Debian's policy-rc.d, restored afterwards exactly as found, also on failure
# and Ctrl-C) nor enabled for the next boot, and nothing is removed for their sake.
set -euo pipefail

list=$(dirname "$(readlink -f "$0")")/apt-packages.txt
policy=${MUSTER_POLICY_RC_D:-/usr/sbin/policy-rc.d} # the tests name another file
saved=$policy.before-muster
mark='# Put here by packaging/install-packages.sh for one apt run.'

say() { printf '==> %s\n' "$*"; }

packages_for() {
  awk -v purposes=" $* " '/^[^#]/ { for (i = 2; i <= NF; i++) if (index(purposes, " " $i " ")) { print $1; next } }' "$list"
}

installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u; }

restore_policy() {
  if [[ -f $policy ]] && grep -qF "$mark" "$policy"; then rm -f "$policy"; fi
  if [[ -e $saved || -L $saved ]]; then mv "$saved" "$policy"; fi
}

hold_services() {
  restore_policy # what a killed run may have left
  trap restore_policy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [[ -e $policy || -L $policy ]]; then mv "$policy" "$saved"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
}

# A service that nobody asked for must not come up at the next boot either.
disable_services_of() {
  local package script
  for package in $(comm -12 <(packages_for service | sort) <(printf '%s\n' "$@")); do
    for script in $(dpkg -L "$package" | sed -n 's|^/etc/init.d/||p'); do
      say "leaving the service $script switched off"
      update-rc.d "$script" disable || say "update-rc.d $script disable failed: check that it does not start at boot"
    done
  done
}

mapfile -t wanted < <(packages_for "$@" | sort -u)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(installed))
[[ ${#missing[@]} -gt 0 ]] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "install-packages.sh: no apt-get here; install what these Debian packages hold: ${missing[*]}" >&2
  exit 69
fi
if [[ $(id -u) != 0 && -z ${MUSTER_POLICY_RC_D:-} ]]; then
  say "installing needs root: sudo $0 $*"
  exec sudo -- "$0" "$@"
fi

before=$(mktemp)
installed >"$before"
hold_services
export DEBIAN_FRONTEND=noninteractive
say "apt-get update"
apt-get -q -o DPkg::Lock::Timeout=600 update
say "apt-get install --no-install-recommends ${missing[*]}"
apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends --no-remove install "${missing[@]}"
mapfile -t added < <(comm -13 "$before" <(installed))
rm -f "$before"
disable_services_of "${added[@]}"
