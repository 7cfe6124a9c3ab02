#!/usr/bin/env python3
"""The section, scheduled and asked for: a digest arrives once, a missed one late, and command and HTTP agree."""
import datetime
import json
import sqlite3
import time

from harness import EndToEnd, foghorn, main, wait_until

SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "150s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["150s", 91]]
sources = [{ name = "bybit:CLUSDT" }]
[[receiver]]
name = "desk"
type = "wecom"
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
timezone = "UTC"
[feed.bybit]
url = "wss://{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
[instrument.WTI]
name = {{ zh = "WTI 原油", en = "WTI crude" }}
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
consensus = {{ min_sources = 1 }}
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
"""

DIGEST = """
[[digest]]
at = "{at}"
channels = ["desk"]
"""


def minute(seconds_ahead):
    """The first whole minute so far ahead, in UTC."""
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_ahead)
    return then.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)


def fill(database, end):
    """Two days of oil until `end`: it stood at 96.46, and falls to 85.91 six hours before."""
    with sqlite3.connect(database) as store:
        for back in range(48 * 60, 0, -1):
            price = 96.46 if back > 6 * 60 else 85.91
            at = int((end - datetime.timedelta(minutes=back)).timestamp()) * 1_000_000
            store.execute("INSERT OR REPLACE INTO bars VALUES ('WTI', ?, ?, ?, ?, ?, 0)", (at, price, price, price, price))


def knew(database, due):
    """A daemon had this digest in its config an hour before it was due."""
    since = int((due - datetime.timedelta(hours=1)).timestamp()) * 1_000_000
    with sqlite3.connect(database) as store:
        store.execute("INSERT INTO digests VALUES (?, ?)", (due.strftime("%H:%M UTC"), since))


class TheSection(EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator(SCENARIO)
        places = self.sim.places
        self.config_text = CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"])
        self.config = self.write("config.toml", self.config_text)
        self.daemon(self.config).wait_until_up().stop()  # a store to be filled

    def digests(self):
        return [message for message in self.sim.received() if "digest-" in json.dumps(message)]

    def text(self):
        return json.dumps(self.digests()[0], ensure_ascii=False)

    def test_a_digest_arrives_once_and_report_and_http_tell_the_same(self):
        due = minute(4)
        fill(self.folder / "data/foghorn.db", due)
        self.write("config.toml", self.config_text + DIGEST.format(at=due.strftime("%H:%M")))
        daemon = self.daemon(self.config).wait_until_up()
        self.assertEqual(self.digests(), [])
        wait_until(self.digests, 90, "the digest")
        self.assertIn(due.strftime("digest-%Y-%m-%dT%H:%M"), self.text())
        self.assertIn("较24小时前跌10.94%", self.text())
        self.assertNotIn("补发", self.text())

        at = (due - datetime.timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%MZ")
        for format_ in ("json", "md", "text"):
            said = foghorn("report", "--config", self.config, "--at", at, "--format", format_)
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertEqual(daemon.get(f"/api/v1/section?at={at}&format={format_}"), (200, said.stdout))
        self.assertIn("较24小时前跌10.94%", said.stdout)

        self.assertEqual(daemon.stop(), 0)
        daemon = self.daemon(self.config).wait_until_up()
        time.sleep(2)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(self.digests()), 1)

    def test_a_digest_that_was_missed_arrives_late_and_once(self):
        due = minute(-600)
        fill(self.folder / "data/foghorn.db", due)
        knew(self.folder / "data/foghorn.db", due)
        self.write("config.toml", self.config_text + DIGEST.format(at=due.strftime("%H:%M")))
        daemon = self.daemon(self.config).wait_until_up()
        wait_until(self.digests, 30, "the late digest")
        self.assertIn("（补发，原定 ", self.text())
        self.assertEqual(daemon.stop(), 0)
        daemon = self.daemon(self.config).wait_until_up()
        time.sleep(2)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(self.digests()), 1)

    def test_a_digest_that_is_new_in_the_config_tells_nothing_of_before(self):
        due = minute(-600)
        fill(self.folder / "data/foghorn.db", due)
        self.write("config.toml", self.config_text + DIGEST.format(at=due.strftime("%H:%M")))
        daemon = self.daemon(self.config).wait_until_up()
        wait_until(lambda: "digest was due before the config named it" in daemon.log(), 30, "the log's word on it")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.digests(), [])


if __name__ == "__main__":
    main()
