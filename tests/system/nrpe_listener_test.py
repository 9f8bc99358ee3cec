# SPDX-License-Identifier: Apache-2.0
"""The real check_nrpe against checkagent's NRPE listener."""

import json
import socket
import subprocess
import types

import pytest
from check_nrpe import CheckNrpe, vector_config, vectors
from muster_rig import Rig
from ports import take_port
from processes import wait_until

AT_ONCE = 200  # a monitoring that asks for all it has
NOTHING_CAME = b"CHECK_NRPE: Receive header underflow - only 0 bytes received (4 expected).\n"
CHECKS = """
command[check_ok]=/bin/echo "OK - all fine|load=1;2;3"
command[check_bad]=echo CRITICAL - bad; exit 2
command[check_slow]=/bin/sleep 60
command[check_args]=/bin/echo OK - got $ARG1$ and $ARG2$
command[check_big]=head -c 60000 /dev/zero | tr '\\0' x
"""
GATE = """
command[check_gate]=touch @HERE@/started; until [ -e @HERE@/go ]; do sleep 0.05; done; echo through
command[check_touch]=touch @HERE@/touched; echo touched
"""
# What differs from nrpe on purpose; see docs/nrpe-listener.md.
ANOTHER_TEXT = {
    "bg": "a child that the plugin leaves behind is ended, not waited for",
    "pwd": "no descriptors of ours are open in a plugin",
    "env": "variables are compared one by one elsewhere",
    "big65536": "65535 bytes, where nrpe ends at 65504",
    "big100000": "65535 bytes, where nrpe ends at 65504",
    "(no -c: _NRPE_CHECK)": "it says who it is",
    "args -a ['xxx*3000']": "command lines are not cut at 2047 bytes",
}


class Listening:
    """A node of the fleet whose listener is asked."""

    def __init__(self, rig, name, nrpe_cfg, listener, **settings):
        self._port = take_port()
        self.port = self._port.number
        self.ask = CheckNrpe(self.port)
        if isinstance(listener, dict):
            listener = {"address": "127.0.0.1", "port": self.port, **listener}
        self.node = rig.start_node(name, nrpe_cfg.replace("@PORT@", str(self.port)), wait=False,
                                   settings={"nrpe_listener": listener, **settings})

    def audit(self):
        path = self.node.folder / "audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def audited(self, **members):
        return [line for line in self.audit() if members.items() <= line.items()]

    def waits_until_audited(self, what, **members):
        return wait_until(lambda: self.audited(**members), lambda: f"{what} is on record: {self.audit()[-5:]}")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def make_certificates(folder):
    """An authority, a server's and a client's certificate, as somebody has them who uses nrpe with certificates."""
    folder.mkdir()
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
            "-out", "ca.pem", "-subj", "/CN=nrpe ca", "-days", "2")
    for name in ("server", "client"):
        openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", "2")
    return folder


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig:
        rig.start_broker()
        rig.at = types.SimpleNamespace()
        rows = vectors()
        certificates = rig.certificates = make_certificates(rig.folder / "nrpe-tls")
        migrated = f"server_port=@PORT@\nserver_address=127.0.0.1\nallowed_hosts=127.0.0.1,::1\n{CHECKS}"
        rig.at.migrated = Listening(rig, "migrated", migrated, True)
        rig.at.recorded = Listening(rig, "recorded", vector_config(rig.folder, rows),
                                 {"allowed_hosts": "localhost", "arguments": True})
        rig.at.plain = Listening(rig, "plain", f"connection_timeout=2\nallowed_hosts=127.0.0.0/8\ndont_blame_nrpe=1\n{CHECKS}",
                              {"plain": True})
        rig.at.certified = Listening(
            rig, "certified",
            f"ssl_cert_file={certificates}/server.pem\nssl_privatekey_file={certificates}/server.key\n"
            f"ssl_cacert_file={certificates}/ca.pem\nssl_client_certs=2\nallowed_hosts=127.0.0.1\n{CHECKS}", {})
        rig.at.narrow = Listening(rig, "narrow", GATE.replace("@HERE@", str(rig.folder / "nodes" / "narrow")) + CHECKS,
                                  {"address": [], "allowed_hosts": ["127.0.0.1", "::1"]}, limits={"concurrent_checks": 1})
        rig.at.guarded = Listening(rig, "guarded", f"ssl_use_adh=1\n{CHECKS}", {"allowed_hosts": ["127.0.0.9"]})
        for node in rig.nodes:
            rig.wait_for_presence(node.name, "up", node)
        yield rig


