# SPDX-License-Identifier: Apache-2.0
"""The unit of checkagent is hardened as far as sudo, check_icmp and check_disk on /home allow, and no further; those of
the collector and the bridge as far as it goes."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "checkagent.service"
# systemd.exec(5): each of these overrides NoNewPrivileges=no for a service that is not root.
NO_NEW_PRIVILEGES = """NoNewPrivileges DynamicUser LockPersonality MemoryDenyWriteExecute PrivateDevices ProtectClock
    ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables RestrictAddressFamilies
    RestrictNamespaces RestrictRealtime RestrictSUIDSGID SystemCallArchitectures SystemCallFilter
    SystemCallLog""".split()
ANOTHER_VIEW = """ProtectHome ProtectSystem ReadOnlyPaths InaccessiblePaths PrivateTmp PrivateUsers ProtectProc ProcSubset
    PrivateIPC PrivateMounts ProtectControlGroups PrivateNetwork IPAddressDeny""".split()
NEEDED_THROUGH_SUDO = ("CAP_NET_RAW", "CAP_SETUID", "CAP_SETGID", "CAP_DAC_OVERRIDE", "CAP_AUDIT_WRITE", "CAP_SYS_ADMIN")


class SystemdUnit(unittest.TestCase):
    def setUp(self):
        self.text = UNIT.read_text()
        lines = [line for line in self.text.splitlines() if "=" in line and not line.startswith("#")]
        self.settings = dict(line.split("=", 1) for line in lines)

    def test_privileges_can_still_be_gained_by_sudo_and_setuid_plugins(self):
        self.assertEqual([], [name for name in NO_NEW_PRIVILEGES if name in self.settings])
        dropped = self.settings["CapabilityBoundingSet"]
        self.assertTrue(dropped.startswith("~"))
        self.assertEqual([], [name for name in NEEDED_THROUGH_SUDO if name in dropped.split()])

    def test_plugins_see_the_machine_as_it_is(self):
        self.assertEqual([], [name for name in ANOTHER_VIEW if name in self.settings])

    def test_every_option_left_out_says_why(self):
        comments = "\n".join(line for line in self.text.splitlines() if line.startswith("#"))
        self.assertEqual([], [name for name in NO_NEW_PRIVILEGES + ANOTHER_VIEW if name not in comments])

    def test_it_runs_as_the_plugins_user_under_a_watchdog(self):
        for key, value in {"Type": "notify", "User": "nagios", "WatchdogSec": "60", "OOMPolicy": "continue"}.items():
            self.assertEqual(value, self.settings.get(key), key)

    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            # verify wants programs that exist
            copy = pathlib.Path(folder) / "checkagent.service"
            copy.write_text(self.text.replace("/usr/sbin/checkagent", "/bin/true").replace("nagios", "root"))
            result = subprocess.run(["/usr/bin/systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True,
                                    text=True, check=False)
            own = [line for line in result.stderr.splitlines() if "checkagent.service" in line]
        self.assertEqual([], own)


class CollectorUnit(unittest.TestCase):
    def setUp(self):
        self.text = (UNIT.parent / "collector.service").read_text()
        self.lines = self.text.splitlines()

    def test_it_runs_as_a_user_of_its_own_under_a_watchdog_with_folders_of_its_own(self):
        for line in ("Type=notify", "WatchdogSec=60", "User=muster-collector", "StateDirectory=muster/collector",
                     "LogsDirectory=muster-collector", "RestartPreventExitStatus=78"):
            self.assertIn(line, self.lines)

    def test_it_gains_nothing_and_sees_nothing_that_it_does_not_need(self):
        for line in ("NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
                     "PrivateDevices=yes", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "SystemCallFilter=@system-service"):
            self.assertIn(line, self.lines)

    def test_a_system_call_that_a_library_tries_in_vain_does_not_kill_it(self):
        self.assertIn("SystemCallErrorNumber=EPERM", self.lines)

    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "collector.service"
            copy.write_text(self.text.replace("/usr/sbin/collector", "/bin/true").replace("=muster-collector", "=root"))
            result = subprocess.run(["/usr/bin/systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True,
                                    text=True, check=False)
            own = [line for line in result.stderr.splitlines() if "collector.service" in line]
        self.assertEqual([], own)


class BridgeUnit(unittest.TestCase):
    def setUp(self):
        self.text = (UNIT.parent / "nagios-bridge.service").read_text()
        self.lines = self.text.splitlines()

    def test_it_runs_as_a_user_of_its_own_under_a_watchdog_with_folders_of_its_own(self):
        for line in ("Type=notify", "WatchdogSec=60", "User=muster-bridge", "StateDirectory=muster/nagios-bridge",
                     "RuntimeDirectory=nagios-bridge", "RestartPreventExitStatus=78"):
            self.assertIn(line, self.lines)

    def test_it_gains_nothing_and_writes_nothing_but_its_folders_and_those_of_the_monitor(self):
        for line in ("NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
                     "PrivateDevices=yes", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "SystemCallFilter=@system-service",
                     "ReadWritePaths=-/var/lib/nagios4 -/var/lib/prometheus/node-exporter"):
            self.assertIn(line, self.lines)

    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "nagios-bridge.service"
            copy.write_text(self.text.replace("/usr/sbin/nagios-bridge", "/bin/true").replace("=muster-bridge", "=root"))
            result = subprocess.run(["/usr/bin/systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True,
                                    text=True, check=False)
            own = [line for line in result.stderr.splitlines() if "nagios-bridge.service" in line]
        self.assertEqual([], own)


class PrivilegedUnits(unittest.TestCase):
    def setUp(self):
        self.socket = (UNIT.parent / "muster-privileged.socket").read_text()
        self.service = (UNIT.parent / "muster-privileged@.service").read_text()

    def test_the_socket_is_for_root_and_the_group_of_checkagent_only(self):
        for line in ("Accept=yes", "SocketUser=root", "SocketGroup=nagios", "SocketMode=0660", "MaxConnections=32"):
            self.assertIn(line, self.socket.splitlines())

    def test_dpkg_is_not_killed_with_the_program_that_started_it(self):
        self.assertIn("KillMode=process", self.service.splitlines())

    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "muster-privileged.socket").write_text(self.socket.replace("nagios", "root"))
            service = pathlib.Path(folder) / "muster-privileged@.service"
            service.write_text(self.service.replace("/usr/libexec/muster/muster-privileged", "/bin/true"))
            files = [str(service), str(pathlib.Path(folder) / "muster-privileged.socket")]
            result = subprocess.run(["/usr/bin/systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True,
                                    check=False)
            own = [line for line in result.stderr.splitlines() if "muster-privileged" in line]
        self.assertEqual([], own)


if __name__ == "__main__":
    sys.exit(unittest.main())
