#!/usr/bin/env python3
"""The unit as systemd's own tools see it: no word of `systemd-analyze verify`, exposure at most 1.5."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy/systemd/foghorn.service"
SKIPPED = 77


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60)


class TheUnit(unittest.TestCase):
    def test_systemd_has_nothing_to_say_of_it(self):
        # The programs that it names are those of an installation: here they are some that exist.
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "foghorn.service"
            unit.write_text(re.sub(r"/usr/bin/foghorn|/bin/kill", shutil.which("true"), UNIT.read_text()))
            outcome = analyze("verify", "--man=no", unit)
        self.assertEqual((outcome.stdout + outcome.stderr, outcome.returncode), ("", 0))

    def test_it_exposes_little(self):
        outcome = analyze("security", "--offline=true", "--threshold=15", "--no-pager", UNIT)
        self.assertEqual(outcome.returncode, 0, outcome.stdout + outcome.stderr)
        self.assertLessEqual(float(re.search(r"Overall exposure level for \S+: ([\d.]+)", outcome.stdout)[1]), 1.5)

    def test_a_mistake_in_it_would_be_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "foghorn.service"
            unit.write_text("[Service]\nExecStart=/bin/true\nWatchdogSecs=30s\n")
            self.assertIn("WatchdogSecs", analyze("verify", "--man=no", unit).stderr)


if __name__ == "__main__":
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
