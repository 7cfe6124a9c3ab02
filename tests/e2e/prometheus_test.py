#!/usr/bin/env python3
"""A real Prometheus with our scrape config and rules: it scrapes the daemon, tells that a feed died, and has data for every query of
the dashboards."""
import http.client
import http.server
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

from harness import EndToEnd, ROOT, closed_port, feed_tables, main, wait_until

sys.path.insert(0, str(ROOT / "tests/deploy"))
from dashboards_test import DASHBOARDS, panels_of  # noqa: E402

# Oil rises over 100 and falls back, bitcoin positions are closed by force, one venue goes away, another has nothing more to say.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "75s"
every = "250ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["6s", 90], ["6100ms", 105], ["16s", 105], ["16100ms", 90]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP", contract = 1 }, { name = "hyperliquid:xyz:CL" }]
[instrument.BTC]
decimals   = 1
trade_size = 0.5
path = [["0s", 78000.0]]
sources = [{ name = "bybit:BTCUSDT" }, { name = "okx:BTC-USDT-SWAP", contract = 0.01 }]
[[wave]]
instrument = "BTC"
from       = "3s"
to         = "60s"
orders     = 300
median_usd = 100000
spread     = 0.8
long_share = "25%"
venues     = { bybit = 2, okx = 1 }
[[fault]]
kind  = "cut"
venue = "okx"
at    = "20s"
for   = "50s"
[[fault]]
kind  = "mute"
venue = "hyperliquid"
at    = "8s"
for   = "60s"
[[receiver]]
name = "desk"
type = "wecom"
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "{data}"
notices = ["desk"]
[capture]
enabled = true
[heartbeat]
ping_url = "http://127.0.0.1:{pinged}/"
ping_every = "1m"
[[digest]]
at = "07:30"
channels = ["desk"]
{feeds}
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP", "hyperliquid:xyz:CL"]
[instrument.BTC]
unit = "USD"
sources = ["bybit:BTCUSDT", "okx:BTC-USDT-SWAP"]
[instrument.LIQ]
class = "event"
unit = "USD"
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
route = ["desk"]
[[rule]]
id = "liquidations"
when = "sum(LIQ, 1h) >= 100M USD"
route = ["desk"]
"""

MINUTE = 60_000_000  # in microseconds, as the store counts


class Pinged(http.server.ThreadingHTTPServer):
    """Answers the daemon's sign of life."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def hurried(text, replacements):
    """A file of deploy/prometheus for a test that has a minute: each pattern must be there."""
    for pattern, replacement in replacements:
        text, found = re.subn(pattern, replacement, text)
        assert found, f"{pattern} is no longer in the file"
    return text


