#!/usr/bin/env python3
"""The .deb that `./dev package` made: what is in it, what it asks for, what lintian says, and that it is the same when made again."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/package"
PACKAGES = sorted(ROOT.glob("build/foghorn_*.deb"))
SKIPPED = 77
WANTED = """
usr/bin/foghorn lib/systemd/system/foghorn.service usr/lib/sysusers.d/foghorn.conf etc/foghorn/config.toml
usr/share/man/man1/foghorn.1.gz usr/share/man/man5/foghorn.toml.5.gz usr/share/doc/foghorn/copyright
usr/share/doc/foghorn/changelog.gz usr/share/doc/foghorn/install.md usr/share/foghorn/rules/oil.toml
usr/share/foghorn/rules/tests/oil.toml usr/share/foghorn/templates/zh.toml usr/share/foghorn/prometheus/foghorn.rules.yml
usr/share/bash-completion/completions/foghorn usr/share/zsh/vendor-completions/_foghorn
usr/share/fish/vendor_completions.d/foghorn.fish
""".split()


def told(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **options).stdout


class ThePackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package = PACKAGES[-1]
        folder = tempfile.TemporaryDirectory(prefix="foghorn-package-")
        cls.addClassCleanup(folder.cleanup)
        cls.tree = pathlib.Path(folder.name) / "tree"
        told("dpkg-deb", "-x", cls.package, cls.tree)

    def test_what_an_installation_needs_is_in_it(self):
        for file in WANTED:
            found = (self.tree / file).is_file() or (self.tree / "usr" / file).is_file()
            self.assertTrue(found, file)

    def test_it_asks_for_nothing_that_only_backports_have(self):
        depends = told("dpkg-deb", "-f", self.package, "Depends")
        self.assertNotIn("boost", depends)
        self.assertIn("libc6", depends)
        self.assertIn("tzdata", depends)

    def test_the_config_is_the_operators(self):
        self.assertEqual(told("dpkg-deb", "-I", self.package, "conffiles").split(), ["/etc/foghorn/config.toml"])

    def test_the_packaged_config_loads_and_keeps_its_data_where_the_unit_lets_it(self):
        said = told(self.tree / "usr/bin/foghorn", "check", "--config", self.tree / "etc/foghorn/config.toml")
        self.assertIn("/var/lib/foghorn", said)

    def test_the_packaged_rule_tests_pass_where_they_are(self):
        tests = sorted((self.tree / "usr/share/foghorn/rules/tests").glob("*.toml"))
        self.assertGreaterEqual(len(tests), 5)
        told(self.tree / "usr/bin/foghorn", "test", *tests)

    def test_no_path_of_the_machine_that_built_it_is_in_it(self):
        for file in self.tree.rglob("*"):
            if file.is_file():
                self.assertNotIn(str(ROOT).encode(), file.read_bytes(), file)

    def test_every_path_that_the_packaged_config_names_is_in_it(self):
        for path in re.findall(r"/usr/share/[\w/.-]*\w", (self.tree / "etc/foghorn/config.toml").read_text()):
            self.assertTrue((self.tree / path[1:]).exists(), path)

    def test_packed_twice_it_is_the_same_to_the_byte(self):
        if not (BUILD / "CPackConfig.cmake").exists():
            self.skipTest("it was not built here")
        date = re.search(r"^ -- .*>  (.*)$", (ROOT / "deploy/debian/changelog.in").read_text(), re.M)[1]
        epoch = told("date", "-d", date, "+%s").strip()
        packed = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                told("cpack", "-G", "DEB", "-B", folder, cwd=BUILD, env={**os.environ, "SOURCE_DATE_EPOCH": epoch})
                made = pathlib.Path(folder) / self.package.name
                packed.append((set(told("dpkg-deb", "-I", made, "md5sums").splitlines()), made.read_bytes()))
        self.assertEqual(packed[0][0] ^ packed[1][0], set())  # which files differ: one that is being edited?
        self.assertTrue(packed[0][1] == packed[1][1])

    def test_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed (./dev check installs it)")
        outcome = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", self.package], capture_output=True, text=True)
        print(outcome.stdout)
        self.assertEqual(outcome.returncode, 0, outcome.stdout + outcome.stderr)


if __name__ == "__main__":
    if not PACKAGES:
        print("skipped: there is no build/foghorn_*.deb: ./dev package")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
