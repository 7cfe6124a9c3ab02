#!/usr/bin/env python3
"""./dev, as far as it can be tried without installing: no service starts while it installs, and afterwards they may again."""
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AS_NOBODY = "as_root() { \"$@\"; }; add_backports() { :; }; packages() { echo bash; }; "


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.policy = self.folder / "policy-rc.d"
        self.program("systemctl", "exit 0")
        self.program("apt-get", f'[ "$1" = update ] || cp {self.policy} {self.folder}/seen')

    def program(self, name, text):
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)

    def run_in_dev(self, commands):
        """Sourced, ./dev only defines."""
        path = f"{self.folder}:{os.environ['PATH']}"
        return subprocess.run(["bash", "-c", f"source {ROOT}/dev; policy={self.policy}; {AS_NOBODY}{commands}"], env={**os.environ, "PATH": path},
                              text=True, capture_output=True, timeout=60)

    def test_no_service_starts_while_its_package_is_installed_and_then_it_may(self):
        done = self.run_in_dev("missing=(curl prometheus); install_packages")
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = self.folder / "seen"
        self.assertTrue(seen.stat().st_mode & stat.S_IXUSR)
        self.assertEqual(subprocess.run([seen]).returncode, 101)
        self.assertFalse(self.policy.exists())

    def test_where_apt_fails_or_is_ended_nothing_is_left_behind(self):
        for end in ("exit 100", f"kill -{int(signal.SIGTERM)} $PPID; exit 1"):
            self.program("apt-get", f"test -e {self.policy} || exit 0; {end}")
            self.assertNotEqual(self.run_in_dev("missing=(prometheus); install_packages").returncode, 0)
            self.assertFalse(self.policy.exists())

    def test_what_a_power_cut_left_behind_is_removed_and_anothers_stays(self):
        self.policy.write_text("#!/bin/sh\nexit 101  # no service starts while ./dev installs packages\n")
        self.run_in_dev("set_up")
        self.assertFalse(self.policy.exists())
        self.policy.write_text("#!/bin/sh\nexit 101\n")
        self.run_in_dev("missing=(prometheus); set_up; install_packages")
        self.assertEqual(self.policy.read_text(), "#!/bin/sh\nexit 101\n")

    def test_only_the_tests_ask_for_what_only_they_start(self):
        wanted = subprocess.run(["bash", "-c", f"source {ROOT}/dev; packages"], text=True, capture_output=True).stdout.split()
        for name in ("prometheus", "prometheus-alertmanager", "chromium"):
            self.assertNotIn(name, wanted)

    def test_shellcheck_has_nothing_to_say(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        done = subprocess.run(["shellcheck", ROOT / "dev"], text=True, capture_output=True)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
