#!/usr/bin/env python3
"""The daemon as a service, while no venue can be reached: what it answers, what it tells systemd, how it ends."""
import os
import re
import signal
import socket

from harness import EndToEnd, closed_port, main, wait_until

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
[feed.bybit]
url = "wss://127.0.0.1:{closed}/v5/public/linear"
rest_url = ""
liquidations = ["BTCUSDT"]
[feed.okx]
url = "wss://127.0.0.1:{silent}/ws/v5/public"
rest_url = "https://127.0.0.1:{silent}"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[instrument.LIQ]
class = "event"
unit = "USD"
[[rule]]
id = "oil"
when = "abs(change(WTI, 1h)) >= 10%"
[[rule]]
id = "liquidations"
when = "sum(LIQ, 1h) >= 1M USD"
"""


class TheService(EndToEnd):
    def setUp(self):
        super().setUp()
        # One venue refuses the connection, the other takes it and never says a word.
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.silent.close)
        self.config = self.write(
            "config.toml", CONFIG.format(closed=closed_port(), silent=self.silent.getsockname()[1]))

    def up(self, env=None):
        return self.daemon(self.config, env=env).wait_until_up()

    def test_it_serves_while_no_feed_can_be_reached(self):
        daemon = self.up()
        self.assertEqual(daemon.get("/healthz")[0], 200)
        self.assertEqual(daemon.get("/readyz")[0], 503)
        self.assertEqual(daemon.get("/nowhere")[0], 404)
        self.assertEqual(daemon.json("/api/v1/alerts"), [])
        status = daemon.json("/api/v1/status")
        self.assertEqual([(feed["name"], feed["state"]) for feed in status["feeds"]], [("bybit", "dead"), ("okx", "dead")])
        self.assertEqual([(rule["id"], rule["state"]) for rule in status["rules"]],
                         [("oil", "idle"), ("liquidations", "idle")])

        def refused():
            page = daemon.get("/metrics")[1]
            return re.search(r'^foghorn_feed_reconnects_total\{feed="bybit",reason="connect"\} [1-9]', page, re.M)

        wait_until(refused, 20, "a refused connection, counted")
        self.assertEqual(daemon.stop(), 0)

    def test_its_port_is_read_only(self):
        daemon = self.up()
        with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as line:
            line.sendall(b"POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            self.assertIn(b" 405 ", line.recv(100))
        self.assertEqual(daemon.stop(), 0)

    def test_sigterm_ends_it_with_0_while_feeds_connect(self):
        daemon = self.up()
        self.silent.settimeout(20)
        self.silent.accept()[0].close()  # okx is being dialled
        self.assertEqual(daemon.stop(seconds=10), 0)
        self.assertIn("stopped", daemon.log())

    def test_sigint_ends_it_as_sigterm_does(self):
        daemon = self.up()
        daemon.process.send_signal(signal.SIGINT)
        self.assertEqual(daemon.process.wait(10), 0)

    def test_a_slow_client_does_not_hold_up_the_end(self):
        daemon = self.up()
        with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as line:
            line.sendall(b"GET /metrics HTTP/1.1\r\n")  # and no more
            self.assertEqual(daemon.stop(seconds=10), 0)

    def test_systemd_hears_ready_watchdog_and_stopping(self):
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(address)
            systemd.settimeout(20)
            daemon = self.up({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "4000000"})
            self.assertEqual(self.hear(systemd), "READY=1")  # although no feed can be reached
            self.assertEqual([self.hear(systemd) for _ in range(2)], ["WATCHDOG=1"] * 2)
            daemon.process.send_signal(signal.SIGTERM)
            wait_until(lambda: self.hear(systemd) == "STOPPING=1", 20, "STOPPING=1")
            self.assertEqual(daemon.process.wait(10), 0)

    def test_systemd_hears_nothing_from_a_daemon_that_hangs(self):
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(address)
            systemd.settimeout(20)
            daemon = self.up({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "4000000"})
            wait_until(lambda: self.hear(systemd) == "WATCHDOG=1", 20, "WATCHDOG=1")
            os.kill(daemon.process.pid, signal.SIGSTOP)
            systemd.settimeout(3)
            with self.assertRaises(TimeoutError):
                while True:  # what was already on its way
                    systemd.recv(1000)

    @staticmethod
    def hear(systemd):
        """The next notification; systemd's own STATUS lines apart."""
        while True:
            text = systemd.recv(1000).decode()
            if not text.startswith("STATUS="):
                return text

    def test_a_second_daemon_on_the_same_data_is_refused(self):
        first = self.up()
        second = self.daemon(self.config, log="second.log")
        self.assertEqual(second.process.wait(15), 1)
        self.assertIn("data", second.log())
        self.assertEqual(first.get("/healthz")[0], 200)
        self.assertEqual(first.stop(), 0)


if __name__ == "__main__":
    main()
