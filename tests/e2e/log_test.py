#!/usr/bin/env python3
"""The log of a running daemon: bounded while everything fails, and no hold on who writes it."""
import fcntl
import http.client
import os
import re
import subprocess

from harness import FOGHORN, EndToEnd, closed_port, main, wait_until

CONFIG = """
[daemon]
http = "127.0.0.1:{http}"
data_dir = "data"
[feed.bybit]
url = "wss://127.0.0.1:{closed}/v5/public/linear"
rest_url = ""
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
"""


class TheLog(EndToEnd):
    def config(self, http=0):
        return self.write("config.toml", CONFIG.format(http=http, closed=closed_port()))

    def test_a_feed_that_fails_again_and_again_is_one_line(self):
        daemon = self.daemon(self.config()).wait_until_up()

        def failures():
            found = re.search(r'^foghorn_feed_reconnects_total\{feed="bybit",reason="connect"\} (\d+)', daemon.get("/metrics")[1], re.M)
            return int(found[1]) >= 4

        wait_until(failures, 60, "four refused connections, counted")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.log().count("feed lost feed=bybit"), 1, daemon.log())
        for line in daemon.log().splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[\d:.]+ (info|warning|error) |warning: ")

    def test_a_pipe_that_nobody_reads_holds_up_nothing(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 512)
        except BlockingIOError:
            os.set_blocking(writer, True)  # full: the daemon's first line would block for ever
        port = closed_port()
        daemon = subprocess.Popen([FOGHORN, "run", "--config", self.config(port)], stdin=subprocess.DEVNULL, stdout=writer, stderr=writer)
        os.close(writer)
        self.addCleanup(self.end, daemon)

        def answers():
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                line.request("GET", "/api/v1/status")
                return line.getresponse().status == 200
            except ConnectionRefusedError:
                return False
            finally:
                line.close()

        wait_until(answers, 30, "an answer of the market thread")
        daemon.terminate()
        self.assertEqual(daemon.wait(10), 0)


if __name__ == "__main__":
    main()