def test_an_unchanged_check_nrpe_finds_its_checks_with_an_unchanged_nrpe_cfg(fleet):
    assert fleet.at.migrated.ask("check_ok") == (0, b"OK - all fine|load=1;2;3\n")
    assert fleet.at.migrated.ask("check_bad") == (2, b"CRITICAL - bad\n")


@pytest.mark.parametrize("version", ["-2", "-3"])
def test_older_packets_are_answered(fleet, version):
    assert fleet.at.migrated.ask("check_ok", version) == (0, b"OK - all fine|load=1;2;3\n")


def test_who_is_there_is_told_truthfully(fleet):
    status, text = fleet.at.migrated.ask()
    assert status == 0
    assert text.startswith(b"NRPE v4 spoken by Muster checkagent ")


def test_a_check_that_is_not_defined_is_told_in_the_words_of_nrpe(fleet):
    assert fleet.at.migrated.ask("check_none") == (3, b"NRPE: Command 'check_none' not defined\n")


def test_a_big_output_arrives_whole_and_in_old_packets_its_beginning(fleet):
    assert fleet.at.migrated.ask("check_big") == (0, b"x" * 60000 + b"\n")
    assert fleet.at.migrated.ask("check_big", "-2") == (0, b"x" * 1023 + b"\n")


def test_arguments_are_refused_without_an_answer_and_on_record(fleet):
    assert fleet.at.migrated.ask("check_args", arguments=["a", "b"]) == (3, NOTHING_CAME)
    refused = fleet.at.migrated.waits_until_audited("the refusal", decision="refused", caller="nrpe@127.0.0.1")[0]
    assert refused["data"] == {"command": "check_args!a!b"}
    assert refused["verified"] is False
    assert "arguments: true" in refused["message"]
    assert "nrpe@127.0.0.1: \"check_args!a!b\" is closed without an answer" in fleet.at.migrated.node.log


def test_arguments_need_both_files(fleet):
    """The node lets them in by nrpe.cfg, and not by checkagent.yaml."""
    plain = CheckNrpe(fleet.at.plain.port, "-n")
    status, text = plain("check_args", arguments=["a", "b"])
    assert status == 3 and b"Receive header underflow" in text
    assert fleet.at.recorded.ask("args", arguments=["a", "b"]) == (0, b"[args][a][b]\n")


def test_whatever_was_asked_of_a_real_nrpe_is_answered_as_there(fleet):
    rows = vectors()
    assert len(rows) == 60
    answers = fleet.at.recorded.ask.at_once([row.question() for row in rows])
    wrong = []
    for row, (status, printed) in zip(rows, answers):
        text = printed.decode()
        if status != row.status or not (row.request in ANOTHER_TEXT or row.is_printed(text)):
            wrong.append((row.request, row.config_line, row.status, row.printed, status, text[:200]))
    assert wrong == []


def recorded_of(fleet, name):
    """(check, origin) of all that the node's recorder keeps."""
    results, page = [], {"results": [{"epoch": 0, "seq": 0}], "more": True}
    while page["more"]:
        last = page["results"][-1]
        answer = fleet.mco("rpc", "recorder", "since", f"epoch={last['epoch']}", f"seq={last['seq']}", "-I", name, "--json")
        page = json.loads(answer.stdout)["replies"][0]["data"]
        results += [(one["check"], one["origin"]) for one in page["results"]]
    return results


def test_a_run_without_arguments_is_a_check_result_and_names_the_client(fleet):
    fleet.at.recorded.ask("indented")
    fleet.at.recorded.ask("args", arguments=["a"])
    fleet.at.recorded.ask("no_such_check")
    kept = recorded_of(fleet, "recorded")
    assert ("indented", "nrpe@127.0.0.1") in kept
    assert not {"no_such_check", "_NRPE_CHECK"} & {check for check, _ in kept}
    assert sum(check == "args" for check, _ in kept) == 0