class APrometheus(EndToEnd):
    def start_daemon(self, simulator):
        pinged = Pinged()
        self.addCleanup(pinged.server_close)
        self.addCleanup(pinged.shutdown)
        places = simulator.places
        data = self.folder / "data"
        config = self.write("config.toml", CONFIG.format(
            data=data, pinged=pinged.server_port, ca_file=places["ca_file"], desk=places["receivers"]["desk"],
            feeds=feed_tables(places, bybit='liquidations = ["BTCUSDT"]', okx='liquidations = ["*"]', hyperliquid="")))
        # An earlier life that knows yesterday's prices: a change over 24 h is known from the start.
        self.daemon(config, log="first.log").wait_until_up().stop()
        now = int(time.time()) // 60 * MINUTE
        with sqlite3.connect(data / "foghorn.db") as store:
            store.executemany(
                "INSERT OR REPLACE INTO bars (instrument, minute, open, high, low, close) VALUES (?, ?, ?, ?, ?, ?)",
                [(instrument, now - minutes * MINUTE, price, price, price, price)
                 for instrument, price in (("WTI", 88.0), ("BTC", 77000.0)) for minutes in range(1, 26 * 60)])
        store.close()
        return self.daemon(config).wait_until_up()

    def start_prometheus(self, daemon):
        binary = shutil.which("prometheus")
        self.assertTrue(binary, "Debian's prometheus is missing: ./dev test installs it")
        ours = ROOT / "deploy/prometheus"
        self.write("prometheus.yml", hurried((ours / "prometheus.yml").read_text(), [
            (r"127\.0\.0\.1:9464", f"127.0.0.1:{daemon.port}"), (r"127\.0\.0\.1:9093", f"127.0.0.1:{closed_port()}"),
            (r"_interval: 15s", "_interval: 1s"), (r"scrape_timeout: 5s", "scrape_timeout: 1s")]))
        self.write("foghorn.rules.yml",
                   hurried((ours / "foghorn.rules.yml").read_text(), [(r"(?m)^( +)for: \d+m$", r"\1for: 2s")]))
        log = self.folder / "prometheus.log"
        with open(log, "wb") as out:
            process = subprocess.Popen(
                [binary, f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.folder / 'prometheus'}",
                 "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.addCleanup(self.end, process)

        def listening():
            self.assertIsNone(process.poll(), log.read_text())
            return re.search(r'msg="?Listening on"? address=127\.0\.0\.1:(\d+)', log.read_text())

        self.prometheus = int(wait_until(listening, 30, "Prometheus' address")[1])
        wait_until(lambda: self.fetch("/-/ready")[0] == 200, 30, "Prometheus to be ready")

    def fetch(self, path):
        """Status, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.prometheus, timeout=15)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ask(self, path, **parameters):
        """What its API says; raises where it refuses."""
        answer = json.loads(self.fetch(f"/api/v1/{path}?" + urllib.parse.urlencode(parameters))[1])
        self.assertEqual(answer["status"], "success", f"{parameters}: {answer.get('error')}")
        return answer["data"]

    def value(self, query):
        """Of a query with one sample; None without."""
        result = self.ask("query", query=query)["result"]
        return float(result[0]["value"][1]) if result else None

    def has_data(self, query):
        now = time.time()
        return bool(self.ask("query_range", query=query, start=now - 60, end=now, step=1)["result"])

    def queries(self):
        """Where, query: of all dashboards, as Grafana would ask them with everything chosen."""
        chosen = {"__rate_interval": "10s", "__interval": "1s", "__range": "1h"}
        for name, dashboard in DASHBOARDS.items():
            for panel in panels_of(dashboard):
                for target in panel["targets"]:
                    yield f"{name}, {panel['title']}", self.filled(target["expr"], chosen)
            for annotation in dashboard["annotations"]["list"]:
                yield f"{name}, {annotation['name']}", self.filled(annotation["expr"], chosen)

    @staticmethod
    def filled(query, chosen):
        return re.sub(r"\$\{?(\w+)\}?", lambda variable: chosen.get(variable[1], ".*"), query)

    def check_variables(self):
        wanted = {"instance": [f"127.0.0.1:{self.scraped.port}"], "instrument": ["BTC", "WTI"], "rule": ["liquidations", "oil"],
                  "feed": ["bybit", "hyperliquid", "okx"], "channel": ["desk"]}
        for dashboard in DASHBOARDS.values():
            for variable in dashboard["templating"]["list"]:
                if variable["type"] != "query":
                    continue
                series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
                found = self.ask(f"label/{label}/values", **{"match[]": self.filled(series, {})})
                self.assertEqual(found, wanted[variable["name"]], variable["name"])

    def check_exposition(self):
        """promtool has nothing to say of the page, though everything has happened by now."""
        page = self.scraped.get("/metrics")[1]
        done = subprocess.run(["promtool", "check", "metrics"], input=page, text=True, capture_output=True, timeout=30)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def check_rules(self):
        for group in self.ask("rules")["groups"]:
            for rule in group["rules"]:
                self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
                for alert in rule["alerts"]:
                    self.assertNotIn("<error", json.dumps(alert["annotations"]), rule["name"])

    def firing(self):
        return {(series["metric"]["alertname"], series["metric"].get("feed", ""))
                for series in self.ask("query", query='ALERTS{alertstate="firing"}')["result"]}

    def test_scrapes_alerts_and_has_data_for_every_query(self):
        simulator = self.simulator(SCENARIO)
        self.scraped = daemon = self.start_daemon(simulator)
        self.start_prometheus(daemon)
        wait_until(lambda: self.value('up{job="foghorn"}') == 1, 30, "the first scrape")

        wait_until(lambda: self.value('foghorn_rule_transitions_total{rule="oil",kind="resolve"}') == 1, 40, "oil to have come and gone")
        wait_until(lambda: (self.value('foghorn_notifications_total{channel="desk",result="delivered"}') or 0) >= 2, 20,
                   "its messages at the desk")
        wait_until(lambda: ("FoghornFeedDead", "okx") in self.firing(), 40, "the alert that okx is dead")
        wait_until(lambda: self.value("sum(foghorn_liquidations_total)") > 50, 30, "liquidations")
        wait_until(lambda: self.value('sum(max_over_time(foghorn_feed_streams{feed="hyperliquid",state="mute"}[2m]))'), 40,
                   "hyperliquid to be mute")
        self.assertNotIn("FoghornDown", {name for name, _ in self.firing()})

        self.check_variables()
        self.check_exposition()
        self.check_rules()
        empty = [(where, query) for where, query in self.queries()]
        asked = len(empty)

        def all_have_data():
            empty[:] = [(where, query) for where, query in empty if not self.has_data(query)]
            return not empty

        try:
            wait_until(all_have_data, 60, "data")  # the ping goes out at the next whole minute
        except AssertionError:
            self.fail("no data: " + "; ".join(f"{where}: {query}" for where, query in empty))
        print(f"{asked} queries of the dashboards have data; firing: {sorted(self.firing())}", flush=True)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    main()
