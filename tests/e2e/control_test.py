#!/usr/bin/env python3
"""`foghorn outbox`, `silence` and `send-test` against a running daemon, as an operator at a terminal uses them."""
import getpass
import json
import socket
import stat
import time

from harness import EndToEnd, closed_port, foghorn, main, wait_until

# Oil jumps over 100 and stays there: one event, of which the desk hears and macro, at first, will not.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "90s"
every = "200ms"
seed  = 1
[instrument.WTI]
decimals   = 2
trade_size = 5
path = [["0s", 90], ["1s", 90], ["1100ms", 105], ["90s", 105]]
sources = [{ name = "bybit:CLUSDT" }]
[[receiver]]
name = "desk"
type = "wecom"
[[receiver]]
name = "macro"
type = "slack"
answer = [{ request = 1, with = "status", code = 400 }, { request = 3, with = "status", code = 400 },
          { request = 4, with = "status", code = 404 }]
"""

CONFIG = """
[daemon]
http = "127.0.0.1:0"
data_dir = "data"
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
[channel.macro]
type = "slack"
url_file = "{macro}"
ca_file = "{ca_file}"
[[rule]]
id = "oil"
title = {{ zh = "原油突破 100 美元", en = "Oil above 100 dollars" }}
when = "last(WTI) >= 100 USD/bbl"
severity = "major"
route = ["desk", "macro"]
"""

# A daemon whose feed cannot be reached: enough to talk to.
QUIET = """
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


class Commands(EndToEnd):
    def told(self, *words, code=0):
        """What a command writes: on stdout where it did what it was to do, else one line on stderr."""
        ended = foghorn(*words, "--config", self.config, seconds=90)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        if code == 0:
            self.assertEqual(ended.stderr, "")
            return ended.stdout
        self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)
        return ended.stderr

    def json(self, *words):
        return json.loads(self.told(*words, "--json"))

    def rows(self, *words):
        return self.json("outbox", "list", *words)["rows"]

    def silences(self):
        return self.json("silence", "list")["silences"]


class TheOutbox(Commands):
    def setUp(self):
        super().setUp()
        self.receivers = self.simulator(SCENARIO)
        places = self.receivers.places
        self.config = self.write(
            "config.toml", CONFIG.format(ca_file=places["ca_file"], **places["venues"], **places["receivers"]))

    def shown(self, receiver, text):
        return [message for message in self.receivers.received()
                if message["receiver"] == receiver and message["shown"] and text in message["text"]]

    def test_a_dead_letter_is_found_tried_again_and_arrives_and_tests_say_what_becomes_of_them(self):
        daemon = self.daemon(self.config).wait_until_up()
        dead, = wait_until(lambda: self.rows("--dead"), 60, "the letter that macro refuses")
        self.assertEqual((dead["channel"], dead["state"], dead["last_error"], dead["tries"], dead["rule"]),
                         ("macro", "refused", "http_400", 1, "oil"))
        event = dead["event"]
        wait_until(lambda: self.shown("desk", event), 30, "the desk's message")
        self.assertEqual([(row["channel"], row["state"]) for row in self.rows("--channel", "desk")], [("desk", "delivered")])

        table = self.told("outbox", "list").splitlines()
        self.assertRegex(table[0], r"^CREATED +STATE +CHANNEL +TIER +KIND +RULE +TITLE +TRIES +ERROR +ID$")
        self.assertEqual(table[-1], "2 rows, times in Asia/Shanghai")
        self.assertTrue(all("原油突破 100 美元" in line for line in table[1:3]), table)
        row_shown = self.told("outbox", "show", dead["id"])
        self.assertIn("state        refused\n", row_shown)
        self.assertIn("last error   http_400\n", row_shown)

        self.assertEqual(self.told("outbox", "retry", event), f"{event}/macro\n1 message to be tried again\n")
        wait_until(lambda: self.shown("macro", event), 30, "the dead letter at macro")
        wait_until(lambda: not self.rows("--dead"), 30, "its being settled")
        self.assertIn("is delivered", self.told("outbox", "retry", event, code=1))
        self.assertEqual(self.told("outbox", "retry", "--dead"), "0 messages to be tried again\n")

        self.assertRegex(self.told("send-test", "--channel", "desk", "--rule", "oil"), r"^delivered: desk has test-\S+/desk ")
        self.assertTrue(self.shown("desk", "测试消息：原油突破 100 美元，触发（样例）"))
        self.assertRegex(self.told("send-test", "--channel", "macro", code=1), r"refused, http_400; .*channels\.md")
        began = time.monotonic()
        self.assertRegex(self.told("send-test", "--channel", "macro", code=1), r"pending, http_404; the channel is down")
        self.assertLess(time.monotonic() - began, 25)  # said as soon as it is known
        self.assertIn('did you mean "macro"', self.told("send-test", "--channel", "marco", code=2))
        self.assertEqual(self.rows("--state", "pending"), [])
        self.assertEqual(daemon.stop(), 0)


