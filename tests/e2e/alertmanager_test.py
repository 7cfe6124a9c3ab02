#!/usr/bin/env python3
"""A real Alertmanager: it receives, shows and resolves our alerts, and of two daemons that watch the same shows one."""
import collections
import http.client
import http.server
import json
import re
import shutil
import subprocess
import threading

from harness import EndToEnd, main, wait_until

# Oil rises over 100, over 110, and falls back.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "19s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["2s", 90], ["2100ms", 105], ["7s", 105], ["7100ms", 115], ["16s", 115], ["16100ms", 90]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP", contract = 1 }]
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "{data}"
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
[channel.am]
type = "alertmanager"
url = "http://127.0.0.1:{alertmanager}"
language = "en"
[[rule]]
id = "oil"
when = "last(WTI) >= tier"
tiers = {{ notice = "100 USD/bbl", critical = "110 USD/bbl" }}
route = {{ notice = ["am"], critical = ["am"] }}
"""

# A notification for every alert, as soon as may be, once.
ALERTMANAGER = """
route:
  receiver: us
  group_by: ['...']
  group_wait: 100ms
  group_interval: 1s
  repeat_interval: 24h
receivers:
  - name: us
    webhook_configs:
      - url: http://127.0.0.1:{port}/
"""


class Notified(http.server.ThreadingHTTPServer):
    """Keeps what Alertmanager tells its receiver."""

    def __init__(self):
        self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.server.told.append(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def by_tier(self):
        """Of each tier, what its notifications said, in order."""
        said = collections.defaultdict(list)
        for notification in list(self.told):
            for alert in notification["alerts"]:
                said[alert["labels"]["tier"]].append(alert["status"])
        return dict(said)


class AnAlertmanager(EndToEnd):
    def start_alertmanager(self, receiver):
        binary = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        self.assertTrue(binary, "Debian's prometheus-alertmanager is missing: ./dev test installs it")
        config = self.write("alertmanager.yml", ALERTMANAGER.format(port=receiver.server_port))
        log = self.folder / "alertmanager.log"
        with open(log, "wb") as out:
            process = subprocess.Popen(
                [binary, f"--config.file={config}", f"--storage.path={self.folder / 'alertmanager'}",
                 "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.addCleanup(self.end, process)

        def listening():
            self.assertIsNone(process.poll(), log.read_text())
            return re.search(r"address=127\.0\.0\.1:(\d+)", log.read_text())

        self.alertmanager = int(wait_until(listening, 30, "Alertmanager's address")[1])
        wait_until(lambda: self.ask("/-/ready")[0] == 200, 30, "Alertmanager to be ready")

    def ask(self, path):
        """Status, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.alertmanager, timeout=15)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def shown(self):
        """The alerts that fire."""
        status, body = self.ask("/api/v2/alerts")
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def tiers(self):
        return [alert["labels"]["tier"] for alert in self.shown()]

    @staticmethod
    def accepted(daemon):
        """Posts that Alertmanager took from this life of the daemon."""
        try:
            page = daemon.get("/metrics")[1]
        except http.client.RemoteDisconnected:
            try:
                daemon.process.wait(2)  # one that dies hangs up before it is gone
                raise AssertionError(daemon.log()) from None
            except subprocess.TimeoutExpired:
                print(daemon.log(), flush=True)
            page = daemon.get("/metrics")[1]  # asked again, once
        counted = re.search(r'^foghorn_notifications_total\{channel="am",result="delivered"\} (\d+)', page, re.M)
        return int(counted[1]) if counted else 0

    @staticmethod
    def kinds(daemon):
        return sorted(alert["kind"] for alert in daemon.json("/api/v1/alerts") if alert["rule"] == "oil")

    def test_shows_one_alert_of_two_daemons_and_resolves_it(self):
        receiver = Notified()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        self.start_alertmanager(receiver)
        simulator = self.simulator(SCENARIO)
        configs = [
            self.write(f"{name}.toml", CONFIG.format(data=name, alertmanager=self.alertmanager,
                                                     ca_file=simulator.places["ca_file"], **simulator.places["venues"]))
            for name in ("first", "second")]
        first, second = [self.daemon(config, log=f"{config.stem}.log").wait_until_up() for config in configs]

        alert = wait_until(lambda: self.tiers() == ["notice"] and self.shown(), 60, "the alert")[0]
        self.assertEqual(alert["labels"], {"alertname": "oil", "rule": "oil", "instrument": "WTI", "tier": "notice",
                                           "severity": "info", "job": "foghorn"})
        self.assertEqual(alert["status"]["state"], "active")
        self.assertRegex(alert["annotations"]["summary"], r"^\[NOTICE\] oil: FIRED \(id [a-z2-7]{16}-0\)$")
        for daemon in (first, second):
            wait_until(lambda: self.accepted(daemon) >= 1, 30, "a post of each daemon")

        wait_until(lambda: self.tiers() == ["critical"], 60, "the escalation")
        for daemon in (first, second):
            wait_until(lambda: self.kinds(daemon) == ["escalate", "fire"], 30, "the escalation in each daemon")
        second.kill()
        second = self.daemon(configs[1], log="second.log").wait_until_up()
        wait_until(lambda: self.accepted(second) >= 1, 30, "what fires, told by the daemon's next life")

        wait_until(lambda: self.tiers() == [], 60, "the end")
        once = {"notice": ["firing", "resolved"], "critical": ["firing", "resolved"]}
        wait_until(lambda: receiver.by_tier() == once, 30, f"each notification, once: {receiver.by_tier()}")
        for daemon in (first, second):
            wait_until(lambda: self.kinds(daemon) == ["escalate", "fire", "resolve"], 60, "the end in each daemon")
            wait_until(lambda: daemon.json("/api/v1/status")["channels"][0]["waiting"] == 0, 30, "an empty outbox")
            for alert in daemon.json("/api/v1/alerts"):
                for delivery in alert["deliveries"]:
                    self.assertIn(delivery["state"], ("delivered", "replaced"), alert)
            self.assertEqual(daemon.stop(), 0)
        self.assertEqual(receiver.by_tier(), once)
        self.assertEqual({len(notification["alerts"]) for notification in receiver.told}, {1})
        print(f"notifications: {receiver.by_tier()}", flush=True)


if __name__ == "__main__":
    main()