def test_every_run_is_on_record_with_its_end(fleet):
    fleet.at.migrated.ask("check_bad")
    ended = fleet.at.migrated.waits_until_audited("its end", event="outcome", message="CRITICAL")[-1]
    begun = fleet.at.migrated.audited(event="request", id=ended["id"])[0]
    assert begun["caller"] == ended["caller"] == "nrpe@127.0.0.1"
    assert begun["data"] == {"command": "check_bad"}
    assert begun["decision"] == "accepted"


def test_many_at_once_wait_and_none_is_refused(fleet):
    answers = fleet.at.migrated.ask.at_once([(("check_ok",), ())] * AT_ONCE)
    assert answers == [(0, b"OK - all fine|load=1;2;3\n")] * AT_ONCE


def test_in_the_clear_only_where_it_is_switched_on(fleet):
    assert fleet.at.plain.ask("check_ok", "-n") == (0, b"OK - all fine|load=1;2;3\n")
    assert fleet.at.plain.ask("check_ok")[0] != 0
    assert fleet.at.migrated.ask("check_ok", "-n")[0] != 0


def test_certificates_of_clients_are_required_where_nrpe_cfg_says_so(fleet):
    folder = fleet.certificates
    own = ["-C", f"{folder}/client.pem", "-K", f"{folder}/client.key"]
    assert fleet.at.certified.ask("check_ok", *own, "-A", f"{folder}/ca.pem") == (0, b"OK - all fine|load=1;2;3\n")
    assert fleet.at.certified.ask("check_ok", "-A", f"{folder}/ca.pem")[0] != 0
    foreign = fleet.at.migrated.node.tls()
    assert fleet.at.certified.ask("check_ok", "-C", foreign["certificate"], "-K", foreign["key"])[0] != 0
    fleet.at.certified.waits_until_audited("it", decision="dropped")


def test_a_certificate_that_nobody_signed_fails_a_client_that_wants_an_authority(fleet):
    assert fleet.at.migrated.ask("check_ok", "-A", f"{fleet.certificates}/ca.pem")[0] != 0


def test_a_host_that_is_not_allowed_is_closed_and_on_record(fleet):
    assert fleet.at.guarded.ask("check_ok")[0] != 0
    dropped = fleet.at.guarded.waits_until_audited("it", decision="dropped")[0]
    assert dropped["message"] == "nrpe@127.0.0.1: it is not in allowed_hosts"
    assert "nrpe@127.0.0.1 is closed without an answer: it is not in allowed_hosts" in fleet.at.guarded.node.log
    assert fleet.at.guarded.ask("check_ok", "-b", "127.0.0.9") == (0, b"OK - all fine|load=1;2;3\n")


def test_anonymous_diffie_hellman_only_where_it_is_switched_on(fleet):
    old = ["-b", "127.0.0.9", "-S", "TLSv1.2", "-L", "ADH:@SECLEVEL=0"]
    assert fleet.at.guarded.ask("check_ok", *old) == (0, b"OK - all fine|load=1;2;3\n")
    assert fleet.at.migrated.ask("check_ok", "-S", "TLSv1.2", "-L", "ADH:@SECLEVEL=0")[0] != 0


@pytest.mark.parametrize("garbage", [
    b"GET / HTTP/1.1\r\n\r\n", b"\0" * 2000, b"\x16\x03\x01\xff\xff" + b"\x01" * 500, b"\0\4\0\1\0\0\0\0\0\0\0\0\x7f\xff\xff\xff"])
@pytest.mark.parametrize("name", ["plain", "migrated"])
def test_garbage_is_closed_without_an_answer_and_harms_nobody(fleet, name, garbage):
    listening = getattr(fleet.at, name)
    with socket.create_connection(("127.0.0.1", listening.port), 10) as stranger:
        stranger.settimeout(20)
        stranger.sendall(garbage)
        stranger.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := stranger.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
    assert b"\0\2" not in answer[:4], "at most an alert of TLS"
    assert listening.ask("check_ok", *(["-n"] if name == "plain" else []))[0] == 0


