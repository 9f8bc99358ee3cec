# SPDX-License-Identifier: Apache-2.0
"""Debian's nagios4 on a configuration of its own, without network, as user nagios; and the Nagios sink that feeds it."""

import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile

from processes import Failed, Process, wait_until

NAGIOS = "/usr/sbin/nagios4"
LISTENS = "Successfully launched command file worker"
USER = "nagios" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
MAIN = """log_file={var}/nagios.log
cfg_file={folder}/objects.cfg
object_cache_file={var}/objects.cache
resource_file={folder}/resource.cfg
status_file={var}/status.dat
status_update_interval=1
nagios_user={user}
nagios_group={group}
check_external_commands={commands}
command_file={var}/rw/nagios.cmd
query_socket={var}/rw/nagios.qh
lock_file={var}/nagios.pid
temp_file={var}/nagios.tmp
temp_path={var}
log_rotation_method=n
log_archive_path={var}
use_syslog=0
log_external_commands={log}
log_passive_checks={log}
check_result_reaper_frequency=1
check_result_path={var}/spool
retain_state_information={retain}
state_retention_file={var}/retention.dat
retention_update_interval={save_minutes}
use_retained_program_state=1
check_for_updates=0
execute_service_checks=0
execute_host_checks=0
enable_notifications=0
enable_event_handlers=0
check_service_freshness=0
enable_flap_detection=0
illegal_object_name_chars=`~!$%^&*|'"<>?,()=
check_workers=1
"""
TEMPLATES = """define timeperiod {
  timeperiod_name always
  alias always
  monday 00:00-24:00
}
define command {
  command_name none
  command_line /bin/true
}
define contact {
  contact_name nobody
  host_notifications_enabled 0
  service_notifications_enabled 0
  host_notification_period always
  service_notification_period always
  host_notification_commands none
  service_notification_commands none
}
define host {
  name passive_host
  register 0
  max_check_attempts 1
  active_checks_enabled 0
  check_period always
  notification_period always
  contacts nobody
  check_command none
}
define service {
  name passive_service
  register 0
  max_check_attempts 1
  check_interval 5
  retry_interval 1
  active_checks_enabled 0
  check_period always
  notification_period always
  contacts nobody
  check_command none
}
"""


def exact_text(path):
    """With each CR that is in it; empty if the file is not there."""
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return ""


def host_definition(name, **more):
    return block("host", use="passive_host", host_name=name, address="127.0.0.1", **more)


def service_definition(host, name, **more):
    return block("service", use="passive_service", host_name=host, service_description=name, **more)


def block(kind, **values):
    return "".join([f"define {kind} {{\n", *(f"  {key} {value}\n" for key, value in values.items()), "}\n"])


def counted_objects(hosts, services):
    """h001, h002, … with svc1, svc2, … each."""
    return "".join(host_definition(f"h{host:03}") + "".join(
        service_definition(f"h{host:03}", f"svc{service}") for service in range(1, services + 1))
        for host in range(1, hosts + 1))


