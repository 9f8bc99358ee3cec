# SPDX-License-Identifier: Apache-2.0
"""The way to a real Icinga 2: what it is told, what it does not know, what is wrong between the two, and its death."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest
from icinga2 import NODE, PASSWORD, USER, Icinga2
from muster_rig import binary_folder
from processes import wait_until
from recording_proxy import RecordingProxy

MORE = """
template Host "muster-host" { import "passive-host" }
template Service "muster-service" { import "passive-service" }
object Service "fresh" {
  import "passive-service"
  host_name = "h001"
  enable_active_checks = true
  check_interval = 1h
}
object Host "web 1" { import "passive-host" }
object Service "C: disk/ü?&" { import "passive-service"; host_name = "web 1" }
"""


class Sink:
    """The driver with the sink in it: results go in, what it says of itself comes out."""

    def __init__(self, icinga, **changes):
        settings = {"kind": "icinga2", "url": f"https://127.0.0.1:{icinga.port}", "ca": str(icinga.ca), "server_name": NODE, "user": USER,
                    "password_file": str(icinga.password_file), "timeout": "3s"} | changes
        self.config = icinga.folder / f"sink-{time.monotonic_ns()}.yaml"
        self.config.write_text(json.dumps({key: value for key, value in settings.items() if value is not None}))
        self.said = []
        self.dead = []
        self.log = icinga.folder / (self.config.stem + ".log")
        with open(self.log, "wb") as stream:
            self.process = subprocess.Popen([binary_folder() / "sink_driver", self.config, "handed-over"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=stream, text=True, start_new_session=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(10)

    def _listen(self):
        for line in self.process.stdout:
            message = json.loads(line)
            (self.dead if "dead_host" in message else self.said).append(message)

    def tell(self, host, service="", state=0, output="fine", **more):
        line = {"host": host, "state": state, "output": output} | ({"service": service} if service else {}) | more
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def tell_all(self, results):
        self.process.stdin.write("".join(json.dumps(result) + "\n" for result in results))
        self.process.stdin.flush()

    @property
    def state(self):
        return self.said[-1] if self.said else {"working": False, "trouble": "", "fed": 0, "handed_over": 0}

    def handed_over(self, count, timeout=30):
        wait_until(lambda: self.state["handed_over"] >= count, lambda: f"{count} are handed over: {self.state}", timeout)

    def is_in_trouble(self, text):
        wait_until(lambda: text in self.state["trouble"], lambda: f"trouble {text}: {self.state}", 20)

    def works(self):
        wait_until(lambda: self.state["working"], lambda: f"it works: {self.state}", 20)


@pytest.fixture(scope="module")
def icinga():
    found = Icinga2(hosts=20, services=5, more=MORE)
    try:
        yield found.start()
    finally:
        found.end()


def test_icinga_has_the_whole_result_of_a_service(icinga):
    with Sink(icinga) as sink:
        sink.tell("h001", "svc1", 2, "CRIT - full|/var=99%;80;90;0;100 'a b'=1,5s\n/var 99 %\n/tmp 3 %", started=1795376550.25,
                  finished=1795376551.75, source="agent-h001", lifetime=600)
        sink.handed_over(1)
    service = icinga.service("h001", "svc1")
    result = service["last_check_result"]
    assert service["state"] == 2
    assert result["output"] == "CRIT - full\n/var 99 %\n/tmp 3 %"
    assert result["performance_data"] == ["/var=99%;80;90;0;100", "'a b'=1.5s"]
    assert (result["execution_start"], result["execution_end"]) == (1795376550.25, 1795376551.75)
    assert (result["check_source"], result["active"], result["ttl"]) == ("agent-h001", False, 600)


def test_all_states_of_services_and_hosts_arrive(icinga):
    with Sink(icinga) as sink:
        for state in range(4):
            sink.tell(f"h00{state + 2}", "svc1", state, f"state {state}")
        sink.tell("h002", state=0)
        sink.tell("h003", state=1, output="gone since 2026-11-29")
        sink.handed_over(6)
    assert [icinga.service(f"h00{state + 2}", "svc1")["state"] for state in range(4)] == [0, 1, 2, 3]
    assert [icinga.host(name)["state"] for name in ("h002", "h003")] == [0, 1]


def test_names_may_have_everything_in_them(icinga):
    with Sink(icinga) as sink:
        sink.tell("web 1", "C: disk/ü?&", 1, "with \\n, \"quotes\" and \u2603")
        sink.handed_over(1)
    assert not sink.dead
    assert icinga.service("web 1", "C: disk/ü?&")["last_check_result"]["output"] == "with \\n, \"quotes\" and \u2603"


def test_a_clock_that_goes_back_costs_no_result(icinga):
    now = time.time()
    with Sink(icinga) as sink:
        sink.tell("h004", "svc2", 0, "before", started=now - 10, finished=now - 10)
        sink.handed_over(1)
        sink.tell("h004", "svc2", 2, "after it was set back", started=now - 3600, finished=now - 3599)
        sink.handed_over(2)
    assert icinga.service("h004", "svc2")["last_check_result"]["output"] == "after it was set back"


def test_a_result_that_comes_late_is_not_lost_behind_icingas_own_stale(icinga):
    now = time.time()
    with Sink(icinga) as sink:
        sink.tell("h001", "fresh", 0, "in time", started=now - 60, finished=now - 60, lifetime=1)
        sink.handed_over(1)
        wait_until(lambda: icinga.service("h001", "fresh")["last_check_result"]["active"], "Icinga calls it stale", 20)
        assert icinga.service("h001", "fresh")["state"] == 3
        sink.tell("h001", "fresh", 2, "late", started=now - 30, finished=now - 29, lifetime=600)
        sink.handed_over(2)
    assert icinga.service("h001", "fresh")["last_check_result"]["output"] == "late"


def test_what_icinga_does_not_know_is_buried_and_holds_nothing_up(icinga):
    with Sink(icinga) as sink:
        sink.tell("nobody", "svc1", 2)
        sink.tell("h001", "nothing", 2)
        sink.tell("nobody", state=1)
        sink.tell("h001", "svc3", 1, "after them")
        sink.handed_over(4)
        wait_until(lambda: len(sink.dead) == 3, "three dead letters")
    assert {(one["dead_host"], one["dead_service"]) for one in sink.dead} == {
        ("nobody", "svc1"), ("h001", "nothing"), ("nobody", "")}
    assert "HTTP 404: No objects found." in sink.dead[0]["reason"]
    assert icinga.service("h001", "svc3")["state"] == 1


def test_hosts_and_services_are_created_if_that_is_wished(icinga):
    create = {"host_templates": ["muster-host"], "service_templates": ["muster-service"]}
    with Sink(icinga, create=create) as sink:
        sink.tell("new 1", "C: disk", 2, "first")
        sink.tell("new 1", "load", 1, "second")
        sink.tell("new2", state=1, output="down")
        sink.tell("h001", "svc4", 0, "as ever")
        sink.handed_over(4)
        assert not sink.dead
    assert icinga.service("new 1", "C: disk")["last_check_result"]["output"] == "first"
    assert icinga.service("new 1", "load")["state"] == 1
    assert icinga.host("new2")["state"] == 1
    with Sink(icinga, create=create | {"service_templates": ["no such template"]}) as sink:
        sink.tell("h001", "unknown", 2)
        wait_until(lambda: sink.state["fed"] == 1 and sink.state["working"], "it tries")
        sink.tell("h001", "svc4", 1, "not held up")
        wait_until(lambda: icinga.service("h001", "svc4")["state"] == 1, "the other one passes")


def test_what_was_created_at_once_is_there_when_icinga_starts_again(icinga):
    create = {"host_templates": ["muster-host"], "service_templates": ["muster-service"]}
    names = [(f"fresh{host}", f"svc{service}") for host in range(6) for service in range(8)]
    with Sink(icinga, create=create) as sink:
        sink.tell_all([{"host": host, "service": service, "state": 1, "output": "new"} for host, service in names])
        sink.handed_over(len(names))
        assert not sink.dead
    icinga.stop()
    icinga.start()
    assert [icinga.service(host, service)["state"] for host, service in names] == [1] * len(names)


def test_a_certificate_says_who_we_are(icinga):
    certificate, key = icinga.issue("nagios-bridge")
    with Sink(icinga, user=None, password_file=None, certificate=str(certificate), key=str(key)) as sink:
        sink.tell("h005", "svc1", 2, "by certificate")
        sink.handed_over(1)
    assert icinga.service("h005", "svc1")["state"] == 2


@pytest.mark.parametrize("changes, trouble", [
    ({"password_file": "wrong"}, "HTTP 401: Unauthorized"),
    ({"password_file": "absent"}, "absent"),
    ({"user": "reader"}, "give it also actions/process-check-result"),
    ({"ca": "other.crt"}, "TLS: certificate verify failed"),
    ({"server_name": "somebody"}, f"the certificate is for {NODE}, not for somebody"),
    ({"url": "https://127.0.0.1:1"}, "no connection: Connection refused"),
])
def test_what_is_wrong_is_said_and_nothing_is_told(icinga, changes, trouble):
    (icinga.folder / "wrong").write_text("guessed\n")
    if not (icinga.folder / "other.crt").exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout",
                        icinga.folder / "other.key", "-out", icinga.folder / "other.crt"], check=True, capture_output=True)
    before = icinga.service("h006", "svc1")["last_check_result"]
    with Sink(icinga, **changes) as sink:
        sink.tell("h006", "svc1", 2)
        sink.is_in_trouble(trouble)
        assert not sink.state["working"]
        assert (sink.state["handed_over"], sink.state["buried"]) == (0, 0)
        assert PASSWORD not in json.dumps(sink.said) and "guessed" not in sink.log.read_text()
    assert icinga.service("h006", "svc1")["last_check_result"] == before


def test_it_goes_on_by_itself_when_the_password_is_mended(icinga):
    password = icinga.folder / "mended"
    password.write_text("guessed")
    with Sink(icinga, password_file=str(password)) as sink:
        sink.tell("h007", "svc1", 2)
        sink.is_in_trouble("HTTP 401")
        password.write_text(PASSWORD)
        sink.handed_over(1)
        assert sink.state["trouble"] == ""


def test_a_result_is_safe_when_icinga_has_lived_on(icinga):
    with Sink(icinga, safe_after="2s") as sink:
        sink.tell("h008", "svc1", 1)
        sink.handed_over(1)
        wait_until(lambda: sink.state["safe"] == 1, lambda: f"it is safe: {sink.state}", 30)


def test_a_hung_icinga_is_waited_for(icinga):
    with Sink(icinga, timeout="1s") as sink:
        sink.works()
        for pid in icinga.pids():
            os.kill(pid, signal.SIGSTOP)
        try:
            sink.tell("h009", "svc1", 2)
            sink.is_in_trouble("timeout")
        finally:
            for pid in icinga.pids():
                os.kill(pid, signal.SIGCONT)
        sink.handed_over(1)
    assert icinga.service("h009", "svc1")["state"] == 2


def test_a_changed_certificate_is_believed_only_if_its_authority_is(icinga):
    ca = icinga.folder / "trusted.crt"
    shutil.copy(icinga.ca, ca)
    with Sink(icinga, ca=str(ca)) as sink:
        sink.tell("h010", "svc1", 1)
        sink.handed_over(1)
        icinga.process.stop()
        icinga.new_authority()
        icinga.start()
        sink.tell("h010", "svc1", 2)
        sink.is_in_trouble("TLS: certificate verify failed")
        assert sink.state["handed_over"] < 2
        shutil.copy(icinga.ca, ca)
        sink.handed_over(2)
    assert icinga.service("h010", "svc1")["state"] == 2


def numbered(count, seed):
    """Results of 100 services in turn, each with its number; each is later than the one before."""
    states = random.Random(seed)
    begun = time.time() - 3600
    for number in range(count):
        when = round(begun + number * 0.1, 3)
        yield {"host": f"h{number % 20 + 1:03}", "service": f"svc{number // 20 % 5 + 1}", "state": states.choice((0, 0, 0, 1, 2)),
               "output": f"number {number}", "started": when, "finished": when}


def die(icinga, how):
    if how == "HUP":
        icinga.reload_and_wait()
        return
    if how == "KILL":
        icinga.kill()
    else:
        icinga.process.stop(60)
    icinga.start()


def assert_in_order(record, count):
    """Each Icinga was told what it lacked, one result of a service after the other, and none was left out."""
    step, seen, place = 100, set(), {}
    for start, name, what, number in record:
        key = (start, name)
        first = int(name[1:4]) - 1 + 20 * (int(name[-1]) - 1) - step  # the number "before" the service's first
        if what == "has":
            number = first if number is None else number
            # What was under way when a connection broke may have been taken.
            assert key not in place or number - place[key] in (0, step), (name, number, place[key])
        else:
            assert number == place[key] + step, (name, number, place[key])
        place[key] = number
        seen.add(number)
    assert {number for number in seen if number >= 0} == set(range(count))


def test_every_result_arrives_in_order_though_icinga_dies_again_and_again():
    count, seed = 4000, 20261129
    chance = random.Random(seed)
    deaths = ["KILL", "HUP", "TERM", "KILL", "HUP", "KILL"]
    chance.shuffle(deaths)
    piece = count // len(deaths)
    fed = list(numbered(count, seed))
    with contextlib.ExitStack() as ends:
        icinga = Icinga2(hosts=20, services=5)
        ends.callback(icinga.end)
        icinga.start()
        proxy = RecordingProxy(icinga)
        ends.callback(proxy.end)
        sink = ends.enter_context(Sink(icinga, url=f"https://127.0.0.1:{proxy.port}"))
        for number, how in enumerate(deaths):
            end = count if number + 1 == len(deaths) else (number + 1) * piece
            sink.tell_all(fed[number * piece:end])
            sink.handed_over(number * piece + chance.randrange(piece // 2), 60)
            die(icinga, how)
        wait_until(lambda: sink.state["restarts"] >= len(deaths), lambda: f"each death is seen: {sink.state}", 60)
        sink.handed_over(count, 120)
        assert sink.state["repeated"] > 0
        assert sink.state["buried"] == 0
        services = icinga.services()
        assert_in_order(proxy.record, count)
    for result in fed[-100:]:
        found = services[f"{result['host']}!{result['service']}"]
        assert (found["state"], found["last_check_result"]["output"]) == (result["state"], result["output"])
