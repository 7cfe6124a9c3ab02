#!/usr/bin/env python3
"""SIGHUP: the daemon goes on with another config, whole or not at all, and loses nothing; `check --diff` says it beforehand."""
import json
import random
import re
import signal
import socket
import time

from harness import EndToEnd, closed_port, foghorn, main, wait_until

# Oil rises by 10 % in two steps, half a minute apart: enough for another config in between.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "120s"
every = "100ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["4s", 90], ["4100ms", 94.9], ["34s", 94.9], ["34100ms", 99.1], ["120s", 99.1]]
sources = [{ name = "bybit:CLUSDT" }]
[instrument.GOLD]
decimals   = 1
trade_size = 1
path = [["0s", 4800], ["120s", 4800]]
sources = [{ name = "okx:XAU-USDT-SWAP" }]
[[receiver]]
name = "desk"
type = "wecom"
[[receiver]]
name = "other"
type = "wecom"
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
notices = ["desk"]
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
sources = ["bybit:CLUSDT"]
[instrument.GOLD]
unit = "USD/oz"
sources = ["okx:XAU-USDT-SWAP"]
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
title = "Oil rose by 10 %"
when = "rise(WTI, 10m) >= 10%"
route = ["desk"]
"""

GOLD_RULE = """
[[rule]]
id = "gold"
title = "Gold has a price"
when = "last(GOLD) >= 1 USD/oz"
route = ["desk"]
"""

QUIET = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
[feed.bybit]
url = "wss://127.0.0.1:{port}/v5/public/linear"
rest_url = ""
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
"""


class Reloading(EndToEnd):
    def rewrite(self, change):
        text = change(self.config.read_text())
        self.config.write_text(text)

    def metric(self, daemon, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", daemon.get("/metrics")[1], re.M)
        self.assertTrue(found, f"no metric {name}")
        return float(found[1])

    def successes(self, daemon):
        return daemon.log().count("reloaded changes=")

    def reload(self, daemon):
        before = self.successes(daemon)
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.successes(daemon) > before, 20, "a reload")

    def diff(self, *words, code=0):
        ended = foghorn("check", "--config", self.config, "--diff", *words)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return ended.stdout if code == 0 else ended.stderr


class AMarketThatGoesOn(Reloading):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator(SCENARIO)
        self.places = self.sim.places
        self.config = self.write("config.toml", CONFIG.format(
            ca_file=self.places["ca_file"], **self.places["venues"], **self.places["receivers"]))

    def shown(self, receiver, text):
        return [message for message in self.sim.received()
                if message["receiver"] == receiver and text in message["text"]]

    def price(self, daemon, instrument):
        found = [one["price"] for one in daemon.json("/api/v1/status")["instruments"] if one["name"] == instrument]
        return found[0] if found else None

    def test_a_reload_changes_what_changed_and_nothing_else(self):
        daemon = self.daemon(self.config).wait_until_up()
        self.assertEqual(self.metric(daemon, "foghorn_config_last_reload_successful"), 1)
        wait_until(lambda: self.price(daemon, "WTI") == 94.9, 60, "the first half of the move")
        wait_until(lambda: self.price(daemon, "GOLD"), 30, "a price of gold")
        self.assertEqual(self.diff(), "nothing would change\n")

        old, new = self.places["receivers"]["desk"], self.places["receivers"]["other"]
        self.rewrite(lambda text: text.replace(old, new).replace("[feed.okx]", "[feed.okx]\ndelayed = true") + GOLD_RULE)
        told = self.diff()
        self.assertEqual(told.splitlines(), [
            "~ feed okx: delayed false -> true", "    it reconnects", "~ channel desk: url changed",
            "+ rule gold: last(GOLD) >= 1 USD/oz", "    it starts idle, with the past that there is"])
        changes = json.loads(self.diff("--json"))["changes"]
        self.assertEqual([(one["change"], one["what"], one["name"]) for one in changes],
                         [("changed", "feed", "okx"), ("changed", "channel", "desk"), ("added", "rule", "gold")])
        self.assertNotIn("gold", str(daemon.json("/api/v1/status")["rules"]))  # asked, not done

        frames = self.metric(daemon, 'foghorn_feed_messages_total{feed="bybit",kind="data"}') \
            if 'foghorn_feed_messages_total{feed="bybit",kind="data"}' in daemon.get("/metrics")[1] else None
        self.reload(daemon)
        self.assertEqual(self.price(daemon, "WTI"), 94.9, "the move came too early for this test")
        if frames is not None:
            self.assertGreaterEqual(self.metric(daemon, 'foghorn_feed_messages_total{feed="bybit",kind="data"}'), frames)
        reconnects = re.findall(r'^foghorn_feed_reconnects_total\{feed="bybit",.*\} (\S+)$', daemon.get("/metrics")[1], re.M)
        self.assertEqual({float(count) for count in reconnects}, {0.0})
        self.assertRegex(daemon.log(), r'reloaded changes="feed=\+0-0~1 channel=\+0-0~1 rule=\+1-0~0" took_s=\d')
        self.assertEqual(self.diff(), "nothing would change\n")

        # What is new speaks, at the new place; what was half seen before is whole.
        wait_until(lambda: self.shown("other", "Gold has a price"), 60, "the new rule's message at the new address")
        wait_until(lambda: self.shown("other", "Oil rose by 10 %"), 90, "the move of which half came before the reload")
        fired = [alert for alert in daemon.json("/api/v1/alerts") if alert["rule"] == "oil"]
        self.assertEqual([alert["kind"] for alert in fired], ["fire"])
        self.assertEqual(self.shown("desk", "Oil rose"), [])
        self.assertEqual(daemon.stop(), 0)

    def test_a_bad_config_changes_nothing_and_says_so_everywhere(self):
        daemon = self.daemon(self.config).wait_until_up()
        good = self.config.read_text()
        bad = (good + GOLD_RULE).replace("rise(WTI, 10m) >= 10%", "rise(WTI, 10m) >= 10").replace(
            "[channel.desk]", '[channel.desk]\nlanguage = "fr"')
        self.config.write_text(bad)
        mistakes = foghorn("check", "--config", self.config).stderr.splitlines()
        self.assertEqual(len(mistakes), 2)
        self.assertEqual(self.diff(code=2).splitlines(), mistakes)
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reload failed mistakes=2" in daemon.log(), 20, "the failed reload's line")
        for line in mistakes:
            self.assertIn(line, daemon.log())
        self.assertEqual(self.metric(daemon, "foghorn_config_last_reload_successful"), 0)
        self.assertEqual([rule["id"] for rule in daemon.json("/api/v1/status")["rules"]], ["oil"])
        wait_until(lambda: self.shown("desk", "重新加载失败：配置有 2 处错误"), 30, "the notice")

        self.config.write_text(good.replace("127.0.0.1:0", f"127.0.0.1:{closed_port()}"))
        self.assertIn("needs a restart: [daemon] http", self.diff())
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reload refused" in daemon.log(), 20, "the refusal")
        self.assertRegex(daemon.log(), r"reload refused .*no running daemon can change \[daemon\] http")

        self.config.write_text(good)
        self.reload(daemon)
        self.assertEqual(self.metric(daemon, "foghorn_config_last_reload_successful"), 1)
        wait_until(lambda: self.shown("desk", "配置已重新加载"), 30, "the notice that it works")
        self.assertEqual(daemon.stop(), 0)


