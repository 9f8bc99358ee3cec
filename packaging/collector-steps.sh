# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by package-steps.sh, in the fresh root: muster-collector beside the node and the broker that are there already.

page=http://127.0.0.1:28066
token=a-token-of-the-package-test

of_collector() { systemctl show collector --value --property "$1"; }
collector_failed() {
  cat /root/output
  journalctl -u collector -n 50 --no-pager
  fail "$*"
}
await() { # SENTENCE COMMAND
  timeout 60 bash -c "until $2; do sleep 0.5; done" >/root/output 2>&1 || collector_failed "$1"
}
shows() { # PATH PATTERN
  curl --silent --show-error --fail --header "Authorization: Bearer $token" "$page$1" >/root/output 2>&1 ||
    collector_failed "$1 is not served"
  grep -q "$2" /root/output || collector_failed "$1 does not show $2"
}

configure_collector() {
  (
    umask 027
    install -d /etc/muster/keys /etc/muster/tls
    cp /root/collector/keys/*.key /etc/muster/keys/
    cp /root/collector/tls/* /etc/muster/tls/
    printf 'grafana read %s\n' "$token" >/etc/muster/collector.tokens
    chown muster-collector: /etc/muster/keys/collector@* /etc/muster/tls/collector@* /etc/muster/collector.tokens
  )
  chmod 755 /etc/muster/keys /etc/muster/tls
  cp /usr/share/doc/muster-collector/examples/collector.policy /etc/muster/policies.d/
  # The example as it is, but for what it cannot know.
  sed -e 's/^schedules: .*/schedules: [{name: users, check: check_users, every: 5s}]/' \
    -e 's/mon1.example.net:8883/127.0.0.1:28883/' -e 's/^# web:/web:/' -e 's/^#   listen: .*/  listen: 127.0.0.1:28066/' \
    -e 's/^#   tokens:/  tokens:/' -e 's/^# history:/history:/' -e 's/^#   rrdcached: .*/  rrdcached: \/run\/rrdcached.sock/' \
    -e 's/^# periods:/periods:/' \
    /usr/share/doc/muster-collector/examples/collector.yaml >/etc/muster/collector.yaml
  quietly collector --check-config
}

# As docs/collector.md says.
configure_rrdcached() {
  cat >>/etc/default/rrdcached <<'CONF'
DAEMON_USER=muster-collector
DAEMON_GROUP=muster-collector
SOCKGROUP=muster-collector
SOCKMODE=0660
BASE_PATH=/var/lib/muster/collector/history/
CONF
  install -d -o muster-collector -g muster-collector /var/lib/rrdcached/journal
  quietly systemctl restart rrdcached
}

updates_of_rrdcached() {
  # shellcheck disable=SC2016 # perl's variables
  perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new("/run/rrdcached.sock") or die "no connection: $!\n";
    print $s "STATS\nQUIT\n"; $s->flush; while (<$s>) { print $1 if /^UpdatesReceived: (\d+)/ }'
}

install_collector() {
  say "installing the collector"
  quietly apt-get install -y --no-install-recommends /root/muster-collector_*.deb
  [[ $(stat -c '%U %a' /var/lib/muster/collector /var/log/muster-collector) == $'muster-collector 750\nmuster-collector 750' ]] ||
    fail "the collector's folders are not its own"
  systemctl is-enabled --quiet collector || fail "the collector's unit is not enabled"
  [[ $(of_collector Result) == success ]] || fail "a collector without configuration counts as broken"
  configure_collector
  configure_rrdcached
}

run_collector() {
  say "the collector as its unit: mco, the page, the API, a graph"
  quietly systemctl restart collector # Type=notify: it returns when the collector is ready
  [[ $(of_collector User) == muster-collector && $(of_collector WatchdogUSec) == 1min ]] || fail "another user, or no watchdog"
  await "the collector has no result of check_users" 'mco status --all | grep -q check_users'
  shows / '<title>Problems · Muster'
  shows '/api/v1/services?all=1' '"check":"check_users"'
  shows /metrics '^muster_nodes{status="up"} 1'
  await "no graph" "curl --silent --fail --header 'Authorization: Bearer $token' '$page/api/v1/graph?node=web1&check=check_users' | grep -q '<svg'"
  curl --silent --fail "$page/api/v1/status" >/root/output 2>&1 && fail "the API answers whoever has no token"
  [[ $(updates_of_rrdcached) -gt 0 ]] || collector_failed "rrdcached was not used"
  quietly mco downtime add -I web1 --for 5m -m 'the package test'
  setpriv --reuid nobody --clear-groups cat /etc/muster/keys/collector@mon1.key >/root/output 2>&1 && fail "everybody can read the collector's key"
  journalctl -u collector --no-pager | grep -iE 'denied|not permitted|cannot' && fail "the sandbox of the unit is too tight"
  systemd-analyze security --no-pager collector | tail -n 1
}

restart_collector() {
  say "the collector: restart, a crash, a stop"
  quietly systemctl restart collector
  await "the downtime is forgotten" "mco downtime list | grep -q 'the package test'"
  local first
  first=$(of_collector MainPID)
  kill -SEGV "$first"
  await "systemd did not start the collector again" "[[ \$(systemctl show collector --value --property MainPID) != $first ]] && mco status"
  quietly systemctl stop collector
  [[ $(of_collector Result) == success ]] || fail "the collector ended with $(of_collector ExecMainStatus)"
}

purge_collector() {
  [[ -e /etc/muster/callers.d/alice@ops1.pub ]] || fail "purging checkagent took who may ask the collector"
  [[ -s /var/lib/muster/collector/collector.db ]] || fail "purging checkagent took the collector's results"
  systemctl stop rrdcached
  rm -r /var/lib/rrdcached
  quietly apt-get remove -y muster-collector
  [[ -s /var/lib/muster/collector/collector.db ]] || fail "removing the collector, without purging it, took its results"
  quietly apt-get purge -y muster-collector
  id muster-collector >/dev/null || fail "the user went with the package: who owns its backups?"
}
