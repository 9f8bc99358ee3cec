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
# shellcheck source=packaging/collector-steps.sh
. "$(dirname "$(readlink -f "$0")")/collector-steps.sh"

quietly apt-get update
say "installing mosquitto, plugins, sudo, curl and rrdcached"
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d # this machine's network is the host's: Debian's mosquitto stays off
chmod 755 /usr/sbin/policy-rc.d
quietly apt-get install -y --no-install-recommends mosquitto monitoring-plugins-basic sudo procps curl rrdcached
rm /usr/sbin/policy-rc.d
systemctl disable --now mosquitto >/dev/null 2>&1
find / -xdev -not -path '/proc/*' -not -path '/root/*' | sort >/root/before

say "installing the packages of node and operator"
quietly apt-get install -y --no-install-recommends /root/muster-checkagent_*.deb /root/muster-mco_*.deb
id nagios >/dev/null || fail "no user nagios"
[[ $(stat -c '%U %a' /var/lib/muster/checkagent) == "nagios 750" ]] || fail "the state folder is not nagios' own"
checkagent --version && mco --version
[[ -d /usr/lib/muster/agents ]] || fail "no folder for agents of one's own"
[[ -x /usr/share/doc/muster-checkagent/examples/agents/haproxy ]] || fail "the example agents cannot be run"

say "a node and an operator by one command each"
mco ca init --broker 127.0.0.1 --listen 127.0.0.1 --port 28883
mco key generate alice@ops1
mco key generate collector@mon1 --dir /root/collector --results --no-forget
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

say "muster-privileged: closed at first; then a service, and the package that contains it"
ask() { # as checkagent would: one line there, one line back
  # shellcheck disable=SC2016 # perl's variables
  setpriv --reuid nagios --regid nagios --init-groups perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new("/run/muster/privileged.sock") or die "no connection: $!\n";
    print $s "$ARGV[0]\n"; $s->flush; print scalar <$s>' "{\"agent\":\"$1\",\"action\":\"$2\",\"inputs\":{\"$1\":\"$3\"},\"deadline_ms\":60000}" >/root/output 2>&1
}
expect() { grep -q "$1" /root/output || { cat /root/output; journalctl -u 'muster-privileged@*' -n 30 --no-pager; fail "expected $1"; }; }
ask service status cron && fail "the socket is open before anybody has opened it"
quietly systemctl enable --now muster-privileged.socket
printf '[Service]\nExecStart=/bin/sleep infinity\n' >/etc/systemd/system/sleeper.service
systemctl daemon-reload
ask service status sleeper && expect '"status":"stopped"'
ask service start sleeper && expect '"status":"running"'
systemctl is-active --quiet sleeper || fail "sleeper does not run"
ask service start sleeper && expect 'Service is already running'
first=$(systemctl show sleeper --value --property MainPID)
ask service restart sleeper && expect '"status":"running"'
[[ $(systemctl show sleeper --value --property MainPID) != "$first" ]] || fail "sleeper was not restarted"
ask service stop sleeper && expect '"status":"stopped"'
rm /etc/systemd/system/sleeper.service
systemctl daemon-reload
mkdir /root/next
dpkg-deb --raw-extract /root/muster-checkagent_*.deb /root/next/tree
sed -i 's/^Version: .*/Version: 99.0/' /root/next/tree/DEBIAN/control
dpkg-deb --build /root/next/tree /root/next/next.deb >/dev/null
mkdir /srv/next
mv /root/next/next.deb /srv/next/
{
  dpkg-deb --field /srv/next/next.deb | sed '/^$/d' # CPack ends it with an empty line
  printf 'Filename: ./next.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s /srv/next/next.deb)" "$(sha256sum /srv/next/next.deb | cut -d' ' -f1)"
} >/srv/next/Packages
echo 'deb [trusted=yes] file:/srv/next ./' >/etc/apt/sources.list.d/next.list
ask package refresh muster-checkagent && expect '"status":0'
before=$(systemctl show checkagent --value --property MainPID)
ask package update muster-checkagent && expect 'accepted: update of muster-checkagent runs after this answer'
quietly timeout 60 bash -c 'until dpkg-query -W muster-checkagent | grep -q 99.0; do sleep 0.5; done'
quietly timeout 60 bash -c "until [[ \$(systemctl show checkagent --value --property MainPID) != $before ]]; do sleep 0.5; done"
quietly timeout 60 bash -c 'until mco nrpe check_users | grep -q "OK: 1"; do sleep 0.5; done'
ask package status muster-checkagent && expect '"ensure":"99.0"'
quietly timeout 60 bash -c 'until grep -q done /var/lib/muster/privileged/package.json; do sleep 0.5; done'
rm -r /srv/next /root/next /etc/apt/sources.list.d/next.list

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

say "stopping and purging"
quietly systemctl stop checkagent
[[ $(show Result) == success ]] || fail "checkagent ended with $(show ExecMainStatus)"
kill "$mosquitto"
wait "$mosquitto" || true
quietly apt-get purge -y muster-checkagent muster-mco
purge_collector
rm -rf /etc/muster/ca /etc/nagios/nrpe.cfg /etc/sudoers.d/nagios
rmdir --ignore-fail-on-non-empty /etc/muster /etc/nagios
find / -xdev -not -path '/proc/*' -not -path '/root/*' | sort >/root/after
# The user stays, and so do the backups that adduser makes of its files; apt and dpkg keep their own books.
left=$(comm -13 /root/before /root/after | grep -vE '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|^/var/(cache|log|lib/(apt|dpkg))/|^/(run|tmp|var/lib/nagios|var/lib/sudo)(/|$)|\.pyc$' || true)
# What the packages needed may stay until apt-get autoremove.
left=$(while read -r path; do [[ -n $path ]] && ! dpkg -S "$path" >/dev/null 2>&1 && echo "$path"; done <<<"$left" || true)
[[ -z $left ]] || fail "left behind after the purge: $left"
