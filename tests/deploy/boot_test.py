#!/usr/bin/env python3
"""The package's life on a machine: installed, booted under a real systemd, reloaded, hung, killed, upgraded, removed, purged.

`./dev check` runs it; by hand, as root, after `./dev package`:  python3 tests/deploy/boot_test.py
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from machine import ROOT, Machine, missing_tools, root_with

SKIPPED = 77
PACKAGES = sorted(ROOT.glob("build/foghorn_*.deb"))
CONFIG = "/etc/foghorn/config.toml"


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", package, name], check=True, capture_output=True, text=True).stdout.strip()


def dependencies(package):
    """The first alternative of each, by name."""
    return [re.match(r"[\w.+-]+", relation.strip())[0] for relation in field(package, "Depends").split(",")]


def with_version(package, version, folder):
    """The same package with another version."""
    subprocess.run(["dpkg-deb", "-R", package, folder / "tree"], check=True)
    control = folder / "tree/DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    made = folder / "newer.deb"
    subprocess.run(["dpkg-deb", "-b", folder / "tree", made], check=True, stdout=subprocess.DEVNULL)
    return made


class ALife(unittest.TestCase):
    """One machine, one story: its chapters run in the order of their numbers."""

    @classmethod
    def setUpClass(cls):
        package = PACKAGES[-1]
        folder = tempfile.TemporaryDirectory(prefix="foghorn-boot-")
        cls.addClassCleanup(folder.cleanup)
        cls.package = "/" + package.name
        newer = with_version(package, "9.9.9", pathlib.Path(folder.name))
        cls.machine = Machine(root_with(dependencies(package)), [package, newer])
        cls.addClassCleanup(cls.machine.stop)

    def run_in(self, script, **options):
        return self.machine.run(script, **options)

    def show(self, name):
        return self.run_in(f"systemctl show foghorn -p {name} --value").strip()

    def wait_until_active(self, besides=""):
        """Until another process than `besides` has said READY; its pid."""
        said = self.machine.wait_for("""systemctl show foghorn -p MainPID -p ActiveState -p SubState --value | tr '\\n' ' '""",
                                     rf"^(?!{besides or 0} )\d+ active running")
        return said.split()[0]

    def drop_in(self, name, text):
        self.run_in(f"mkdir -p /etc/systemd/system/foghorn.service.d && printf '%s' '{text}' > /etc/systemd/system/foghorn.service.d/{name}.conf"
                    " && systemctl daemon-reload")

    def reloads(self, wanted):
        """Waits until the daemon says so of its last reload."""
        self.machine.wait_for("curl -s 127.0.0.1:9464/metrics", rf"(?m)^foghorn_config_last_reload_successful {wanted}$")

    def journal(self, *matches):
        lines = self.run_in(f"journalctl -u foghorn -o json --no-pager {' '.join(matches)}").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    # ---- installation

    def test_01_apt_installs_it_and_the_service_is_up(self):
        said = self.run_in(f"apt-get install -y {self.package}", seconds=120)
        self.assertNotIn("rror", said.replace("error=", ""))
        self.wait_until_active()
        self.assertEqual(self.show("Type"), "notify")
        self.assertEqual(self.run_in("systemctl is-enabled foghorn").strip(), "enabled")
        self.assertEqual(self.run_in("curl -s -o /dev/null -w '%{http_code}' 127.0.0.1:9464/healthz"), "200")

    def test_02_files_belong_to_whom_they_should(self):
        owners = self.run_in("stat -c '%U:%G %a %n' /var/lib/foghorn /var/lib/foghorn/control.sock /etc/foghorn/secrets /etc/foghorn/config.toml")
        self.assertEqual(owners.splitlines(), ["foghorn:foghorn 700 /var/lib/foghorn", "foghorn:foghorn 600 /var/lib/foghorn/control.sock",
                                               "root:foghorn 2750 /etc/foghorn/secrets", "root:root 644 /etc/foghorn/config.toml"])

    def test_03_systemd_has_nothing_to_say_of_the_unit(self):
        self.assertEqual(self.run_in("systemd-analyze verify --man=no /lib/systemd/system/foghorn.service"), "")

    def test_04_the_process_may_do_little(self):
        status = self.run_in(f"cat /proc/{self.show('MainPID')}/status")
        self.assertRegex(status, r"NoNewPrivs:\s1")
        self.assertRegex(status, r"Seccomp:\s2")
        self.assertRegex(status, r"CapBnd:\s0000000000000000")
        self.assertNotRegex(status, r"Uid:\s0")

    def test_05_root_asks_it_without_further_words(self):
        self.run_in("foghorn outbox list")
        self.run_in("foghorn silence add --rule oil-shock --for 1h --reason trying")
        self.assertIn("oil-shock", self.run_in("foghorn silence list"))
        self.run_in(f"foghorn check --config {CONFIG}")
        self.run_in("foghorn report --hours 1", check=False)
        self.assertEqual(self.run_in("find /var/lib/foghorn ! -user foghorn").strip(), "")  # root leaves nothing of its own

    def test_06_the_journal_has_fields(self):
        started = self.journal("FOGHORN_EVENT=started")
        self.assertEqual(len(started), 1)
        self.assertEqual(started[0]["PRIORITY"], "6")
        self.assertEqual(started[0]["SYSLOG_IDENTIFIER"], "foghorn")
        self.assertRegex(started[0]["FOGHORN_VERSION"], r"^\d+\.\d+")
        self.assertTrue(started[0]["MESSAGE"].startswith("started version="))
        self.machine.wait_for("journalctl -u foghorn -o cat --no-pager FOGHORN_FEED=okx", "feed lost")  # there is no network here
        lost = self.journal("FOGHORN_FEED=okx", "FOGHORN_EVENT='feed lost'")[0]
        self.assertEqual(lost["PRIORITY"], "4")
        self.assertTrue(lost["FOGHORN_ERROR"])

    # ---- configuration

    def test_10_a_reload_takes_a_new_channel_with_its_secret(self):
        self.run_in("install -m 640 /dev/null /etc/foghorn/secrets/hook.url && echo https://127.0.0.1:9/a-key > /etc/foghorn/secrets/hook.url")
        self.assertEqual(self.run_in("stat -c %G /etc/foghorn/secrets/hook.url").strip(), "foghorn")
        self.run_in(f"printf '\\n[channel.hook]\\ntype = \"webhook\"\\nurl_file = \"secrets/hook.url\"\\n' >> {CONFIG}")
        process = self.show("MainPID")
        self.assertIn("hook", self.run_in(f"foghorn check --config {CONFIG} --diff"))
        self.run_in("systemctl reload foghorn")
        self.machine.wait_for("curl -s 127.0.0.1:9464/api/v1/status", '"name": ?"hook"')
        self.assertEqual(self.show("MainPID"), process)
        self.reloads(1)

    def test_11_a_reload_of_a_wrong_config_changes_nothing(self):
        self.run_in(f"cp {CONFIG} /root/good.toml && echo 'nonsense = 1' >> {CONFIG}")
        process = self.show("MainPID")
        self.run_in("systemctl reload foghorn")
        self.reloads(0)
        self.assertEqual((self.show("MainPID"), self.show("ActiveState")), (process, "active"))
        self.assertIn("nonsense", self.run_in("journalctl -u foghorn --no-pager -o cat"))
        self.run_in(f"cp /root/good.toml {CONFIG} && systemctl reload foghorn")
        self.reloads(1)

    def test_12_a_credential_is_a_url_file_without_a_folder(self):
        self.drop_in("credential", "[Service]\nSetCredential=second.url:https://127.0.0.1:9/another-key\n")
        self.run_in(f"printf '\\n[channel.second]\\ntype = \"webhook\"\\nurl_file = \"second.url\"\\n' >> {CONFIG} && systemctl restart foghorn")
        self.wait_until_active()
        self.assertIn('"second"', self.run_in("curl -s 127.0.0.1:9464/api/v1/status"))
        self.run_in(f"cp /root/good.toml {CONFIG} && rm /etc/systemd/system/foghorn.service.d/credential.conf && systemctl daemon-reload")
        self.run_in("systemctl restart foghorn")

    def test_13_no_secret_is_in_the_journal(self):
        self.assertNotIn("a-key", self.run_in("journalctl --no-pager"))
        self.assertNotIn("another-key", self.run_in("journalctl --no-pager"))

    # ---- accidents

    def test_20_one_that_hangs_is_killed_by_the_watchdog_and_started_again(self):
        self.drop_in("watchdog", "[Service]\nWatchdogSec=3s\n")
        self.run_in("systemctl restart foghorn")
        process = self.wait_until_active()
        self.run_in(f"kill -STOP {process}")
        self.wait_until_active(besides=process)
        self.assertIn("Watchdog timeout", self.run_in("journalctl -u foghorn --no-pager"))

    def test_21_one_that_is_killed_is_started_again_and_remembers(self):
        process = self.wait_until_active()
        self.run_in(f"kill -9 {process}")
        self.wait_until_active(besides=process)
        self.assertIn("oil-shock", self.run_in("foghorn silence list"))

    def test_22_a_wrong_config_is_not_tried_again_and_again(self):
        self.run_in(f"echo 'nonsense = 1' >> {CONFIG}; systemctl restart foghorn", check=False)
        self.machine.wait_for("systemctl show foghorn -p ActiveState", "failed")
        self.assertEqual(self.show("ExecMainStatus"), "2")
        self.assertIn(f"{CONFIG}:", self.run_in("journalctl -u foghorn --no-pager -o cat -n 5"))
        self.run_in(f"cp /root/good.toml {CONFIG} && systemctl start foghorn")
        self.wait_until_active()

    def test_23_it_stops_cleanly_within_ten_seconds(self):
        self.run_in("systemctl stop foghorn", seconds=10)
        self.assertEqual((self.show("Result"), self.show("ExecMainStatus"), self.show("ActiveState")), ("success", "0", "inactive"))

    def test_24_what_root_imports_while_it_is_down_is_the_daemons(self):
        self.run_in("umask 077; printf 'date,close\\n2026-04-16,90.1\\n2026-04-17,80.2\\n' > /root/wti.csv; foghorn history import WTI /root/wti.csv")
        self.assertEqual(self.run_in("find /var/lib/foghorn ! -user foghorn").strip(), "")
        self.run_in("foghorn backup --out /root/copy.db && test -s /root/copy.db")
        self.assertEqual(self.run_in("find /var/lib/foghorn ! -user foghorn").strip(), "")
        self.run_in("systemctl start foghorn")
        self.wait_until_active()

    # ---- upgrade and end

    def test_30_an_upgrade_keeps_the_config_and_the_data_and_restarts(self):
        process = self.wait_until_active()
        self.run_in("dpkg -i /newer.deb", seconds=120)
        self.assertEqual(self.run_in("dpkg-query -W -f '${Version}' foghorn"), "9.9.9")
        self.wait_until_active(besides=process)
        self.assertIn("[channel.hook]", self.run_in(f"cat {CONFIG}"))
        self.assertIn("oil-shock", self.run_in("foghorn silence list"))

    def test_31_a_removal_keeps_config_secrets_and_data(self):
        self.run_in("apt-get remove -y foghorn", seconds=120)
        self.assertEqual(self.run_in("systemctl is-active foghorn", check=False).strip(), "inactive")
        self.run_in(f"test -s {CONFIG} && test -s /etc/foghorn/secrets/hook.url && test -s /var/lib/foghorn/foghorn.db && test ! -e /usr/bin/foghorn")

    def test_32_installed_again_it_goes_on(self):
        self.run_in(f"dpkg -i {self.package}", seconds=120)
        self.wait_until_active()
        self.assertIn("oil-shock", self.run_in("foghorn silence list"))

    def test_33_a_purge_takes_all_but_the_user(self):
        self.run_in("echo https_proxy=http://x > /etc/default/foghorn; echo x > /etc/foghorn/wecom.cred")
        self.run_in("apt-get purge -y foghorn", seconds=120)
        self.assertEqual(self.run_in("ls -d /etc/default/foghorn /etc/foghorn /var/lib/foghorn /usr/share/foghorn /lib/systemd/system/foghorn.service "
                                     "/etc/systemd/system/*/foghorn.service 2>/dev/null", check=False).strip(), "")
        self.run_in("getent passwd foghorn")


if __name__ == "__main__":
    why_not = missing_tools() or (None if PACKAGES else "there is no build/foghorn_*.deb: ./dev package")
    if why_not:
        print(f"skipped: {why_not}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2, failfast=True)
