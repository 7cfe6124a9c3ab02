#!/usr/bin/env python3
"""A disk that is full for a while: the daemon says so, alerts go out from memory, and all of it is stored in the end."""
import resource

from harness import EndToEnd, main, wait_until

# Oil jumps over 100 and back; each of these times is one episode, of two messages.
EPISODES = 3
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
[[scene]]
at   = "{end}s"
text = "It is over."
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


def scenario():
    anchors, t = [(0, 90)], 1
    for _ in range(EPISODES):
        anchors += [(t, 90), (t + 0.1, 105), (t + HIGH, 105), (t + HIGH + 0.1, 90)]
        t += HIGH + LOW
    path = ", ".join(f'["{round(at * 1000)}ms", {price}]' for at, price in anchors)
    return SCENARIO.format(end=t + 5, path=path)


class AFullDisk(EndToEnd):
    def test_is_told_and_loses_nothing(self):
        simulator = self.simulator(scenario())
        places = simulator.places
        config = self.write("config.toml", CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"]))
        daemon = self.daemon(config).wait_until_up()
        told = lambda: [message for message in map(str, simulator.received()) if "oil" in message]
        wait_until(lambda: len(told()) >= 2, 60, "the first episode's messages")
        wait_until(lambda: daemon.get("/readyz")[0] == 200, 20, "ready")

        self.no_file_may_grow(daemon)
        wait_until(lambda: len(told()) >= 4, 60, "the second episode's messages, though nothing can be stored")
        for message in told()[2:4]:
            self.assertIn("未存盘", message)
        status, why = daemon.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("foghorn.db: the disk is full; make room", why)
        metrics = daemon.get("/metrics")[1]
        self.assertIn("\nfoghorn_store_up 0\n", metrics)
        self.assertRegex(metrics, r'\nfoghorn_store_failures_total\{error="full"\} [1-9]')
        self.assertRegex(metrics, r"\nfoghorn_store_unsaved_events [1-9]")
        self.assertIn("store cannot commit error=full", daemon.log())
        notice = lambda words: any(words in str(message) for message in simulator.received())
        wait_until(lambda: notice("存储写入失败"), 30, "the notice that the store fails")

        self.files_may_grow(daemon)
        wait_until(lambda: daemon.get("/readyz")[0] == 200, 20, "ready again")
        self.assertIn("\nfoghorn_store_unsaved_events 0\n", daemon.get("/metrics")[1])
        wait_until(lambda: notice("存储恢复写入"), 30, "the notice that it works again")
        wait_until(lambda: len(told()) >= 2 * EPISODES, 60, "the last episode's messages")

        # The platform has the last message a moment before the store knows of it: in between, a restart would rightly repeat it.
        states = lambda: {delivery["state"] for alert in daemon.json("/api/v1/alerts?limit=1000") if alert["rule"] == "oil"
                          for delivery in alert["deliveries"]}
        wait_until(lambda: states() == {"delivered"}, 20, "the last messages' answers in the store")
        daemon.kill()
        daemon = self.daemon(config).wait_until_up()
        alerts = [alert for alert in daemon.json("/api/v1/alerts?limit=1000") if alert["rule"] == "oil"]
        self.assertEqual([alert["kind"] for alert in reversed(alerts)], ["fire", "resolve"] * EPISODES)
        self.assertEqual({delivery["state"] for alert in alerts for delivery in alert["deliveries"]}, {"delivered"})
        self.assertEqual(len(told()), 2 * EPISODES)
        self.assertEqual(daemon.stop(), 0)
        simulator.stop()

    def no_file_may_grow(self, daemon):
        """As on a full disk: a write beyond the largest of its files fails."""
        size = max(file.stat().st_size for file in (self.folder / "data").iterdir())
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, hard))

    @staticmethod
    def files_may_grow(daemon):
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


if __name__ == "__main__":
    main()