class Nagios4:
    """One Nagios and its files; started, killed and started again with the same ones."""

    def __init__(self, objects, *, log=True, commands=True, retain=True, save_minutes=60, var=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-nagios-"))
        self.folder.chmod(0o755)
        self.var = var or self.folder / "var"
        self.process = None
        self.lives = 0
        self.user = pwd.getpwnam(USER)
        for folder in (self.var, self.var / "rw", self.var / "spool"):
            folder.mkdir(exist_ok=True)
            self.give(folder, 0o2770 if folder != self.var else 0o755)
        (self.folder / "resource.cfg").write_text("")
        self.group = grp.getgrgid(self.user.pw_gid).gr_name
        self.main = MAIN.format(folder=self.folder, var=self.var, user=USER, group=self.group, commands=int(commands), log=int(log),
                                retain=int(retain), save_minutes=save_minutes)
        (self.folder / "nagios.cfg").write_text(self.main)
        self.define(objects)

    def give(self, path, mode):
        os.chown(path, self.user.pw_uid, self.user.pw_gid)
        os.chmod(path, mode)

    def define(self, objects):
        (self.folder / "objects.cfg").write_text(TEMPLATES + objects)

    @property
    def pipe(self):
        return self.var / "rw" / "nagios.cmd"

    @property
    def log_path(self):
        return self.var / "nagios.log"

    @property
    def log(self):
        return exact_text(self.log_path)

    def command(self):
        # setpriv executes in place: the pid is that of Nagios.
        as_user = ["/usr/bin/setpriv", "--reuid", USER, "--regid", str(self.user.pw_gid), "--init-groups"]
        return [*(as_user if os.getuid() == 0 else []), NAGIOS, str(self.folder / "nagios.cfg")]

    def start(self, wait=True):
        self.lives = self.log.count(LISTENS)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.process = Process("nagios4", self.command(), self.folder / "nagios.out", environment, self.folder)
        if wait:
            self.wait_until_up()
        return self

    def wait_until_up(self):
        wait_until(lambda: self.log.count(LISTENS) > self.lives, lambda: f"Nagios starts:\n{self.log}{self.process.log}")

    def reload(self):
        """Before it is up the signal would end it."""
        self.wait_until_up()
        self.process.signal(signal.SIGHUP)

    def stop(self):
        return self.process.stop()

    def kill(self):
        return self.process.kill()

    def freeze(self):
        """The master; its reader of the pipe goes on until it can write no more."""
        self.process.signal(signal.SIGSTOP)

    def thaw(self):
        self.process.signal(signal.SIGCONT)

    def end(self):
        if self.process is not None:
            self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pipe_reader(self):
        """The pid of the process that reads the pipe for the present life."""
        return int(re.findall(LISTENS + r" with pid (\d+)", self.log)[-1])

    # ----- what it knows

    def states(self):
        """{(host, service or ""): {"current_state": …, "plugin_output": …}} of status.dat."""
        found = {}
        text = exact_text(self.var / "status.dat")
        for kind, body in re.findall(r"^(host|service)status \{\n(.*?)^\t\}", text, re.MULTILINE | re.DOTALL):
            values = dict(line.strip("\n")[1:].split("=", 1) for line in body.split("\n") if "=" in line)
            found[values["host_name"], values["service_description"] if kind == "service" else ""] = values
        return found

    def processed(self):
        """(host, service, output) of every passive service result in the order of its processing."""
        lines = re.compile(r"^\[\d+\] EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;([^;\n]*);([^;\n]*);\d;(.*)$", re.MULTILINE)
        return lines.findall(self.log)


NOTHING_YET = {"fed": 0, "handed_over": 0, "safe": 0, "delivered": 0, "repeated": 0, "buried": 0, "restarts": 0, "working": None,
               "trouble": ""}


class SinkDriver:
    """sink_driver on a Nagios4: results in, progress out."""

    def __init__(self, binary, nagios, *, user=None, groups=(), **settings):
        self.nagios = nagios
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-sink-"))
        self.folder.chmod(0o755)
        self.work = nagios.folder / "batches"
        paths = {"command_file": nagios.pipe, "status_file": nagios.var / "status.dat",
                 "retention_file": nagios.var / "retention.dat", "object_cache": nagios.var / "objects.cache",
                 "work_dir": self.work, "group": nagios.group}
        config = self.folder / "sink.yaml"
        config.write_text(json.dumps({key: str(value) for key, value in {"kind": "nagios", **paths, "save_every": "500ms", **settings}.items()}))
        self.out_path = self.folder / "out"
        self.trouble_path = self.folder / "err"
        with open(self.out_path, "wb") as out, open(self.trouble_path, "wb") as err:
            self.popen = subprocess.Popen(
                [binary, config], stdin=subprocess.PIPE, stdout=out, stderr=err, start_new_session=True, user=user,
                group=user and grp.getgrnam("nogroup").gr_gid, extra_groups=list(groups) if user else None)

    def feed(self, results):
        for result in results:
            self.popen.stdin.write(json.dumps(result).encode() + b"\n")
        self.popen.stdin.flush()

    def make_up(self, count, hosts, services):
        self.popen.stdin.write(f"made-up {count} {hosts} {services}\n".encode())
        self.popen.stdin.flush()

    def lines(self):
        text = self.out_path.read_bytes().decode()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    @property
    def state(self):
        return next((line for line in reversed(self.lines()) if "safe" in line), NOTHING_YET)

    def dead_letters(self):
        return {(line["dead_host"], line["dead_service"]): line["reason"] for line in self.lines() if "dead_host" in line}

    def wait_for(self, condition, what, timeout=30.0):
        return wait_until(lambda: condition(self.state), lambda: f"{what}: {self.told()}", timeout)

    def told(self):
        return f"{self.state}\n{self.trouble_path.read_text()}\n{self.nagios.log[-3000:]}"

    def finish(self, timeout=60):
        """No more results: ends when everything is safe."""
        self.popen.stdin.close()
        try:
            status = self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"not everything became safe in {timeout} s: {self.told()}") from None
        if status != 0:
            raise Failed(f"the driver ended with {status}: {self.told()}")
        return self.state

    def kill(self):
        self.popen.kill()
        self.popen.wait()

    def end(self):
        if self.popen.poll() is None:
            self.kill()
        if not self.popen.stdin.closed:
            self.popen.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)
