# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by package-steps.sh, in the fresh root: changes of the node, asked for as operators do, by mco over the broker. All
# parts are real: policy, checkagent, the socket of muster-privileged, systemctl, apt, dpkg.

operator() { # STATUS WORD… : mco has to end with STATUS; what it prints stays in /root/output
  local expected=$1 status=0
  shift
  mco "$@" -I web1 >/root/output 2>&1 || status=$?
  [[ $status == "$expected" ]] || not_as_expected "mco $* ended with $status, not $expected"
}
sees() { grep -qF -- "$1" /root/output || not_as_expected "mco does not say: $1"; }
not_as_expected() {
  cat /root/output
  journalctl -u checkagent -u 'muster-privileged@*' -n 50 --no-pager
  fail "$*"
}
main_pid() { systemctl show "$1" --value --property MainPID; }
until_it_holds() { # SECONDS COMMAND
  timeout "$1" bash -c "until $2; do sleep 0.5; done" >/root/output 2>&1 || not_as_expected "not within $1 s: $2"
}

# No way of operators: on the node itself, as USER, at the socket. One line there, one line back.
ask_as() { # USER AGENT ACTION NAME
  # shellcheck disable=SC2016 # perl's variables
  setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new("/run/muster/privileged.sock") or die "no connection: $!\n";
    print $s "$ARGV[0]\n"; $s->flush; print scalar <$s>' "{\"agent\":\"$2\",\"action\":\"$3\",\"inputs\":{\"$2\":\"$4\"},\"deadline_ms\":60000}" >/root/output 2>&1
}

let_the_operator_in() {
  say "changes: refused by whoever has written no policy, and closed until the socket is open"
  operator 2 service start sleeper
  sees 'refused: policy - alice@ops1 may not call service.start here'
  for agent in service package; do
    printf 'policy default deny\nallow\talice@ops1\t*\t*\n' >"/etc/muster/policies.d/$agent.policy"
  done
  quietly systemctl reload checkagent
  until_it_holds 20 "mco service start sleeper -I web1 2>&1 | grep -q 'systemctl enable --now muster-privileged.socket'"
  ask_as nagios service status cron && fail "the socket is open before anybody has opened it"
  quietly systemctl enable --now muster-privileged.socket
  ask_as nobody service status cron && fail "everybody on the node may ask for changes"
  ask_as nagios service status cron || not_as_expected "checkagent's user is not let in"
}

change_a_service() {
  say "a service, by mco"
  printf '[Service]\nExecStart=/bin/sleep infinity\n' >/etc/systemd/system/sleeper.service
  systemctl daemon-reload
  operator 0 service status sleeper
  sees 'web1: stopped'
  operator 0 service start sleeper -v
  sees 'web1: running'
  systemctl is-active --quiet sleeper || fail "sleeper does not run"
  operator 2 service start sleeper
  sees "web1: Could not start 'sleeper': Service is already running"
  local first
  first=$(main_pid sleeper)
  operator 0 service restart sleeper
  [[ $(main_pid sleeper) != "$first" ]] || fail "sleeper was not restarted"
  operator 0 service stop sleeper -v
  sees 'web1: stopped'
  systemctl is-active --quiet sleeper && fail "sleeper still runs"
  rm /etc/systemd/system/sleeper.service
  systemctl daemon-reload
}

# The same package with a higher version, in a source of the root's own.
offer_next_version() {
  mkdir /root/next /srv/next
  dpkg-deb --raw-extract /root/muster-checkagent_*.deb /root/next/tree
  sed -i 's/^Version: .*/Version: 99.0/' /root/next/tree/DEBIAN/control
  dpkg-deb --build /root/next/tree /srv/next/next.deb >/dev/null
  {
    dpkg-deb --field /srv/next/next.deb | sed '/^$/d' # CPack ends it with an empty line
    printf 'Filename: ./next.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s /srv/next/next.deb)" "$(sha256sum /srv/next/next.deb | cut -d' ' -f1)"
  } >/srv/next/Packages
  echo 'deb [trusted=yes] file:/srv/next ./' >/etc/apt/sources.list.d/next.list
}

update_checkagent() {
  say "muster-checkagent, by mco: the answer comes before the restart"
  offer_next_version
  operator 0 package refresh
  operator 0 package checkupdates
  sees 'muster-checkagent 99.0'
  local first
  first=$(main_pid checkagent)
  operator 0 package update muster-checkagent
  sees 'web1: accepted: update of muster-checkagent runs after this answer'
  sees 'Finished processing 1 / 1 hosts'
  until_it_holds 60 'dpkg-query -W muster-checkagent | grep -q 99.0'
  until_it_holds 60 "[[ \$(systemctl show checkagent --value --property MainPID) != $first ]]"
  until_it_holds 60 'mco nrpe check_users -I web1 | grep -q "OK: 1"'
  operator 0 package status muster-checkagent
  sees 'web1: muster-checkagent-99.0.'
  until_it_holds 60 "mco rpc package status package=muster-checkagent -I web1 | grep -q 'update of muster-checkagent: done'"
  grep -q '"action":"update","outcome":"done","status":0' /var/log/muster/audit.jsonl || fail "the update is not on record"
  operator 0 package update muster-checkagent -v # nothing is left to be done, and so nothing is promised
  sees 'web1: muster-checkagent-99.0.'
  rm -r /srv/next /root/next /etc/apt/sources.list.d/next.list
}