def test_a_client_that_says_nothing_is_cut_off_and_keeps_nobody_waiting(fleet):
    with socket.create_connection(("127.0.0.1", fleet.at.plain.port), 10) as silent:
        silent.settimeout(30)
        assert fleet.at.plain.ask("check_ok", "-n")[0] == 0
        assert silent.recv(1) == b"", "connection_timeout of nrpe.cfg has passed"
    assert fleet.at.plain.waits_until_audited("it", message="nrpe@127.0.0.1: it took too long")


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_every_address_of_the_machine_is_listened_at_where_none_is_named(fleet):
    for host in ["127.0.0.1", *(["::1"] if has_ipv6() else [])]:
        assert CheckNrpe(fleet.at.narrow.port, host=host)("check_ok")[0] == 0, host
    if has_ipv6():
        assert ("check_ok", "nrpe@::1") in recorded_of(fleet, "narrow")


def test_a_client_that_goes_away_while_it_waits_takes_its_check_with_it(fleet):
    narrow = fleet.at.narrow
    folder = narrow.node.folder
    first = subprocess.Popen(narrow.ask.command("check_gate"), stdout=subprocess.PIPE)
    wait_until((folder / "started").exists, "the only place is taken")
    second = subprocess.Popen(narrow.ask.command("check_touch"), stdout=subprocess.PIPE)
    narrow.waits_until_audited("the second", event="request", data={"command": "check_touch"})
    second.kill()
    second.communicate(timeout=10)
    narrow.waits_until_audited("its end", event="outcome", message="not run: the client has gone away")
    (folder / "go").touch()
    assert first.communicate(timeout=30)[0] == b"through\n"
    assert narrow.ask("check_ok")[0] == 0
    assert not (folder / "touched").exists()


def test_check_config_tells_whether_anybody_would_be_served(fleet):
    node = fleet.at.certified.node
    command = [*node.command(), "--check-config"]
    done = subprocess.run(command, capture_output=True, text=True, env=fleet.environment(), check=False)
    assert f"listener: check_nrpe is answered on port {fleet.at.certified.port}, with the certificate " in done.stdout
    node.write_nrpe_cfg(f"ssl_cert_file=/nonexistent.pem\nssl_privatekey_file=/nonexistent.key\nallowed_hosts=127.0.0.1\n{CHECKS}")
    done = subprocess.run(command, capture_output=True, text=True, env=fleet.environment(), check=False)
    assert done.returncode == 78
    assert "listener: the certificate /nonexistent.pem: No such file or directory" in done.stdout
    wait_until(lambda: any("/nonexistent.pem" in line and line.endswith("it goes on as before")
                           for line in fleet.presence("certified")["health"]),
               lambda: f"health tells: {fleet.presence('certified')}")


def test_a_port_that_nrpe_still_has_is_taken_over_when_it_ends(fleet):
    port = take_port()
    with socket.socket() as nrpe:
        nrpe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nrpe.bind(("127.0.0.1", port.number))
        nrpe.listen()
        node = fleet.start_node("waiting", f"server_port={port.number}\nserver_address=127.0.0.1\nallowed_hosts=::1\n{CHECKS}",
                                settings={"nrpe_listener": True})
        wait_until(lambda: any("cannot listen" in line for line in fleet.presence("waiting")["health"]),
                   lambda: f"health tells: {fleet.presence('waiting')}")
    ask = CheckNrpe(port.number)
    wait_until(lambda: f"waits for check_nrpe at 127.0.0.1:{port.number}" in node.log, lambda: node.log)
    assert ask("check_ok")[0] != 0
    node.write_nrpe_cfg(f"server_port={port.number}\nserver_address=127.0.0.1\nallowed_hosts=127.0.0.1\n{CHECKS}")
    wait_until(lambda: ask("check_ok")[0] == 0, lambda: f"who is allowed counts after an edit:\n{node.log}")
    wait_until(lambda: not fleet.presence("waiting")["health"], lambda: f"all is well: {fleet.presence('waiting')}")


def test_nobody_listens_where_it_is_not_switched_on(fleet):
    port = take_port()
    node = fleet.start_node("silent", f"server_port={port.number}\nallowed_hosts=127.0.0.1\n{CHECKS}")
    assert "of no use here and ignored: server_port allowed_hosts" in node.log
    assert CheckNrpe(port.number)("check_ok")[0] != 0
