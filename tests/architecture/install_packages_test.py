# SPDX-License-Identifier: Apache-2.0
"""packaging/install-packages.sh starts no service and leaves policy-rc.d as it found it, also when it fails.

apt-get and the other programs it calls are stand-ins on PATH; the real thing is tried in packaging/test-fresh.sh.
"""

import os
import pathlib
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "install-packages.sh"
OWN_POLICY = "#!/bin/sh\n# the administrator's own\nexit 104\n"


class InstallPackages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="muster-install-")
        self.root = pathlib.Path(self.folder.name)
        self.policy = self.root / "policy-rc.d"
        self.seen = self.root / "policy-during-apt"
        self.calls = self.root / "calls"
        self.calls.touch()
        self.stand_in("dpkg-query", "echo installed bash")
        self.stand_in("dpkg", "echo /etc/init.d/mosquitto")
        self.stand_in("update-rc.d", "")
        self.apt("")

    def tearDown(self):
        self.folder.cleanup()

    def stand_in(self, name, body):
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{body}\n')
        path.chmod(0o755)

    def apt(self, install_body):
        """An apt-get that installs mosquitto: it notes what policy-rc.d says while it runs."""
        self.stand_in("apt-get", f"""case "$*" in *install*)
          "{self.policy}" mosquitto start; echo $? >{self.seen}
          {install_body}
          printf '#!/bin/sh\\nprintf "installed bash\\ninstalled mosquitto\\n"\\n' >{self.root}/bin/dpkg-query ;;
        esac""")

    def start(self):
        environment = {"PATH": f"{self.root}/bin:/usr/bin:/bin", "MUSTER_POLICY_RC_D": str(self.policy)}
        return subprocess.Popen([SCRIPT, "demo"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, start_new_session=True)

    def run_script(self):
        process = self.start()
        output, _ = process.communicate(timeout=30)
        return process.returncode, output

    def test_services_are_held_while_apt_runs_and_the_policy_is_gone_afterwards(self):
        code, output = self.run_script()
        self.assertEqual(0, code, output)
        self.assertEqual("101", self.seen.read_text().strip())
        self.assertFalse(self.policy.exists())
        self.assertIn("--no-install-recommends", self.calls.read_text())
        self.assertIn("--no-remove", self.calls.read_text())

    def test_a_service_that_came_along_is_switched_off_for_the_next_boot(self):
        self.run_script()
        self.assertIn("update-rc.d mosquitto disable", self.calls.read_text())

    def test_the_administrators_own_policy_is_put_back_exactly(self):
        self.policy.write_text(OWN_POLICY)
        self.policy.chmod(0o750)
        before = self.policy.stat()
        code, output = self.run_script()
        self.assertEqual(0, code, output)
        after = self.policy.stat()
        self.assertEqual(OWN_POLICY, self.policy.read_text())
        self.assertEqual((before.st_ino, before.st_mtime_ns, stat.S_IMODE(before.st_mode)),
                         (after.st_ino, after.st_mtime_ns, stat.S_IMODE(after.st_mode)))

    def test_the_policy_is_put_back_when_apt_fails(self):
        self.policy.write_text(OWN_POLICY)
        self.apt("exit 100")
        code, _ = self.run_script()
        self.assertEqual(100, code)
        self.assertEqual(OWN_POLICY, self.policy.read_text())

    def test_the_policy_is_put_back_on_ctrl_c(self):
        self.policy.write_text(OWN_POLICY)
        self.apt("sleep 30")
        process = self.start()
        deadline = time.monotonic() + 20
        while not self.seen.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        self.assertNotEqual(0, process.returncode)
        self.assertEqual(OWN_POLICY, self.policy.read_text())

    def test_what_a_killed_run_left_behind_is_repaired(self):
        self.apt("sleep 30")
        self.policy.write_text(OWN_POLICY)
        process = self.start()
        deadline = time.monotonic() + 20
        while not self.seen.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        self.assertNotEqual(OWN_POLICY, self.policy.read_text())
        self.apt("")
        self.run_script()
        self.assertEqual(OWN_POLICY, self.policy.read_text())

    def test_nothing_is_called_when_nothing_is_missing(self):
        self.stand_in("dpkg-query", 'awk \'/^[^#]/ {print "installed", $1}\' "%s"' % (SCRIPT.parent / "apt-packages.txt"))
        code, output = self.run_script()
        self.assertEqual((0, ""), (code, output))
        self.assertNotIn("apt-get", self.calls.read_text())


if __name__ == "__main__":
    # A shell starts what runs in the background with Ctrl-C ignored, and who inherits that cannot undo it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(unittest.main())
