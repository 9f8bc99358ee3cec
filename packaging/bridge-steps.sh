# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by package-steps.sh, in the fresh root: muster-nagios-bridge beside the node and the broker that are there already.

of_bridge() { systemctl show nagios-bridge --value --property "$1"; }
bridge_failed() {
  cat /root/output
  journalctl -u nagios-bridge -n 50 --no-pager
  fail "$*"
}
told=/var/log/muster-nagios-bridge/results.jsonl

configure_bridge() {
  (
    umask 027
    install -d /etc/muster/keys /etc/muster/tls
    cp /root/nagios-bridge/keys/*.key /etc/muster/keys/
    cp /root/nagios-bridge/tls/* /etc/muster/tls/
    chown muster-bridge: /etc/muster/keys/nagios-bridge@* /etc/muster/tls/nagios-bridge@*
  )
  chmod 755 /etc/muster/keys /etc/muster/tls
  sed -e 's/mon1.example.net:8883/127.0.0.1:28883/' -e '/^sinks:/,/^$/{/kind: file/!{/^sinks:/!d}}' \
    /usr/share/doc/muster-nagios-bridge/examples/nagios-bridge.yaml >/etc/muster/nagios-bridge.yaml
  quietly nagios-bridge --check-config
}

install_bridge() {
  say "the bridge as its unit: a result, its status, a restart"
  quietly apt-get install -y --no-install-recommends /root/muster-nagios-bridge_*.deb
  [[ $(stat -c '%U %a' /var/lib/muster/nagios-bridge) == 'muster-bridge 750' ]] || fail "the bridge's folder is not its own"
  id -nG muster-bridge | grep -qw nagios || fail "the bridge is no member of the group nagios"
  [[ $(of_bridge Result) == success ]] || fail "a bridge without configuration counts as broken"
  configure_bridge
  quietly systemctl restart nagios-bridge # Type=notify: it returns when the bridge is ready
  [[ $(of_bridge User) == muster-bridge && $(of_bridge WatchdogUSec) == 1min ]] || fail "another user, or no watchdog"
  mco nrpe check_users >/root/output 2>&1 || bridge_failed "check_users"
  quietly timeout 60 bash -c "until grep -q '\"service\":\"check_users\"' $told; do sleep 0.5; done" || bridge_failed "no result is told"
  quietly timeout 60 bash -c 'until nagios-bridge status; do sleep 0.5; done' || bridge_failed "the bridge is not well"
  kill -SEGV "$(of_bridge MainPID)"
  quietly timeout 60 bash -c 'until systemctl is-active --quiet nagios-bridge; do sleep 0.5; done' || bridge_failed "it did not start again"
  journalctl -u nagios-bridge --no-pager | grep -iE 'denied|not permitted|cannot' && fail "the sandbox of the unit is too tight"
  systemd-analyze security --no-pager nagios-bridge | tail -n 1
}

purge_bridge() {
  quietly systemctl stop nagios-bridge
  [[ $(of_bridge Result) == success ]] || fail "the bridge ended with $(of_bridge ExecMainStatus)"
  quietly apt-get remove -y muster-nagios-bridge
  [[ -s /var/lib/muster/nagios-bridge/queue.db ]] || fail "removing the bridge, without purging it, took its queue"
  quietly apt-get purge -y muster-nagios-bridge
}
