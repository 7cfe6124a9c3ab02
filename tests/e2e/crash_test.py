#!/usr/bin/env python3
"""kill -9 at the worst moments, a restart with the same data: no alert lost, none told twice without a word about it."""
import re

from harness import EndToEnd, main, wait_until

# Oil jumps over 100 and back; each of these times is one episode. Both venues quote it; everybody is told.
EPISODES = 5
HIGH = LOW = 4  # seconds

SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "{end}s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [{path}]
sources = [{{ name = "bybit:CLUSDT" }}, {{ name = "okx:CL-USDT-SWAP", contract = 1 }}]
[[receiver]]
name = "desk"
type = "wecom"
answer = [{{ request = 2, with = "reset" }}]
[[receiver]]
name = "macro"
type = "slack"
answer = [{{ request = 4, with = "status", code = 429, retry_after = 1 }}]
[[scene]]
at   = "{end}s"
text = "It is over."
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
[channel.macro]
type = "slack"
url_file = "{macro}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
route = ["desk", "macro"]
"""


def scenario():
    anchors, t = [(0, 90)], 1
    for _ in range(EPISODES):
        anchors += [(t, 90), (t + 0.1, 105), (t + HIGH, 105), (t + HIGH + 0.1, 90)]
        t += HIGH + LOW
    path = ", ".join(f'["{round(at * 1000)}ms", {price}]' for at, price in anchors)
    return SCENARIO.format(end=t, path=path)


class ACrash(EndToEnd):
    def test_loses_no_alert_and_repeats_none_unmarked(self):
        simulator = self.simulator(scenario())
        places = simulator.places
        config = self.write("config.toml", CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"]))
        daemon = self.daemon(config).wait_until_up()

        def decisions():
            return len(re.findall(r" (?:fire|resolve) rule=oil", daemon.log_file.read_bytes().decode()))

        # Each moment is seen from outside, so where in the daemon's work it falls differs from run to run; the tests of
        # alerts kill at every commit boundary.
        moments = [
            ("the first decision was logged", lambda: decisions() >= 1),
            ("a request came in, its answer was cut off", lambda: len(simulator.received()) >= 3),
            ("the fourth decision was logged", lambda: decisions() >= 4),
            ("all is delivered and calm", lambda: len(simulator.received()) >= 9),
            ("the seventh was stored", lambda: len(self.oil_alerts(daemon)) >= 7),
        ]
        for what, has_come in moments:
            wait_until(has_come, 60, what)
            daemon.kill()
            daemon = self.daemon(config).wait_until_up()
        wait_until(lambda: simulator.has_said("It is over."), 60, "the end of the scenario")

        def settled():
            return all(channel["waiting"] == 0 for channel in daemon.json("/api/v1/status")["channels"])

        wait_until(settled, 60, "the outbox to empty itself")
        alerts = self.oil_alerts(daemon)
        self.assertEqual(daemon.stop(), 0)
        simulator.stop()
        self.check(alerts, simulator.received())

    @staticmethod
    def oil_alerts(daemon):
        return [alert for alert in daemon.json("/api/v1/alerts?limit=1000") if alert["rule"] == "oil"]

    def check(self, alerts, received):
        """Every alert that was decided was shown in each of its channels: once, or marked as what may be a repeat."""
        alerts.sort(key=lambda alert: alert["time"])
        self.assertEqual([alert["kind"] for alert in alerts], ["fire", "resolve"] * EPISODES, alerts)
        marked = 0
        for alert in alerts:
            self.assertEqual(sorted(delivery["channel"] for delivery in alert["deliveries"]), ["desk", "macro"], alert)
            for delivery in alert["deliveries"]:
                shown = [message["text"] for message in received if message["receiver"] == delivery["channel"]
                         and message["shown"] and alert["id"] in message["text"]]
                repeats = [text for text in shown if "可能重复" in text or "may be a repeat" in text]
                marked += len(repeats)
                self.assertIn(delivery["state"], ("delivered", "replaced"), alert)
                self.assertGreaterEqual(len(shown), 1, f"lost in {delivery['channel']}: {alert}")
                self.assertLessEqual(len(shown) - len(repeats), 1, f"told twice in {delivery['channel']}: {shown}")
        self.assertGreaterEqual(marked, 1, "the answer that was cut off should have been asked for again")
        print(f"{len(alerts)} alerts, {len(received)} requests, {marked} marked as possible repeats", flush=True)


if __name__ == "__main__":
    main()
