#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What test-packages.sh does inside the fresh root, which systemd has booted.
set -euo pipefail

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
quietly() { "$@" >/root/output 2>&1 || { cat /root/output; fail "$*"; }; }
export DEBIAN_FRONTEND=noninteractive
steps=$(dirname "$(readlink -f "$0")")
# shellcheck source=packaging/privileged-steps.sh
. "$steps/privileged-steps.sh"
# shellcheck source=packaging/collector-steps.sh
. "$steps/collector-steps.sh"
# shellcheck source=packaging/bridge-steps.sh
. "$steps/bridge-steps.sh"

quietly apt-get update
say "installing mosquitto, plugins, sudo, curl and rrdcached"
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d # this machine's network is the host's: Debian's mosquitto stays off
chmod 755 /usr/sbin/policy-rc.d
quietly apt-get install -y --no-install-recommends mosquitto monitoring-plugins-basic sudo procps curl rrdcached
rm /usr/sbin/policy-rc.d
systemctl disable --now mosquitto >/dev/null 2>&1
find / -xdev -not -path '/proc/*' -not -path '/root/*' | sort >/root/before

say "installing the packages of node and operator"
quietly apt-get install -y --no-install-recommends /root/muster-checkagent_*.deb /root/muster-mco_*.deb \
  /root/muster-check-mco_*.deb
id nagios >/dev/null || fail "no user nagios"
[[ $(stat -c '%U %a' /var/lib/muster/checkagent) == "nagios 750" ]] || fail "the state folder is not nagios' own"
checkagent --version && mco --version
[[ -d /usr/lib/muster/agents ]] || fail "no folder for agents of one's own"
[[ -x /usr/share/doc/muster-checkagent/examples/agents/haproxy ]] || fail "the example agents cannot be run"

say "a node and an operator by one command each"
mco ca init --broker 127.0.0.1 --listen 127.0.0.1 --port 28883
mco key generate alice@ops1
mco key generate collector@mon1 --dir /root/collector --results --no-forget
mco key generate nagios-bridge@mon1 --dir /root/nagios-bridge --results --no-forget
mco node add web1 --out /root/web1
tar -C /root/web1 -cf - . | tar -C /etc/muster -x --no-same-owner -f -
chown nagios /etc/muster/tls/node.key
chown -R mosquitto: /etc/muster/ca/broker
mkdir -p /etc/nagios
cat >/etc/nagios/nrpe.cfg <<'CFG'
include_dir=/usr/share/muster/checks
command[check_sudo]=/usr/bin/sudo -n /usr/bin/id -u
command[check_home]=/usr/lib/nagios/plugins/check_disk -w 2 -c 1 -p /home
CFG
echo 'nagios ALL=(root) NOPASSWD: /usr/bin/id -u' >/etc/sudoers.d/nagios

say "starting mosquitto, and checkagent as its unit"
mosquitto -c /etc/muster/ca/broker/mosquitto.conf >/root/mosquitto.log 2>&1 &
mosquitto=$!
systemctl is-enabled --quiet checkagent || fail "the unit is not enabled"
quietly systemctl restart checkagent # Type=notify: it returns when checkagent has said that it is ready
for _ in $(seq 60); do
  sleep 0.5
  mco ping >/root/output 2>&1 && break
done
grep -q web1 /root/output || { cat /root/output /root/mosquitto.log; journalctl -u checkagent -n 50 --no-pager; fail "web1 does not answer"; }
for check in check_sudo check_icmp check_home check_swap check_users; do
  mco nrpe "$check" -v >/root/output 2>&1 || { cat /root/output; fail "$check"; }
  grep -m 1 web1 /root/output
done

/usr/lib/nagios/plugins/check_mco -k check_users -H web1 >/root/output 2>&1 || { cat /root/output; fail "check_mco"; }
cat /root/output

let_the_operator_in
change_a_service
update_checkagent

say "reload, watchdog, a crash, a stop"
show() { systemctl show checkagent --value --property "$1"; }
[[ $(show User) == nagios && $(ps -o user= -p "$(show MainPID)") == nagios ]] || fail "checkagent does not run as nagios"
[[ $(show WatchdogUSec) == 1min ]] || fail "no watchdog"
echo 'command[check_fresh]=/bin/echo fresh' >>/etc/nagios/nrpe.cfg
quietly systemctl reload checkagent
quietly timeout 20 bash -c 'until mco nrpe check_fresh | grep -q "OK: 1"; do sleep 0.5; done'
first=$(show MainPID)
kill -SEGV "$first"
quietly timeout 30 bash -c "until mco nrpe check_users | grep -q 'OK: 1'; do sleep 0.5; done"
[[ $(show MainPID) != "$first" ]] || fail "systemd did not start it again"

install_collector
run_collector
restart_collector
install_bridge

say "stopping and purging"
purge_bridge
quietly systemctl stop checkagent
[[ $(show Result) == success ]] || fail "checkagent ended with $(show ExecMainStatus)"
kill "$mosquitto"
wait "$mosquitto" || true
quietly apt-get purge -y muster-checkagent muster-mco muster-check-mco
purge_collector
rm -rf /etc/muster/ca /etc/nagios/nrpe.cfg /etc/sudoers.d/nagios
rmdir --ignore-fail-on-non-empty /etc/muster /etc/nagios
find / -xdev -not -path '/proc/*' -not -path '/root/*' | sort >/root/after
# The user stays, and so do the backups that adduser makes of its files; apt and dpkg keep their own books.
left=$(comm -13 /root/before /root/after | grep -vE '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|^/var/(cache|log|lib/(apt|dpkg))/|^/(run|tmp|var/lib/nagios|var/lib/sudo)(/|$)|\.pyc$' || true)
# What the packages needed may stay until apt-get autoremove.
left=$(while read -r path; do [[ -n $path ]] && ! dpkg -S "$path" >/dev/null 2>&1 && echo "$path"; done <<<"$left" || true)
[[ -z $left ]] || fail "left behind after the purge: $left"
