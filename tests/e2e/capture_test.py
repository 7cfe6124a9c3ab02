#!/usr/bin/env python3
"""A day with the capture on, replayed: the same alert events, byte for byte, over a reconnect and a restart."""
import json

from harness import EndToEnd, foghorn, main, wait_until

SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "14s"
every = "100ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90.0], ["2s", 90.0], ["2100ms", 105.0], ["6s", 105.0], ["6100ms", 90.0], ["10s", 90.0], ["10100ms", 106.0]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP", contract = 1 }]
[instrument.BTC]
decimals   = 1
trade_size = 0.5
path = [["0s", 78000.0]]
sources = [{ name = "bybit:BTCUSDT" }, { name = "okx:BTC-USDT-SWAP", contract = 0.01 }]
[[wave]]
instrument = "BTC"
from       = "1s"
to         = "13s"
orders     = 300
median_usd = 100000
spread     = 0.8
long_share = "25%"
venues     = { bybit = 2, okx = 1 }
[[fault]]
kind  = "cut"
venue = "bybit"
at    = "4s"
for   = "1s"
[[scene]]
at   = "14s"
text = "It is over."
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
[capture]
enabled = true
[engine]
clock = "{clock}"
[feed.bybit]
url = "wss://{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
liquidations = ["BTCUSDT"]
[feed.okx]
url = "wss://{okx}/ws/v5/public"
rest_url = "https://{okx}"
ca_file = "{ca_file}"
liquidations = ["*"]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[instrument.LIQ]
class = "event"
unit = "USD"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
for = "1s"
keep = "1s"
[[rule]]
id = "jump"
when = "abs(change(WTI, 3s)) >= 5%"
[[rule]]
id = "wave"
when = "sum(LIQ, 1h) >= tier"
tiers = {{ notice = "1M USD", major = "5M USD", critical = "20M USD" }}
[[rule]]
id = "longs"
when = "count(LIQ.BTC.long@okx, 2s) >= 2"
"""


class ACapture(EndToEnd):
    def test_replays_what_was_told_as_it_arrived(self):
        self.check("arrival", lives=2)

    def test_replays_what_was_told_by_the_events_own_time(self):
        self.check("events", lives=1)

    def check(self, clock, lives):
        simulator = self.simulator(SCENARIO)
        places = simulator.places
        config = self.write("config.toml", CONFIG.format(clock=clock, ca_file=places["ca_file"], **places["venues"]))
        daemon = self.daemon(config).wait_until_up()
        wait_until(lambda: "fire rule=jump" in daemon.log(), 60, "the first jump")
        wait_until(lambda: "resolve rule=oil" in daemon.log(), 60, "the fall after it")
        if lives > 1:
            self.assertEqual(daemon.stop(), 0)
            daemon = self.daemon(config).wait_until_up()
        wait_until(lambda: simulator.has_said("It is over."), 60, "the end of the scenario")
        wait_until(lambda: "fire rule=oil" in daemon.log(), 30, "a rise")
        metrics = daemon.get("/metrics")[1]
        self.assertRegex(metrics, r"(?m)^foghorn_capture_up 1$")
        self.assertRegex(metrics, r"(?m)^foghorn_capture_dropped_total 0$")
        self.assertEqual(daemon.stop(), 0)
        simulator.stop()

        # What was stored is told by another life of the daemon, which hears nothing.
        daemon = self.daemon(config).wait_until_up()
        told = daemon.get("/api/v1/alerts?hours=8760&limit=1000")[1]
        self.assertEqual(daemon.stop(), 0)

        captures = self.folder / "data" / "capture"
        replay = foghorn("replay", "--config", config, "--capture", captures)
        self.assertEqual(replay.returncode, 0, replay.stderr)
        self.assertIn(f" of {lives + 1} runs ", replay.stderr)
        lines = replay.stdout.splitlines()
        self.assertGreaterEqual(len(lines), 6, replay.stdout)
        self.assertEqual({line["id"] for line in map(json.loads, lines)},
                         {alert["id"] for alert in json.loads(told)}, replay.stdout + told)
        for line in lines:
            self.assertIn(line[:-1] + ",", told)
        print(f"{len(lines)} alert events, the same; {replay.stderr.strip().splitlines()[-1]}", flush=True)
        for file in captures.iterdir():
            self.assertRegex(file.name, r"^capture-\d{8}T\d{6}Z\.jsonl\.zst$")


if __name__ == "__main__":
    main()
