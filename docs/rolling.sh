#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Upgrades a package on web servers behind HAProxy, one after the other, without anybody noticing:
#
#   rolling.sh PACKAGE BACKEND CHECK...
#
# Drains a server on every balancer, waits for its sessions to end, upgrades it, and puts it back when its checks have been
# healthy for a while. Before each drain all servers must be well and in use, and there must be at least two. Whatever goes
# wrong stops it: a server that has not been touched yet is put back, one that has been is drained until somebody has looked.
# Needs jq; the balancers need the agent haproxy (docs/examples/agents), in which a server's name is that of its node, and
# HAProxy must check the servers. What may be said besides:
#
#   BALANCERS, SERVERS   the filters that find them        VERSION      install this one; without it: update to the newest
#   BALANCER_CHECKS      what the balancers must pass, too  DRAIN_TIME  seconds for the sessions to end, and to come back
#   HEALTHY_FOR, GATE_TIMEOUT                              of the gate after the upgrade, as 30s; see docs/gates.md
set -uo pipefail
exec < /dev/null  # mco would read the names of nodes from a pipe that somebody has left there

if (($# < 3)); then
  sed -n '4,16s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
package=$1 backend=$2
shift 2
checks=("$@")
read -ra balancer_filter <<< "${BALANCERS:--C load_balancer}"
read -ra server_filter <<< "${SERVERS:--C web_server}"
read -ra balancer_checks <<< "${BALANCER_CHECKS:-}"
drain_time=${DRAIN_TIME:-60}
healthy_for=${HEALTHY_FOR:-10s} gate_timeout=${GATE_TIMEOUT:-5m}

# Now, and not when a server is drained already. bash would even leave the loop over the servers, and go on behind it.
refuse() { printf 'rolling.sh: %s\n' "$*" >&2; exit 64; }
[[ $drain_time =~ ^[1-9][0-9]{0,4}$ ]] || refuse "DRAIN_TIME is '$drain_time'; say seconds, a number without a unit"
for duration in "$healthy_for" "$gate_timeout"; do
  [[ $duration =~ ^[0-9]+(ms|s|m|h)$ ]] || refuse "HEALTHY_FOR or GATE_TIMEOUT is '$duration'; say a number and its unit, as 30s"
done

begun=       # whether any server has been drained
upgraded=()  # and in use again
drained=     # the server that is out of use now
touched=     # whether its package may have been changed

in_use='.state == "UP" and .weight > 0'  # "UP 1/3" is about to go down, "no check" is never found dead
gone_quiet='(.state | startswith("DRAIN")) and .sessions == 0'

say() { printf '==> %s\n' "$*"; }

stop() {
  trap '' INT TERM HUP PIPE  # to the end, whoever has lost patience: this leaves the fleet in order
  printf 'STOPPED: %s\n' "$*" >&2
  if [[ -z $begun ]]; then
    printf 'nothing was begun\n' >&2
  else
    printf 'Upgraded and in use: %s\n' "${upgraded[*]:-none}" >&2
  fi
  if [[ -n $drained ]]; then
    local in_order
    if [[ -z $touched ]]; then give_back; else keep_out; fi
    [[ -n $in_order ]] || printf 'When %s is well again: mco rpc haproxy ready backend=%s server=%s %s\n' \
      "$drained" "$backend" "$drained" "${on_balancers[*]}" >&2
  fi
  exit 1
}

# A server that is as it was before is of more use than a gap.
give_back() {
  in_order=
  if balancers ready "$drained" -q >&2; then
    in_order=yes
    printf '%s has not been touched, and is back in use\n' "$drained" >&2
  else
    printf '%s has not been touched, but NOT every balancer has it back in use\n' "$drained" >&2
  fi
}

# Drains it again: it may have been put back and not come up, or HAProxy was reloaded and has forgotten. But not if it
# could be the last one.
keep_out() {
  local other
  in_order=
  for other in "${servers[@]}"; do
    if [[ $other != "$drained" ]] && everywhere "$other" "$in_use"; then
      if balancers drain "$drained" -q >&2; then
        printf '%s is drained on every balancer\n' "$drained" >&2
      else
        printf '%s could NOT be drained on every balancer\n' "$drained" >&2
      fi
      return
    fi
  done
  everywhere "$drained" "$in_use"
  printf '%s is left as it is, because no other server is in use on every balancer: %s\n' "$drained" "$told" >&2
}

# All of the balancers, or it has failed: named nodes that are silent count as such.
balancers() {  # ACTION SERVER [mco options]
  local action=$1 server=$2
  shift 2
  mco rpc haproxy "$action" "backend=$backend" "server=$server" "${on_balancers[@]}" "$@"
}

# Whether every balancer says of a server what the filter of jq asks for; in $told is what each one says.
everywhere() {  # SERVER FILTER
  local answer failed=
  answer=$(balancers status "$1" --json) || failed=yes
  told=$(jq -r '
    def said: if .statuscode == 0 then .data | "\(.state), weight \(.weight), \(.sessions) sessions" else .statusmsg end;
    [(.replies[]? | .sender + ": " + said), (.nodes[]? | select(.fate != "done") | .name + ": " + .fate), .errors[]?]
    | join("; ")' <<< "$answer")
  [[ -z $failed ]] && jq -e --argjson balancers "${#balancer_names[@]}" \
    "(.replies | length) == \$balancers and (.replies | all(.data | $2))" <<< "$answer" > /dev/null
}

wait_until() {  # SERVER FILTER
  local deadline=$((SECONDS + drain_time))
  until everywhere "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 1
  done
}

all_in_use() {  # but this one, if one is named
  local server
  for server in "${servers[@]}"; do
    [[ $server == "${1:-}" ]] || everywhere "$server" "$in_use" \
      || stop "$server is not in use on every balancer ($told)$(advice)"
  done
}

advice() {
  case $told in
    *"no check"*) printf '; a HAProxy health check is needed, the word "check" on its line in haproxy.cfg' ;;
    *"UP, weight 0"*) printf '; with weight 0 it gets no visitors' ;;
  esac
}

all_well() {
  if ((${#balancer_checks[@]} > 0)); then
    mco gate "${balancer_checks[@]}" "${on_balancers[@]}" --strict || stop "the balancers are not well"
  fi
  mco gate "${checks[@]}" "${on_servers[@]}" --strict || stop "the servers are not well"
  all_in_use
}

# A line for each version that is there.
versions() {
  mco rpc package status "package=$package" "${on_servers[@]}" --json | jq -r '[.replies[].data.ensure] | unique[]'
}

# Not "install": that fails where the version is there already, and a roll that was stopped could not be begun again.
upgrade() {  # SERVER
  mco package update "$package" ${VERSION:+"$VERSION"} -I "$1" -t 120
}

roll() {  # SERVER
  all_well  # again before every server: one that was well at the beginning may have failed since
  say "$1: drain"
  begun=yes drained=$1 touched=
  balancers drain "$1" -q || stop "$1: not drained on every balancer"
  wait_until "$1" "$gone_quiet" || stop "$1: not without sessions on every balancer after $drain_time s ($told)"
  all_in_use "$1"  # another server may have failed while the sessions ended, or somebody else has drained it
  say "$1: upgrade"
  touched=yes
  upgrade "$1" || stop "$1: $package was not upgraded"
  mco gate "${checks[@]}" -I "$1" --healthy-for "$healthy_for" --timeout "$gate_timeout" || stop "$1 is not healthy"
  say "$1: back into use"
  balancers ready "$1" -q || stop "$1: healthy, but not put back on every balancer"
  wait_until "$1" "$in_use" || stop "$1: healthy and put back, but not UP on every balancer after $drain_time s ($told)"
  drained=
  upgraded+=("$1")
}

trap 'stop "interrupted"' INT TERM HUP PIPE
names=$(mco find "${balancer_filter[@]}" --strict) || stop "no balancers, or not all of them known"
mapfile -t balancer_names <<< "$names"
names=$(mco find "${server_filter[@]}" --strict) || stop "no servers, or not all of them known"
mapfile -t servers <<< "$names"
on_balancers=() on_servers=()
for name in "${balancer_names[@]}"; do on_balancers+=(-I "$name"); done
for name in "${servers[@]}"; do on_servers+=(-I "$name"); done

say "${#balancer_names[@]} balancers: ${balancer_names[*]}; ${#servers[@]} servers: ${servers[*]}"
((${#servers[@]} > 1)) || stop "${servers[*]} is the only server, and nobody would serve while it is drained; let SERVERS find" \
  "more (now: ${server_filter[*]}), or upgrade it by hand: mco package update $package -I ${servers[*]}"
look="mco package status $package ${on_servers[*]}"
there=$(versions) || stop "not every server tells its version of $package; see $look"
[[ $'\n'$there$'\n' != *$'\nabsent\n'* ]] || stop "$package is not installed on every server; see $look"
for server in "${servers[@]}"; do roll "$server"; done
all_well
there=$(versions) || stop "not every server tells its version of $package; see $look"
[[ $there != *$'\n'* ]] || stop "the servers have different versions of $package now: ${there//$'\n'/, }; some may not know of" \
  "the newest: mco rpc package refresh ${on_servers[*]}"
say "all ${#servers[@]} servers have been upgraded or had it already: $package $there"