class Signals(Reloading):
    def setUp(self):
        super().setUp()
        self.config = self.write("config.toml", QUIET.format(port=closed_port()))

    def rules(self, daemon):
        return [rule["id"] for rule in daemon.json("/api/v1/status")["rules"]]

    def another_rule(self, name):
        return f'[[rule]]\nid = "{name}"\nwhen = "last(WTI) >= 100 USD/bbl"\n'

    def test_a_storm_of_them_ends_with_the_file_as_it_is_last(self):
        daemon = self.daemon(self.config).wait_until_up()
        for i in range(50):
            self.rewrite(lambda text: text + self.another_rule(f"rule-{i}"))
            daemon.process.send_signal(signal.SIGHUP)
            time.sleep(0.01)
        wait_until(lambda: len(self.rules(daemon)) == 51, 30, "the last config")
        self.assertLess(self.successes(daemon), 52)
        self.assertEqual(daemon.stop(), 0)

    def test_one_that_comes_before_the_daemon_runs_is_done_when_it_does(self):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])  # inherited
        try:
            daemon = self.daemon(self.config)
            daemon.process.send_signal(signal.SIGHUP)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        daemon.wait_until_up()
        wait_until(lambda: self.successes(daemon) == 1, 20, "the reload")
        self.assertEqual(daemon.stop(), 0)

    def test_one_in_the_middle_of_the_end_does_not_keep_it_up(self):
        for _ in range(5):
            daemon = self.daemon(self.config).wait_until_up()
            daemon.process.send_signal(signal.SIGHUP)
            time.sleep(random.random() * 0.02)
            daemon.process.send_signal(signal.SIGTERM)
            daemon.process.send_signal(signal.SIGHUP)
            self.assertEqual(daemon.process.wait(10), 0)

    def test_systemd_hears_of_it(self):
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(address)
            systemd.settimeout(20)
            daemon = self.daemon(self.config, env={"NOTIFY_SOCKET": address}).wait_until_up()

            def heard(wanted):
                while not systemd.recv(4000).decode().startswith(wanted):
                    pass

            heard("READY=1")
            daemon.process.send_signal(signal.SIGHUP)
            heard("RELOADING=1\nMONOTONIC_USEC=")
            heard("READY=1")
            self.config.write_text("[daemon]\nlog = 3\n")
            daemon.process.send_signal(signal.SIGHUP)
            heard("RELOADING=1")
            heard("STATUS=running by the config of before")
            heard("READY=1")
            self.assertEqual(daemon.stop(), 0)

    def test_without_a_daemon_the_difference_cannot_be_told(self):
        self.assertRegex(self.diff(code=1), r"no daemon at \S+control\.sock")


if __name__ == "__main__":
    main()
