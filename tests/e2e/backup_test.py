#!/usr/bin/env python3
"""A copy made while the daemon runs, put back after a kill -9: the daemon goes on, and tells nothing twice that the copy knew as told."""
import shutil
import sqlite3
import subprocess

from harness import FOGHORN, EndToEnd, foghorn, main, wait_until

# Oil stands over 100 until half a minute is over.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "60s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["1s", 90], ["1100ms", 105], ["30s", 105], ["30100ms", 90], ["60s", 90]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP", contract = 1 }]
[[receiver]]
name = "desk"
type = "wecom"
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
[feed.bybit]
url = "wss://{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
[feed.okx]
url = "wss://{okx}/ws/v5/public"
rest_url = ""
ca_file = "{ca_file}"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
route = ["desk"]
"""


class ACopyOfTheStore(EndToEnd):
    def up(self):
        return self.daemon(self.config).wait_until_up()

    def backup(self, file):
        return foghorn("backup", "--config", self.config, "--out", file)

    def test_is_made_beside_the_daemon_and_goes_on_where_it_was(self):
        simulator = self.simulator(SCENARIO)
        places = simulator.places
        self.config = self.write("config.toml",
                                 CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"]))
        told = lambda text: [message for message in map(str, simulator.received()) if text in message]
        daemon = self.up()

        def delivered():
            alerts = daemon.json("/api/v1/alerts")
            return alerts and alerts[-1]["deliveries"][0]["state"] == "delivered" and alerts[-1]["id"]

        fire = wait_until(delivered, 60, "oil's fire, delivered")
        copy = self.folder / "copy.db"
        made = self.backup(copy)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        self.assertIn("checked", made.stdout)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        with sqlite3.connect(copy) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            self.assertEqual(store.execute("SELECT state FROM outbox WHERE event = ?", (fire,)).fetchone()[0], "delivered")
        again = self.backup(copy)
        self.assertEqual(again.returncode, 1)
        self.assertIn("is there already", again.stderr)

        daemon.kill()
        data = self.folder / "data"
        for name in ("foghorn.db", "foghorn.db-wal", "foghorn.db-shm"):
            (data / name).unlink(missing_ok=True)
        shutil.copy(copy, data / "foghorn.db")
        daemon = self.up()
        episode = fire.rsplit("-", 1)[0]
        wait_until(lambda: told(episode + "-1"), 60, "the episode's end, told by the restored daemon")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(told(fire)), 1)

    def test_is_refused_in_words(self):
        self.config = self.write("config.toml", CONFIG.format(bybit="127.0.0.1:1", okx="127.0.0.1:1", ca_file="",
                                                              desk=self.write("url", "http://127.0.0.1:9/k")).replace(
                                                                  'ca_file = ""\n', ""))
        none = self.backup(self.folder / "copy.db")
        self.assertEqual(none.returncode, 1, none.stderr)
        self.assertIn("there is no store", none.stderr)
        self.assertEqual(foghorn("backup", "--config", self.config).returncode, 2)
        self.assertEqual(foghorn("backup", "--config", self.folder / "none.toml", "--out", "x").returncode, 2)

    def test_that_grows_beyond_the_limit_of_files_is_refused_in_words_and_leaves_nothing(self):
        self.config = self.write("config.toml", CONFIG.format(bybit="127.0.0.1:1", okx="127.0.0.1:1", ca_file="",
                                                              desk=self.write("url", "http://127.0.0.1:9/k")).replace(
                                                                  'ca_file = ""\n', ""))
        daemon = self.up()
        copies = self.folder / "copies"
        copies.mkdir()
        limited = subprocess.run(["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", FOGHORN, "backup", "--config", self.config,
                                  "--out", copies / "copy.db"], text=True, capture_output=True, timeout=30)
        self.assertEqual(limited.returncode, 1, limited.stderr)
        self.assertIn("was not copied", limited.stderr)
        self.assertEqual(list(copies.iterdir()), [])
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    main()
