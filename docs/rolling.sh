#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Upgrades a package on web servers behind HAProxy, one after the other, without anybody noticing:
#
#   rolling.sh PACKAGE BACKEND CHECK...
#
# Drains a server on every balancer, waits for its sessions to end, upgrades it, and puts it back when its checks have been
# healthy for a while. Whatever goes wrong stops it, and the server that it was at stays drained. Needs jq; the balancers need
# the agent haproxy (docs/examples/agents), in which a server's name is that of its node. What may be said besides:
#
#   BALANCERS, SERVERS   the filters that find them        VERSION      install this one; without it: update to the newest
#   BALANCER_CHECKS      what the balancers must pass, too  DRAIN_TIME  seconds for the sessions to end, and to come back
#   HEALTHY_FOR, GATE_TIMEOUT                              of the gate after the upgrade; see docs/gates.md
set -uo pipefail

if (($# < 3)); then
  sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
package=$1 backend=$2
shift 2
checks=("$@")
read -ra balancer_filter <<< "${BALANCERS:--C load_balancer}"
read -ra server_filter <<< "${SERVERS:--C web_server}"
read -ra balancer_checks <<< "${BALANCER_CHECKS:-}"
drain_time=${DRAIN_TIME:-60}
drained=  # the server that is out of use now
gate=(--healthy-for "${HEALTHY_FOR:-10s}" --timeout "${GATE_TIMEOUT:-5m}")

say() { printf '==> %s\n' "$*"; }
stop() {
  printf 'STOPPED: %s\n' "$*" >&2
  if [[ -n $drained ]]; then
    printf 'When %s is well again: mco rpc haproxy ready backend=%s server=%s %s\n' "$drained" "$backend" "$drained" "${on_balancers[*]}" >&2
  fi
  exit 1
}

# All of the balancers, or it has failed: named nodes that are silent count as such.
balancers() {  # ACTION SERVER [mco options]
  local action=$1 server=$2
  shift 2
  mco rpc haproxy "$action" "backend=$backend" "server=$server" "${on_balancers[@]}" "$@"
}

# Waits until every balancer says of a server what the filter of jq asks for.
wait_until() {  # SERVER WHAT FILTER
  local deadline=$((SECONDS + drain_time)) told
  until told=$(balancers status "$1" --json) && jq -e ".replies | all(.data | $3)" <<< "$told" > /dev/null; do
    ((SECONDS < deadline)) || stop "$1: not $2 on every balancer after $drain_time s"
    sleep 1
  done
}

upgrade() {  # SERVER
  if [[ -n ${VERSION:-} ]]; then
    mco package install "$package" "$VERSION" -I "$1" -t 120
  else
    mco package update "$package" -I "$1" -t 120
  fi
}

roll() {  # SERVER
  say "$1: drain"
  drained=$1
  balancers drain "$1" -q || stop "$1: not drained on every balancer; nothing was upgraded"
  wait_until "$1" "without sessions" '.sessions == 0'
  say "$1: upgrade"
  upgrade "$1" || stop "$1: $package was not upgraded; it stays drained"
  mco gate "${checks[@]}" -I "$1" "${gate[@]}" || stop "$1 is not healthy; it stays drained"
  say "$1: back into use"
  balancers ready "$1" -q || stop "$1: healthy, but not ready on every balancer"
  wait_until "$1" "up" '.state | test("^(UP|no check)")'
  drained=
}

names=$(mco find "${balancer_filter[@]}" --strict) || stop "no balancers, or not all of them known"
mapfile -t balancer_names <<< "$names"
names=$(mco find "${server_filter[@]}" --strict) || stop "no servers, or not all of them known"
mapfile -t servers <<< "$names"
on_balancers=()
for name in "${balancer_names[@]}"; do on_balancers+=(-I "$name"); done

say "${#balancer_names[@]} balancers: ${balancer_names[*]}; ${#servers[@]} servers: ${servers[*]}"
if ((${#balancer_checks[@]} > 0)); then
  mco gate "${balancer_checks[@]}" "${balancer_filter[@]}" --strict || stop "the balancers are not well; nothing was begun"
fi
mco gate "${checks[@]}" "${server_filter[@]}" --strict || stop "the servers are not well before the upgrade; nothing was begun"
for server in "${servers[@]}"; do
  balancers status "$server" --json | jq -e '.replies | all(.data.state | test("^(UP|no check)"))' > /dev/null \
    || stop "$server is not in use on every balancer; nothing was begun"
done
for server in "${servers[@]}"; do roll "$server"; done
mco gate "${checks[@]}" "${server_filter[@]}" --strict || stop "the servers are not well after the upgrade"
say "all ${#servers[@]} servers have been upgraded"
