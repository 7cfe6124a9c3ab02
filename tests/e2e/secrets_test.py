#!/usr/bin/env python3
"""A webhook's URL is a password: whatever its platform answers, nobody reads it in the log, the metrics or the API."""
import pathlib
import re

from harness import EndToEnd, closed_port, main, wait_until

# Requests of each kind of trouble: a dead key, a server's failure, a login page, a cut line.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "12s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["1s", 90], ["1100ms", 105], ["4s", 105], ["4100ms", 90], ["6s", 90], ["6100ms", 105], ["8s", 105],
        ["8100ms", 90]]
sources = [{ name = "bybit:CLUSDT" }]
[[receiver]]
name = "desk"
type = "wecom"
answer = [{ request = 1, with = "errcode", code = -1 }, { request = 2, with = "errcode", code = 93000 }]
[[receiver]]
name = "macro"
type = "slack"
answer = [{ request = 1, with = "status", code = 500 }, { request = 2, with = "html" }, { request = 3, with = "reset" }]
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
log = "debug"
notices = ["nobody"]
[feed.bybit]
url = "wss://{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
fallback = "nobody"
[channel.macro]
type = "slack"
url_file = "{macro}"
ca_file = "{ca_file}"
[channel.nobody]
type = "slack"
url = "${{NOBODY_URL}}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
severity = "major"
route = ["desk", "macro", "nobody"]
"""

NOBODYS_KEY = "T0SECRET/B0SECRET/5ec4e75ec4e75ec4e75ec4e7"


class Secrets(EndToEnd):
    def test_a_webhook_url_is_told_to_nobody(self):
        simulator = self.simulator(SCENARIO)
        places = simulator.places
        secrets = [NOBODYS_KEY]
        for file in places["receivers"].values():
            secrets.append(re.search(r"(?:key=|/services/)(\S+)", pathlib.Path(file).read_text())[1])
        self.assertEqual(len(set(secrets)), 3)
        config = self.write("config.toml", CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"]))
        daemon = self.daemon(
            config, env={"NOBODY_URL": f"https://127.0.0.1:{closed_port()}/services/{NOBODYS_KEY}"}).wait_until_up()

        def trouble():
            """Every kind of it has come by: by its count in the metrics."""
            page = daemon.get("/metrics")[1]
            return all(re.search(rf'^foghorn_notification_errors_total\{{channel="{channel}",code="[^"]+"\}} [1-9]', page, re.M)
                       for channel in ("desk", "macro", "nobody"))

        wait_until(lambda: len(simulator.received()) >= 6, 45, "requests at the receivers")
        wait_until(trouble, 30, "an error counted in each channel")
        public = {path: daemon.get(path)[1] for path in ("/", "/metrics", "/readyz", "/api/v1/status", "/api/v1/alerts")}
        self.assertEqual(daemon.stop(), 0)
        public["the log"] = daemon.log()
        self.assertIn("oil", public["/api/v1/alerts"])
        for where, text in public.items():
            for secret in secrets:
                self.assertNotIn(secret, text, where)
            self.assertNotIn("/services/", text, where)
            self.assertNotIn("key=", text, where)
        # What must know it, knows it: the request itself went to the right place.
        self.assertFalse([message for message in simulator.received() if message["answer"].startswith("404")])


if __name__ == "__main__":
    main()
