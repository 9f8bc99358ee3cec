# SPDX-License-Identifier: Apache-2.0
"""What the collector tells, and whom: programs, webhooks, mail by msmtp, a real Alertmanager; each once, whatever dies."""

import contextlib
import http.server
import json
import sqlite3
import ssl
import subprocess
import threading
import urllib.error
import urllib.request

import pytest
from asking import validated
from collector import Collector
from muster_rig import Rig
from ports import take_port
from processes import Process, listens, wait_until
from smtp_mailbox import Mailbox

DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NAMES = ("db1", "web1", "web2")


class Hook(http.server.ThreadingHTTPServer):
    """Takes notifications; answers with `status`, and can be away. With `context` it speaks HTTPS."""

    def __init__(self, port, context=None):
        super().__init__(("127.0.0.1", port), Answer)
        self.taken = []
        self.status = 200
        self.refused = 0
        self.hangs = threading.Event()  # it waits until this is set
        self.hangs.set()
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.hangs.wait(30)
        if self.server.status == 200:
            self.server.taken.append(json.loads(body))
        else:
            self.server.refused += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def start_alertmanager(rig, port):
    config = rig.folder / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    process = Process("alertmanager", ["prometheus-alertmanager", f"--config.file={config}",
                                       f"--storage.path={rig.folder / 'alertmanager'}",
                                       f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
                      rig.folder / "alertmanager.log", rig.environment())
    wait_until(lambda: listens(port), lambda: process.log)
    return process


def receivers(rig):
    """Each of another kind; the waits are short, so that nobody waits for them."""
    told = rig.folder / "told"
    told.mkdir()
    page = script(rig.folder / "page", f'name={told}/$(date +%s%N); cat > $name.tmp; mv $name.tmp $name.json')
    config = rig.folder / "msmtprc"
    config.write_text(f"account default\nhost 127.0.0.1\nport {rig.mailbox.server_address[1]}\nfrom collector@mon1\n")
    sendmail = script(rig.folder / "sendmail", f'echo "$@" > {rig.folder}/arguments\nexec /usr/bin/msmtp -C {config} "$@"')
    soon = {"group_wait": "100ms"}
    return [{"name": "pager", "exec": [page], "group_by": "none", "at_most": "1000 per 1m", **soon},
            {"name": "hook", "webhook": f"http://127.0.0.1:{rig.hook_port}/hooks/x", "filter": "location=uk",
             "timeout": "1s", **soon},
            {"name": "safe", "webhook": f"https://localhost:{rig.safe_port}/", "ca": str(rig.ca / "broker" / "ca.pem"), **soon},
            {"name": "ops", "mail": ["ops@example.net", "root"], "sendmail": sendmail, "states": ["CRITICAL", "OK"], **soon},
            {"name": "prometheus", "alertmanager": f"http://127.0.0.1:{rig.alertmanager_port}", "group_wait": "0s"}]


@pytest.fixture(scope="module")
def fleet():
    with Rig() as rig, contextlib.ExitStack() as stack:
        rig.start_broker()
        ports = [take_port() for _ in range(4)]
        for port in ports:
            stack.callback(port.close)
        rig.hook_port, rig.safe_port, rig.alertmanager_port, mail_port = (port.number for port in ports)
        rig.mailbox = Mailbox(mail_port)
        stack.callback(rig.mailbox.end)
        rig.alertmanager = start_alertmanager(rig, rig.alertmanager_port)
        stack.callback(rig.alertmanager.end)
        rig.hook = Hook(rig.hook_port)
        stack.callback(lambda: rig.hook.end())  # pylint: disable=unnecessary-lambda
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(rig.ca / "broker" / "server.pem", rig.ca / "broker" / "server.key")
        rig.safe = Hook(rig.safe_port, context)
        stack.callback(rig.safe.end)
        schedule = {"name": "state", "check": "state", "every": "1h", "splay": "0s", "timeout": "1s", "max_attempts": 1}
        state = {"loss_of_many": 2, "loss_window": "2s", "node_patience": "1s", "start_grace": "1s", "flapping": False}
        rig.collector = Collector(rig, settings={"schedules": [schedule], "state": state, "notify": receivers(rig)})
        rig.broker.restart()  # it reads the rights of the collector when it starts
        for name in NAMES:
            checks = f"command[state]=cat {rig.folder}/nodes/{name}/STATE; exit `cat {rig.folder}/nodes/{name}/STATE`\n"
            facts = {"location": "de" if name == "db1" else "uk"}
            set_state(rig.start_node(name, checks, facts=facts, settings={"announce": ["location"]}), 0)
        rig.collector.start()
        wait_until(lambda: mco(rig, "status").returncode == 0, lambda: rig.collector.log)
        make(rig, {name: 0 for name in NAMES})
        yield rig
        rig.collector.end()


def mco(rig, *words):
    return rig.mco(*words, timeout=30)


def set_state(node, state):
    (node.folder / "STATE").write_text(f"{state}\n")


def node_named(rig, name):
    return next(node for node in rig.nodes if node.name == name)


def ask(rig):
    wait_until(lambda: mco(rig, "schedule", "run", "state").returncode == 0, lambda: rig.collector.log, timeout=20)


def make(rig, states):
    """States of nodes, which are known when it returns."""
    for name, state in states.items():
        set_state(node_named(rig, name), state)
    ask(rig)

    def known():
        rows = dict(rig.collector.rows("SELECT node, state FROM service WHERE name = 'state'"))
        return all(rows.get(name) == state for name, state in states.items())

    wait_until(known, lambda: rig.collector.log, timeout=20)


def brief(notifications):
    """Each event that was told, in the order in which it was told."""
    return [(event["kind"], event["node"], event["state"]) for one in notifications for event in one["events"]]


def paged(rig):
    return [validated("notification", path.read_text()) for path in sorted((rig.folder / "told").glob("*.json"))]


def mails(rig):
    return [taken.mail for taken in rig.mailbox.taken]


def alerts(rig):
    url = f"http://127.0.0.1:{rig.alertmanager_port}/api/v2/alerts?active=true"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return sorted((one["labels"]["alertname"], one["labels"]["instance"], one["labels"]["severity"],
                       one["annotations"].get("care", "")) for one in json.load(answer))


def waiting(rig):
    return rig.collector.rows("SELECT receiver, event FROM notification ORDER BY id")


def everything_is_told(rig):
    wait_until(lambda: not waiting(rig), lambda: f"{waiting(rig)}\n{rig.collector.log}", timeout=30)


def health(rig):
    try:
        with urllib.request.urlopen(f"{rig.collector.address}/healthz", timeout=10) as answer:
            return answer.read().decode().strip()
    except urllib.error.HTTPError as error:
        return error.read().decode().strip()


def test_a_problem_and_its_end_reach_every_kind_of_receiver(fleet):
    make(fleet, {"web1": 2})
    wait_until(lambda: alerts(fleet) == [("state", "web1", "critical", "")], lambda: f"{alerts(fleet)}\n{fleet.collector.log}")
    everything_is_told(fleet)
    make(fleet, {"web1": 0})
    wait_until(lambda: alerts(fleet) == [], lambda: f"{alerts(fleet)}\n{fleet.collector.log}")
    everything_is_told(fleet)
    expected = [("state", "web1", "CRITICAL"), ("state", "web1", "OK")]
    for told in (paged(fleet), fleet.hook.taken, fleet.safe.taken):
        assert brief(told) == expected
    assert [mail["Subject"] for mail in mails(fleet)] == ["CRITICAL: state on web1", "OK: state on web1"]


def test_a_program_is_told_in_json(fleet):
    make(fleet, {"web1": 1})
    everything_is_told(fleet)
    told = paged(fleet)[-1]
    assert told["title"] == "WARNING: state on web1"
    assert (told["version"], told["collector"], told["receiver"], told["state"]) == (1, "collector@mon1", "pager", "WARNING")
    assert told["events"][0]["message"] == "1"
    assert told["events"][0]["before"] == "OK"
    make(fleet, {"web1": 0})
    everything_is_told(fleet)


def test_a_mail_is_one_that_mail_programs_understand(fleet):
    before = len(mails(fleet))
    make(fleet, {"web1": 2})
    everything_is_told(fleet)
    mail = mails(fleet)[before]
    assert (fleet.folder / "arguments").read_text() == "-t -i\n"
    assert mail["To"] == "ops@example.net, root"
    assert fleet.mailbox.taken[before].recipients == ["ops@example.net", "root"]
    assert mail["From"] == "Muster <collector@mon1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "CRITICAL: state on web1 (was OK): 2" in mail.get_content()
    assert not mail.defects
    make(fleet, {"web1": 0})
    everything_is_told(fleet)


def test_a_receiver_is_told_of_its_own_nodes_and_states_only(fleet):
    before = len(fleet.hook.taken), len(mails(fleet))
    make(fleet, {"db1": 1})
    everything_is_told(fleet)
    assert brief(paged(fleet)[-1:]) == [("state", "db1", "WARNING")]
    assert (len(fleet.hook.taken), len(mails(fleet))) == before
    make(fleet, {"db1": 0})
    everything_is_told(fleet)


def test_nobody_is_told_of_what_is_expected_or_taken_care_of(fleet):
    make(fleet, {"web2": 1})
    everything_is_told(fleet)
    assert mco(fleet, "ack", "web2", "state", "-m", "known", "--sticky").returncode == 0
    assert mco(fleet, "downtime", "add", "-I", "db1", "-m", "new kernel", "--for", "1h").returncode == 0
    before = len(paged(fleet))
    make(fleet, {"web2": 2, "db1": 2})
    make(fleet, {"web1": 2})
    everything_is_told(fleet)
    assert brief(paged(fleet)[before:]) == [("state", "web1", "CRITICAL")]
    wait_until(lambda: ("state", "web1", "critical", "") in alerts(fleet), lambda: str(alerts(fleet)))
    assert not [one for one in alerts(fleet) if one[1] == "db1"]
    make(fleet, {name: 0 for name in NAMES})
    downtime = json.loads(mco(fleet, "downtime", "list", "--json").stdout)["downtimes"][0]["id"]
    assert mco(fleet, "downtime", "remove", downtime).returncode == 0
    everything_is_told(fleet)
    wait_until(lambda: alerts(fleet) == [], lambda: str(alerts(fleet)), timeout=30)


def test_what_was_queued_while_the_receiver_and_the_collector_died_arrives_once(fleet):
    fleet.hook.end()
    make(fleet, {"web1": 2})
    make(fleet, {"web2": 2})
    wait_until(lambda: [row[0] for row in waiting(fleet)] == ["hook", "hook"], lambda: str(waiting(fleet)), timeout=20)
    wait_until(lambda: "notifications to hook are not delivered since" in health(fleet), lambda: health(fleet))
    assert "no connection: Connection refused" in health(fleet)
    before = len(paged(fleet))
    fleet.collector.kill()
    fleet.hook = Hook(fleet.hook_port)
    fleet.collector.start()
    everything_is_told(fleet)
    assert sorted(brief(fleet.hook.taken)) == [("state", "web1", "CRITICAL"), ("state", "web2", "CRITICAL")]
    assert len(paged(fleet)) == before, "nobody else is told again"
    make(fleet, {"web1": 0, "web2": 0})
    everything_is_told(fleet)
    assert health(fleet) == "ok"


def test_a_receiver_that_fails_is_tried_again(fleet):
    before = len(fleet.hook.taken)
    fleet.hook.status = 503
    make(fleet, {"web1": 1})
    wait_until(lambda: fleet.hook.refused > 0, lambda: fleet.collector.log)
    wait_until(lambda: [row[0] for row in waiting(fleet)] == ["hook"], lambda: str(waiting(fleet)))
    fleet.hook.status = 200
    everything_is_told(fleet)
    assert brief(fleet.hook.taken[before:]) == [("state", "web1", "WARNING")]
    make(fleet, {"web1": 0})
    everything_is_told(fleet)


def test_a_receiver_that_refuses_for_good_is_named_in_the_history(fleet):
    fleet.hook.status = 404
    make(fleet, {"web1": 1})
    fleet.collector.wait_for(lambda: fleet.collector.events("notify"), "it is an event")
    assert fleet.collector.events("notify")[0][4] == "hook refused to be told of 1 event: HTTP 404"
    assert "hook refused to be told of 1 event" in mco(fleet, "history").stdout
    fleet.hook.status = 200
    make(fleet, {"web1": 0})
    everything_is_told(fleet)


def change_schema(rig, sql):
    connection = sqlite3.connect(rig.collector.database, timeout=10)
    with connection:
        connection.execute(sql)
    connection.close()


def test_what_a_full_disk_did_not_take_is_told_when_there_is_room_again(fleet):
    before = len(paged(fleet))
    change_schema(fleet, "CREATE TRIGGER full BEFORE INSERT ON notification "
                         "BEGIN SELECT RAISE(ABORT, 'no space left on device'); END")
    set_state(node_named(fleet, "web2"), 2)
    ask(fleet)
    wait_until(lambda: "nothing can be stored" in health(fleet), lambda: health(fleet))
    assert len(paged(fleet)) == before
    change_schema(fleet, "DROP TRIGGER full")
    wait_until(lambda: health(fleet) == "ok", lambda: f"{health(fleet)}\n{fleet.collector.log}", timeout=30)
    make(fleet, {"web2": 2})
    wait_until(lambda: len(paged(fleet)) > before, lambda: fleet.collector.log)
    itself = "collector@mon1"
    wait_until(lambda: ("state", itself, "OK") in brief(paged(fleet)[before:]), lambda: brief(paged(fleet)[before:]), timeout=30)
    everything_is_told(fleet)
    told = brief(paged(fleet)[before:])
    assert [one for one in told if one[1] != itself] == [("state", "web2", "CRITICAL")]
    assert [one for one in told if one[1] == itself] == [("state", itself, "CRITICAL"), ("state", itself, "OK")]
    make(fleet, {"web2": 0})
    everything_is_told(fleet)


def test_a_receiver_that_hangs_holds_up_nobody_else(fleet):
    before = len(paged(fleet)), len(fleet.hook.taken)
    fleet.hook.hangs.clear()
    make(fleet, {"web1": 1})
    wait_until(lambda: len(paged(fleet)) > before[0], lambda: fleet.collector.log)
    wait_until(lambda: [row[0] for row in waiting(fleet)] == ["hook"], lambda: str(waiting(fleet)))
    wait_until(lambda: "gave no answer within 1000 ms" in health(fleet), lambda: health(fleet))
    assert fleet.collector.stop() == 0, "nor the end of the collector"
    fleet.hook.hangs.set()
    fleet.collector.start()
    everything_is_told(fleet)
    assert ("state", "web1", "WARNING") in brief(fleet.hook.taken[before[1]:])
    make(fleet, {"web1": 0})
    everything_is_told(fleet)


def test_a_loss_of_many_nodes_is_one_notification(fleet):
    before = len(paged(fleet))
    lost = [node_named(fleet, name) for name in ("web1", "web2")]
    for node in lost:
        node.kill()
    wait_until(lambda: len(paged(fleet)) > before, lambda: fleet.collector.log, timeout=60)
    wait_until(lambda: alerts(fleet) == [("node", name, "critical", "") for name in ("web1", "web2")],
               lambda: f"{alerts(fleet)}\n{fleet.collector.log}", timeout=20)
    told = paged(fleet)[before:]
    assert [event["kind"] for one in told for event in one["events"]] == ["nodes_lost"]
    assert told[0]["events"][0]["nodes"] == ["web1", "web2"]
    assert told[0]["title"].startswith("2 nodes lost, all of location=uk")
    for node in lost:
        node.start()
    wait_until(lambda: alerts(fleet) == [], lambda: str(alerts(fleet)), timeout=30)


def tell(rig, name):
    return subprocess.run([str(rig.bin / "collector"), "--config", str(rig.collector.config), "--tell", name],
                          capture_output=True, text=True, timeout=20, check=False, env=rig.environment())


def trials(hook):
    return sum(event["check"] == "muster_notify_test" for message in hook.taken for event in message["events"])


def test_a_receiver_can_be_tried(fleet):
    before = len(paged(fleet))
    for name in ("pager", "hook", "safe", "ops", "prometheus"):
        told = tell(fleet, name)
        assert (told.returncode, told.stdout) == (0, f"{name}: it has arrived\n"), told.stderr
    # What the test before this one made may still arrive.
    assert "WARNING: muster_notify_test on collector@mon1" in [one["title"] for one in paged(fleet)[before:]]
    assert ("muster_notify_test", "collector@mon1", "warning", "") in alerts(fleet)
    unknown = tell(fleet, "nobody")
    assert unknown.returncode == 64
    assert "there are: pager, hook, safe, ops, prometheus" in unknown.stderr
    fleet.hook.status = 404
    refused = tell(fleet, "hook")
    assert (refused.returncode, refused.stderr) == (1, "collector: hook: HTTP 404\n")
    fleet.hook.status = 200


def test_a_server_that_cannot_prove_its_name_is_told_nothing(fleet):
    config = fleet.collector.folder / "untrusting.yaml"
    text = json.loads(fleet.collector.config.read_text())
    text["notify"] = [{"name": "safe", "webhook": f"https://localhost:{fleet.safe_port}/"}]
    config.write_text(json.dumps(text))
    before = trials(fleet.safe)
    result = subprocess.run([str(fleet.bin / "collector"), "--config", str(config), "--tell", "safe"],
                            capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 1
    assert "TLS: certificate verify failed" in result.stderr
    assert trials(fleet.safe) == before, "what the running collector says meanwhile is no matter"


def test_what_is_wrong_with_a_receiver_is_said_where_it_stands(fleet):
    config = fleet.collector.folder / "broken.yaml"
    text = json.loads(fleet.collector.config.read_text())
    text["notify"] = [{"name": "a", "mail": "no address", "colour": 1}, {"name": "b", "exec": ["tell"], "period": "night"}]
    config.write_text(json.dumps(text, indent=1))
    result = subprocess.run([str(fleet.bin / "collector"), "--config", str(config), "--check-config"],
                            capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 78
    for sentence in ("expected addresses", "colour", "the program's whole path", "there is no night"):
        assert sentence in result.stderr, result.stderr