class TheControlSocket(Commands):
    def setUp(self):
        super().setUp()
        self.config = self.write("config.toml", QUIET.format(port=closed_port()))
        self.path = self.folder / "data/control.sock"

    def test_a_silence_is_listed_until_it_is_expired_or_over(self):
        daemon = self.daemon(self.config).wait_until_up()
        self.assertRegex(self.told("silence", "add", "--rule", "oil", "--for", "2h", "--reason", "维护"),
                         r"^silence \S+ is in force: rule oil, until 20\d\d-")
        one, = self.silences()
        self.assertEqual((one["rule"], one["reason"], one["author"]), ("oil", "维护", getpass.getuser()))
        self.assertRegex(self.told("silence", "list"), r"ID +COVERS .*\n.*rule oil .* 维护\n1 silence, times in Asia/Shanghai\n")
        self.assertIn("is over", self.told("silence", "expire", one["id"]))
        self.assertEqual(self.silences(), [])
        self.told("silence", "add", "--all", "--for", "2s", "--reason", "brief", "--author", "mei")
        self.assertEqual([silence["author"] for silence in self.silences()], ["mei"])
        wait_until(lambda: not self.silences(), 20, "the end of a silence of two seconds")
        # It outlives the daemon that took it.
        self.told("silence", "add", "--instrument", "WTI", "--for", "1h", "--reason", "move")
        daemon.kill()
        self.daemon(self.config).wait_until_up()
        self.assertEqual([silence["instrument"] for silence in self.silences()], ["WTI"])

    def test_wrong_use_is_told_with_what_is_right(self):
        daemon = self.daemon(self.config).wait_until_up()
        self.assertIn('did you mean "oil"', self.told("silence", "add", "--rule", "oli", "--for", "2h", "--reason", "r", code=2))
        self.assertIn('write "2h"', self.told("silence", "add", "--all", "--for", "2", "--reason", "r", code=2))
        self.told("silence", "add", "--all", "--for", "2h", code=2)
        self.told("silence", "add", "--for", "2h", "--reason", "r", code=2)
        self.told("silence", "add", "--all", "--reason", "r", code=2)
        self.told("outbox", "retry", code=2)
        self.assertIn('did you mean "pending"', self.told("outbox", "list", "--state", "pendin", code=2))
        self.assertIn("no row and no event", self.told("outbox", "show", "nothing", code=1))
        self.told("silence", "expire", "nothing", code=1)
        self.assertEqual(self.told("outbox", "list"), "0 rows\n")
        self.assertEqual(daemon.stop(), 0)

    def test_without_a_daemon_a_command_says_where_it_looked(self):
        self.assertRegex(self.told("outbox", "list", code=1), r"no daemon at \S+/data/control\.sock: .*--control")
        daemon = self.daemon(self.config).wait_until_up()
        daemon.kill()
        self.assertRegex(self.told("outbox", "list", code=1), r"no daemon at .*is gone; start it")
        # The next one takes the place of what the killed one left.
        self.daemon(self.config).wait_until_up()
        self.assertEqual(self.told("outbox", "list"), "0 rows\n")

    def test_the_socket_is_its_owners_alone_and_goes_with_the_daemon(self):
        daemon = self.daemon(self.config).wait_until_up()
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        ended = foghorn("outbox", "list", "--control", self.path)
        self.assertEqual((ended.returncode, ended.stdout), (0, "0 rows\n"), ended.stderr)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(self.path))
            client.sendall(b"GET / HTTP/1.1\r\n{\n\xff\n" + b'{"command":"outbox list"}\n')
            lines = client.makefile("rb")
            answers = [json.loads(lines.readline()) for _ in range(4)]
            self.assertEqual(["error" in answer for answer in answers], [True, True, True, False], answers)
            # It is still there when the daemon is told to end.
            self.assertEqual(daemon.stop(seconds=10), 0)
        self.assertFalse(self.path.exists())

    def test_a_place_that_the_socket_cannot_have_is_a_failure(self):
        self.config = self.write("config.toml", QUIET.format(port=closed_port()).replace(
            'data_dir = "data"', 'data_dir = "data"\ncontrol = "nowhere/control.sock"'))
        daemon = self.daemon(self.config)
        self.assertEqual(daemon.process.wait(15), 1)
        self.assertRegex(daemon.log(), r"\[daemon\] control: cannot listen on \S+/nowhere/control\.sock: No such file")


if __name__ == "__main__":
    main()
