#!/usr/bin/env python3
"""Venues and channels that only a proxy reaches: the real daemon through a real CONNECT and a real SOCKS5 proxy."""
import base64
import pathlib
import re
import select
import socket
import socketserver
import threading

from harness import EndToEnd, closed_port, main, wait_until

SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "20s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["2s", 90], ["2100ms", 105], ["18s", 105]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP" }]
[[receiver]]
name = "desk"
type = "wecom"
"""

# The name stands in nobody's DNS; the simulator's certificate is for it too.
CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
log = "debug"
[feed.bybit]
url = "wss://venue.example:{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
{bybit_proxy}
[feed.okx]
url = "wss://venue.example:{okx}/ws/v5/public"
rest_url = ""
ca_file = "{ca_file}"
{okx_proxy}
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[channel.desk]
type = "wecom"
url_file = "desk.url"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
severity = "major"
route = ["desk"]
"""

USER, PASSWORD = "a-user", "a-pass"


class Proxy(socketserver.ThreadingTCPServer):
    """Lets through, to this machine whatever the name, who knows the user and the password."""
    daemon_threads = True

    def __init__(self, kind):
        self.asked = []
        super().__init__(("127.0.0.1", 0), {"http": Connect, "socks5": Socks5}[kind])
        self.place = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"{kind}://{USER}:{PASSWORD}@{self.place}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is no failure


class Client(socketserver.BaseRequestHandler):
    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.request.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    def relay(self, host, port, welcome):
        self.server.asked.append(host)
        with socket.create_connection(("127.0.0.1", port)) as other:
            self.request.sendall(welcome)
            ends = {self.request: other, other: self.request}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(1 << 16)
                    if not data:
                        return
                    ends[end].sendall(data)


class Connect(Client):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.exactly(1)
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"\r\nProxy-Authorization: Basic {credentials}\r\n".encode() not in head:
            self.request.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        host, port = head.split()[1].decode().rsplit(":", 1)
        self.relay(host, int(port), b"HTTP/1.1 200 Connection established\r\n\r\n")


class Socks5(Client):
    def handle(self):
        methods = self.exactly(self.exactly(2)[1])
        if 2 not in methods:
            self.request.sendall(b"\x05\xff")
            return
        self.request.sendall(b"\x05\x02")
        user = self.exactly(self.exactly(2)[1]).decode()
        password = self.exactly(self.exactly(1)[0]).decode()
        known = (user, password) == (USER, PASSWORD)
        self.request.sendall(b"\x01" + (b"\0" if known else b"\1"))
        if not known:
            return
        kind = self.exactly(4)[3]
        host = self.exactly(self.exactly(1)[0]).decode() if kind == 3 else "an address"
        port = int.from_bytes(self.exactly({1: 4, 3: 0, 4: 16}[kind] + 2)[-2:], "big")
        self.relay(host, port, b"\x05\0\0\x01\0\0\0\0\0\0")


# What the machine that runs this test may itself have set.
NO_ENVIRONMENT = {name: "" for word in ("https_proxy", "all_proxy", "no_proxy") for name in (word, word.upper())}


class Proxies(EndToEnd):
    def proxy(self, kind):
        proxy = Proxy(kind)
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        return proxy

    def config(self, places, bybit_proxy="", okx_proxy=""):
        desk = pathlib.Path(places["receivers"]["desk"]).read_text()
        self.write("desk.url", desk.replace("127.0.0.1", "venue.example"))
        ports = {venue: place.rsplit(":", 1)[1] for venue, place in places["venues"].items()}
        return self.write("config.toml", CONFIG.format(ca_file=places["ca_file"], bybit_proxy=bybit_proxy,
                                                       okx_proxy=okx_proxy, **ports))

    def test_each_feed_goes_its_own_way_and_a_channel_the_environments(self):
        connect, socks = self.proxy("http"), self.proxy("socks5")
        simulator = self.simulator(SCENARIO)
        config = self.config(simulator.places, 'proxy = "http://a-user:${PASS}@%s"' % connect.place,
                             'proxy = "%s"' % socks.url.replace("socks5:", "socks5h:"))
        third = self.proxy("http")
        daemon = self.daemon(config, env={**NO_ENVIRONMENT, "PASS": PASSWORD, "https_proxy": third.url}).wait_until_up()
        wait_until(simulator.received, 60, "the message at the receiver")
        states = {feed["name"]: feed["state"] for feed in daemon.json("/api/v1/status")["feeds"]}
        self.assertEqual(states, {"bybit": "live", "okx": "live"})
        for proxy in (connect, socks, third):
            self.assertEqual(set(proxy.asked), {"venue.example"})
        self.assert_nothing_told(daemon)

    def test_the_environments_proxy_serves_all_that_name_none(self):
        for kind in ("http", "socks5"):
            with self.subTest(kind):
                proxy = self.proxy(kind)
                simulator = self.simulator_in(kind)
                config = self.config(simulator.places)
                daemon = self.daemon(config, f"{kind}.log", env={**NO_ENVIRONMENT, "ALL_PROXY": proxy.url}).wait_until_up()
                wait_until(lambda: daemon.log().count("feed live") == 2, 30, "both feeds")
                self.assertEqual(set(proxy.asked), {"venue.example"})
                self.assert_nothing_told(daemon)
                simulator.stop()

    def test_the_log_says_that_it_is_the_proxy(self):
        connect, socks = self.proxy("http"), self.proxy("socks5")
        closed = closed_port()
        places = {"ca_file": self.write("ca.pem", "-----BEGIN CERTIFICATE-----\n"), "receivers": {},
                  "venues": {"bybit": ":1", "okx": ":1"}}
        places["receivers"]["desk"] = self.write("desk.sim", "https://127.0.0.1:1/cgi-bin/webhook/send?key=0")
        config = self.config(places, f'proxy = "http://{connect.place}"', f'proxy = "http://127.0.0.1:{closed}"')
        daemon = self.daemon(config, env=NO_ENVIRONMENT).wait_until_up()
        wait_until(lambda: daemon.log().count("error=proxy_failed") >= 2, 30, "both failures in the log")
        self.assertRegex(daemon.log(), rf"feed=bybit error=proxy_failed .*proxy http://{connect.place} answered 407 ")
        self.assertRegex(daemon.log(), rf"feed=okx error=proxy_failed .*proxy http://127.0.0.1:{closed} cannot be reached")
        reconnects = re.findall(r'^foghorn_feed_reconnects_total(.*proxy_failed.*) [1-9]', daemon.get("/metrics")[1], re.M)
        self.assertEqual(len(reconnects), 2, reconnects)

    def simulator_in(self, folder):
        (self.folder / folder).mkdir()
        whole, self.folder = self.folder, self.folder / folder
        try:
            return self.simulator(SCENARIO)
        finally:
            self.folder = whole

    def assert_nothing_told(self, daemon):
        public = [daemon.get(path)[1] for path in ("/metrics", "/api/v1/status")]
        self.assertEqual(daemon.stop(), 0)
        for text in public + [daemon.log()]:
            self.assertNotIn(PASSWORD, text)
            self.assertNotIn(USER, text)


if __name__ == "__main__":
    main()
