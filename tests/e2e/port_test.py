#!/usr/bin/env python3
"""The daemon's HTTP port, and what peers may do to it: each costs its own connection, and bounded memory."""
import http.client
import random
import re
import socket
import threading
import time

from harness import EndToEnd, closed_port, main, wait_until

CONFIG = """
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

PATHS = ["/", "/healthz", "/readyz", "/metrics", "/api/v1/status", "/api/v1/alerts", "/api/v1/section?format=text", "/api/v1/explain?rule=oil",
         "/api/v1/chart?instrument=WTI", "/api/v1/stream", "/page/page.js", "/page/uplot.js", "/nothing"]
TRICKS = ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page/%2e%2e/%2e%2e/config.toml", "/page/..%2f..%2fconfig.toml", "/%00",
          "/page/page.js%00.css", "//etc/passwd", "/page//page.js", "/./metrics/../../", "/" + "a" * 7000, "/?" + "a=b&" * 1500]


class ThePort(EndToEnd):
    def setUp(self):
        super().setUp()
        self.running = self.daemon(self.write("config.toml", CONFIG.format(port=closed_port()))).wait_until_up()
        self.addCleanup(self.close_all)
        self.sockets = []

    def close_all(self):
        for peer in self.sockets:
            peer.close()

    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.running.port), timeout=15)
        self.sockets.append(peer)
        return peer

    def resident(self):
        """KiB."""
        with open(f"/proc/{self.running.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])

    def say(self, text):
        """Everything that comes back until the daemon hangs up."""
        with socket.create_connection(("127.0.0.1", self.running.port), timeout=40) as peer:
            peer.sendall(text)
            answer = b""
            try:
                while piece := peer.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer

    def answers(self):
        try:
            return self.running.get("/healthz") == (200, "ok\n")
        except (OSError, http.client.HTTPException):
            return False

    def test_every_path_answers_get_and_head_alike_and_nothing_else(self):
        for path in PATHS:
            with self.subTest(path=path):
                connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=15)
                connection.request("HEAD", path)
                head = connection.getresponse()
                self.assertEqual(head.read(), b"")
                connection.close()
                connection.request("GET", path)
                whole = connection.getresponse()
                self.assertEqual(whole.status, head.status)
                self.assertEqual(whole.getheader("Content-Type"), head.getheader("Content-Type"))
                self.assertEqual(whole.getheader("X-Content-Type-Options"), "nosniff")
                self.assertIsNotNone(whole.getheader("Content-Security-Policy"))
                self.assertIsNone(whole.getheader("Access-Control-Allow-Origin"))
                connection.close()
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            answer = self.say(f"{method} /api/v1/status HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 405 "), answer)
            self.assertIn(b"\r\nAllow: GET, HEAD\r\n", answer)

    def test_no_path_leads_out_of_what_is_there(self):
        for path in TRICKS:
            with self.subTest(path=path[:60]):
                answer = self.say(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
                self.assertRegex(answer[:13], rb"^HTTP/1.1 (200|400|404)")
                self.assertNotIn(b"root:", answer)
                self.assertNotIn(b"data_dir", answer)

    def test_crowds_slow_heads_and_noise_take_bounded_memory(self):
        wait_until(self.answers, 10, "the daemon's answer")
        before = self.resident()
        # A thousand that say nothing: each newcomer takes the place of who has waited longest, and a question is answered at once.
        idle = [self.connect() for _ in range(1000)]
        self.assertTrue(self.answers())
        self.assertLess(self.resident() - before, 16 << 10)
        for peer in idle:
            peer.close()
        wait_until(self.answers, 15, "an answer after the crowd has gone")
        # Heads that never end, and heads that are too long.
        slow = [self.connect() for _ in range(60)]
        for step in range(20):
            for peer in slow:
                try:
                    peer.send(b"GET / HTTP/1.1\r\nX: " if step == 0 else b"x" * 300)
                except OSError:
                    pass
        self.assertLess(self.resident() - before, 16 << 10)
        for peer in slow:
            peer.close()
        wait_until(self.answers, 15, "an answer after slow heads")
        # Noise.
        noise = random.Random(20260417)
        for _ in range(300):
            text = noise.randbytes(noise.randrange(1, 400)) + noise.choice([b"", b"\r\n\r\n", b" HTTP/1.1\r\n\r\n"])
            with socket.create_connection(("127.0.0.1", self.running.port), timeout=15) as peer:
                peer.sendall(text)
        wait_until(self.answers, 15, "an answer after noise")
        # Requests whose answers nobody reads, over and over.
        deaf = [self.connect() for _ in range(40)]
        for peer in deaf:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.sendall(b"GET /page/uplot.js HTTP/1.1\r\n\r\n" * 60)
        self.assertLess(self.resident() - before, 24 << 10)
        for peer in deaf:
            peer.close()
        wait_until(self.answers, 15, "an answer after the deaf")
        self.assertLess(self.resident() - before, 16 << 10)
        print(f"resident: {before} KiB before, {self.resident()} KiB after")
        self.assertLess(len(self.running.log().splitlines()), 40, self.running.log())
        self.assertEqual(self.running.stop(), 0)

    def test_readers_that_do_not_read_are_bounded_and_leave_the_others_alone(self):
        before = self.resident()
        deaf = []
        for _ in range(16):
            peer = self.connect()
            peer.sendall(b"GET /api/v1/stream HTTP/1.1\r\n\r\n")
            self.assertTrue(peer.recv(64).startswith(b"HTTP/1.1 200 "))
            deaf.append(peer)
        refused = self.say(b"GET /api/v1/stream HTTP/1.1\r\n\r\n")
        self.assertTrue(refused.startswith(b"HTTP/1.1 503 "), refused)
        self.assertIn(b"\r\nRetry-After: ", refused)
        gaps = []

        def scrape():
            for _ in range(50):
                begun = time.monotonic()
                self.assertEqual(self.running.get("/metrics")[0], 200)
                gaps.append(time.monotonic() - begun)

        scraping = threading.Thread(target=scrape)
        scraping.start()
        scraping.join(60)
        self.assertEqual(len(gaps), 50)
        self.assertLess(self.resident() - before, 16 << 10)
        for peer in deaf:
            peer.close()
        # Their places come free.
        wait_until(lambda: self.connect_stream(), 15, "a free place for a stream")
        self.assertEqual(self.running.stop(), 0)

    def connect_stream(self):
        peer = self.connect()
        peer.sendall(b"GET /api/v1/stream HTTP/1.1\r\n\r\n")
        return peer.recv(64).startswith(b"HTTP/1.1 200 ")


if __name__ == "__main__":
    main()
