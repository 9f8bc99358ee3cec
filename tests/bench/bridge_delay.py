# SPDX-License-Identifier: Apache-2.0
"""From the end of a plugin until a monitor shows what it said: by nagios-bridge, and beside it check_nrpe and NSCA."""

import contextlib
import os
import shutil
import subprocess
import threading
import time

from bridge import Bridge
from icinga2 import NODE, USER, Icinga2
from muster_rig import Rig
from nagios4 import Nagios4, block, host_definition, service_definition
from nrpe_server import NrpeServer
from ports import take_port
from processes import Process, listens, wait_until

STAMP = "command[stamp]=date '+OK at %s.%N |fine=1'\n"  # the last thing that it does is to print when
CHECK_NRPE = "/usr/lib/nagios/plugins/check_nrpe"
NSCA = ("/usr/sbin/nsca", "/usr/sbin/send_nsca")  # measured where it is installed


def nagios_sink(monitor):
    var = monitor.var
    return {"kind": "nagios", "command_file": str(monitor.pipe), "status_file": str(var / "status.dat"),
            "retention_file": str(var / "retention.dat"), "object_cache": str(var / "objects.cache"),
            "work_dir": str(monitor.folder / "bridge"), "group": monitor.group}


def icinga_sink(monitor):
    return {"kind": "icinga2", "url": f"https://127.0.0.1:{monitor.port}", "ca": str(monitor.ca), "server_name": NODE,
            "user": USER, "password_file": str(monitor.password_file)}


class DelayNagios(Nagios4):
    """Three services that say when their plugin ended: told by the bridge, asked with check_nrpe each second, sent with send_nsca."""

    def __init__(self, nrpe_port):
        command = f"define command {{\n  command_name nrpe\n  command_line {CHECK_NRPE} -H 127.0.0.1 -p {nrpe_port} -c stamp\n}}\n"
        days = "".join(f"  {day}day 00:00-24:00\n" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))
        period = f"define timeperiod {{\n  timeperiod_name each_day\n  alias each day\n{days}}}\n"
        asked = block("service", use="passive_service", host_name="web1", service_description="check_nrpe", check_command="nrpe",
                      active_checks_enabled=1, check_interval=1, check_period="each_day")
        super().__init__(command + period + host_definition("web1") + service_definition("web1", "stamp") + asked
                         + service_definition("web1", "nsca"), log=False)
        main = self.folder / "nagios.cfg"
        main.write_text(main.read_text().replace("execute_service_checks=0", "execute_service_checks=1") + "interval_length=1\n")


def stamp_in(output):
    words = output.split()
    return float(words[2]) if words[:2] == ["OK", "at"] else None


class Watched:
    """When each stamp of a service was seen first: the delays in seconds."""

    def __init__(self):
        self.seen = {}

    def look(self, outputs, now):
        for name, output in outputs.items():
            stamp = stamp_in(output)
            if stamp is not None:
                self.seen.setdefault(name, {}).setdefault(stamp, now - stamp)

    def delays(self, name, since):
        return sorted(round(delay, 4) for stamp, delay in self.seen.get(name, {}).items() if stamp > since)


def follow_nagios(nagios, watched, stop):
    """Whoever looks at status.dat sees what Nagios writes each second."""
    written = None
    while not stop.is_set():
        time.sleep(0.005)
        now = (nagios.var / "status.dat").stat().st_mtime_ns
        if now != written:
            written = now
            outputs = {service: values["plugin_output"] for (_, service), values in nagios.states().items() if service}
            watched.look({f"nagios {service}": output for service, output in outputs.items()}, written / 1e9)


def follow_icinga(icinga, watched, stop):
    while not stop.is_set():
        time.sleep(0.005)
        result = icinga.service("web1", "stamp")["last_check_result"]
        if result:
            watched.look({"icinga stamp": result["output"]}, time.time())


def start_nsca(nagios, port):
    """nsca as Debian has it, in front of this Nagios."""
    config = nagios.folder / "nsca.cfg"
    config.write_text(f"server_address=127.0.0.1\nserver_port={port}\ncommand_file={nagios.pipe}\nalternate_dump_file=/dev/null\n"
                      "aggregate_writes=0\nmax_packet_age=30\ndebug=0\ndecryption_method=1\n")
    (nagios.folder / "send_nsca.cfg").write_text("encryption_method=1\n")
    nsca = Process("nsca", [NSCA[0], "-f", "-c", config, "--daemon"], nagios.folder / "nsca.log")
    wait_until(lambda: listens(port), lambda: f"nsca listens: {nsca.log}")
    return nsca


def send_nsca(nagios, port):
    """What cron would do: the plugin, then send_nsca."""
    output = subprocess.run(["/bin/date", "+OK at %s.%N"], stdout=subprocess.PIPE, text=True, check=True).stdout
    subprocess.run([NSCA[1], "-H", "127.0.0.1", "-p", str(port), "-c", nagios.folder / "send_nsca.cfg"], check=True, timeout=20,
                   input=f"web1\tnsca\t0\t{output}", text=True, stdout=subprocess.DEVNULL)


def delays(rounds):
    """One bridge, a Nagios and an Icinga; in the same seconds the same Nagios asks a real nrpe, and nsca feeds it."""
    with Rig() as rig, contextlib.ExitStack() as ends:
        rig.start_broker(plain=True)
        nrpe = ends.enter_context(NrpeServer(rig.folder / "nrpe", STAMP, tls=True))
        nagios = DelayNagios(nrpe.port)
        ends.callback(nagios.end)
        nagios.start()
        icinga = Icinga2(0, 0, 'object Host "web1" { import "passive-host" }\n'
                               'object Service "stamp" { import "passive-service"; host_name = "web1" }\n')
        ends.callback(icinga.end)
        icinga.start()
        bridge = Bridge(rig, sinks=[nagios_sink(nagios), icinga_sink(icinga)])
        rig.start_node("web1", STAMP, wait=False)
        rig.wait_until_answered("web1", rig.nodes[0])
        bridge.start()
        ends.callback(bridge.end)
        bridge.wait_for(lambda: bridge.status().get("connected") and all(sink["working"] for sink in bridge.status()["sinks"]),
                        "it tells both")
        return {"rounds": rounds, "load": round(os.getloadavg()[0], 2), **measure(rig, nagios, icinga, rounds)}


def measure(rig, nagios, icinga, rounds):
    port = take_port() if shutil.which(NSCA[0]) and shutil.which(NSCA[1]) else None
    nsca = start_nsca(nagios, port.number) if port else None
    watched, stop = Watched(), threading.Event()
    followers = [threading.Thread(target=follow, args=(monitor, watched, stop))
                 for follow, monitor in ((follow_nagios, nagios), (follow_icinga, icinga))]
    for follower in followers:
        follower.start()
    started = time.time()
    try:
        for _ in range(rounds):
            if rig.mco("nrpe", "stamp").returncode != 0:
                raise SystemExit("nobody answers mco nrpe stamp")
            if nsca:
                send_nsca(nagios, port.number)
            time.sleep(1.13)  # not in step with Nagios' own second
        time.sleep(2.5)
    finally:
        stop.set()
        for follower in followers:
            follower.join()
        if nsca:
            nsca.end()
            port.close()
    return {name: watched.delays(name, started) for name in ("nagios stamp", "icinga stamp", "nagios check_nrpe", "nagios nsca")}
