#!/usr/bin/env python3
"""The command line as other programs rely on it: exit codes, pipes, and errors of one line each."""
import json
import re
import socket

from harness import EndToEnd, ROOT, closed_port, foghorn, main

FEED = """
[daemon]
http = "127.0.0.1:{http}"
data_dir = "{data_dir}"
[feed.bybit]
url = "wss://127.0.0.1:{port}/v5/public/linear"
rest_url = ""
"""

HISTORY = """
[engine]
heartbeat = "1d"
[instrument.WTI]
unit = "USD/bbl"
max_staleness = "10d"
[[rule]]
id = "oil"
when = "last(WTI) <= 86 USD/bbl"
"""

RULE_TEST = HISTORY.replace("max", 'sources = ["bybit:CLUSDT"]\nmax').replace("1d", "1s") + """
[[test]]
name = "oil under 86 dollars fires"
[[test.series]]
of = "WTI"
every = "10s"
values = "87 86.5 85.91"
[[test.expect]]
at = "20s"
rule = "oil"
kind = "fire"
value = "85.91 USD/bbl"
"""

KEY = "5ec4e700-0000-4000-8000-0123456789ab"


class TheCommandLine(EndToEnd):
    def assert_refused(self, ended, code, pattern):
        """One line on stderr, and that exit code."""
        self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertEqual(ended.stdout, "")
        self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)
        self.assertRegex(ended.stderr, pattern)

    def live_config(self, http=0, data_dir="data", more=""):
        return self.write("config.toml", FEED.format(http=http, data_dir=data_dir, port=closed_port()) + more)

    def test_version_says_which_foghorn_this_is(self):
        ended = foghorn("version")
        self.assertEqual(ended.returncode, 0)
        self.assertRegex(ended.stdout, r"^foghorn \d+\.\d+\.\d+ \(.+\)\n$")

    def test_an_unknown_subcommand_is_wrong_use(self):
        self.assertEqual(foghorn("ran").returncode, 2)
        self.assertEqual(foghorn().returncode, 2)
        self.assertEqual(foghorn("run").returncode, 2)

    def test_help_is_no_error(self):
        ended = foghorn("--help")
        self.assertEqual(ended.returncode, 0)
        self.assertIn("replay", ended.stdout)

    def test_check_says_what_the_live_default_would_run(self):
        ended = foghorn("check", "--config", ROOT / "config.toml")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stderr, "")
        self.assertIn("WTI", ended.stdout)

    def test_every_mistake_in_a_config_has_its_line_and_column(self):
        config = self.write("config.toml", """[daemon]
languge = "zh"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
max_staleness = "60"
[[rule]]
id = "oil"
when = "change(WTI, 1h) > 10"
""")
        ended = foghorn("check", "--config", config)
        self.assertEqual(ended.returncode, 2)
        self.assertEqual(ended.stdout, "")
        lines = ended.stderr.splitlines()
        self.assertEqual([line[:line.index(" ")] for line in lines],
                         [f"{config}:2:1:", f"{config}:6:17:", f"{config}:9:27:"], ended.stderr)
        self.assertIn('"language"', lines[0])
        self.assertIn('"60s"', lines[1])
        self.assertIn("10%", lines[2])
        self.assertEqual(foghorn("run", "--config", config).returncode, 2)

    def test_a_config_that_is_not_there_is_a_wrong_config(self):
        self.assert_refused(foghorn("check", "--config", self.folder / "no.toml"), 2, r"no\.toml")

    def test_an_unreadable_url_file_is_a_wrong_config(self):
        config = self.live_config(more='[channel.desk]\ntype = "wecom"\nurl_file = "desk.url"\n')
        self.assert_refused(foghorn("run", "--config", config), 2,
                            rf"^{re.escape(str(config))}:10:\d+: \[channel\.desk\] url_file: ")

    def test_a_bad_url_in_a_file_is_refused_without_being_told(self):
        self.write("desk.url", f"http://hooks.example.com/send?key={KEY}\n")
        config = self.live_config(more='[channel.desk]\ntype = "wecom"\nurl_file = "desk.url"\n')
        ended = foghorn("run", "--config", config)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertNotIn(KEY, ended.stdout + ended.stderr)

    def test_a_config_without_a_feed_has_nothing_to_run(self):
        config = self.write("config.toml", HISTORY)
        self.assert_refused(foghorn("run", "--config", config), 2, r"\[feed\]")

    def test_a_taken_port_is_a_failure(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            config = self.live_config(http=taken.getsockname()[1])
            self.assert_refused(foghorn("run", "--config", config), 1, r"\[daemon\] http: cannot listen on 127\.0\.0\.1:\d+")

    def test_a_data_dir_that_cannot_be_written_is_a_failure(self):
        self.write("file", "")  # a folder below a file cannot be made, not even by root
        config = self.live_config(data_dir="file/data")
        self.assert_refused(foghorn("run", "--config", config), 1, r"file/data")

    def test_decode_turns_frames_on_a_pipe_into_events(self):
        frames = [
            '{"topic":"publicTrade.CLUSDT","type":"snapshot","ts":1776470400123,"data":[{"T":1776470400120,"s":"CLUSDT",'
            '"S":"Sell","v":"12.5","p":"85.91","L":"MinusTick","i":"2290000000900000001","BT":false}]}',
            '{"success":true,"ret_msg":"pong","conn_id":"1","op":"ping"}',
            '{"truncated":',
        ]
        ended = foghorn("decode", "--venue", "bybit", stdin="\n".join(frames) + "\n")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        events = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual(events[0], {"type": "tick", "venue": "bybit", "symbol": "CLUSDT", "price_kind": "trade",
                                     "time_ms": 1776470400120, "price": 85.91, "size": 12.5, "side": "sell"})
        self.assertEqual([event["type"] for event in events[1:]], ["control", "malformed"])

    def test_decode_names_the_venues_it_knows(self):
        self.assert_refused(foghorn("decode", "--venue", "bybt"), 2, r"bybit")

    def test_replay_reads_a_pipe_and_writes_a_file(self):
        config = self.write("config.toml", HISTORY)
        ticks = "time,instrument,price\n2026-04-16,WTI,96.46\n2026-04-17,WTI,85.91\n"
        out = self.folder / "alerts.jsonl"
        ended = foghorn("replay", "--config", config, "--ticks", "-", "--out", out, stdin=ticks)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stdout, "")
        self.assertIn("events/s", ended.stderr)
        alert, = map(json.loads, out.read_text().splitlines())
        self.assertEqual((alert["time"], alert["rule"], alert["kind"]), ("2026-04-17T00:00:00.000Z", "oil", "fire"))
        self.assertEqual(foghorn("replay", "--config", config, "--ticks", "-", stdin=ticks).stdout, out.read_text())

    def test_a_bad_row_ends_a_replay_after_what_was_decided(self):
        config = self.write("config.toml", HISTORY)
        ticks = self.write("ticks.csv", "time,instrument,price\n2026-04-17,WTI,85.91\n2026-04-18,WTI,?\n")
        ended = foghorn("replay", "--config", config, "--ticks", ticks)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(len(ended.stdout.splitlines()), 1)
        self.assertTrue(ended.stderr.startswith(f"{ticks}:3:16: price: "), ended.stderr)

    def test_a_replay_without_input_is_wrong_use_and_without_its_file_a_failure(self):
        config = self.write("config.toml", HISTORY)
        self.assert_refused(foghorn("replay", "--config", config), 2, r"--ticks")
        self.assert_refused(foghorn("replay", "--config", config, "--ticks", self.folder / "no.csv"), 1, r"no\.csv")
        missing = self.folder / "no" / "out.jsonl"
        self.assert_refused(foghorn("replay", "--config", config, "--ticks", "-", "--out", missing), 1, r"out\.jsonl")

    def test_rule_tests_pass_or_fail_and_a_wrong_file_is_wrong_use(self):
        tests = self.write("oil_test.toml", RULE_TEST)
        ended = foghorn("test", tests)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertTrue(ended.stdout.startswith("passed  oil under 86 dollars fires\n"), ended.stdout)
        failing = self.write("failing.toml", RULE_TEST.replace('at = "20s"', 'at = "30s"'))
        ended = foghorn("test", tests, failing)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("+ 20s  oil  fire  notice  85.91 USD/bbl  was not expected", ended.stdout)
        wrong = self.write("wrong.toml", RULE_TEST.replace("every", "evry"))
        ended = foghorn("test", wrong)
        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
        self.assertIn('no such key; did you mean "every"?', ended.stderr)

    def test_explain_asks_the_running_daemon(self):
        rule = HISTORY[HISTORY.index("[instrument"):].replace("max", 'sources = ["bybit:CLUSDT"]\nmax')
        port = self.daemon(self.live_config(more=rule)).wait_until_up().port
        config = self.live_config(http=port)
        ended = foghorn("explain", "--rule", "oil", "--config", config)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertRegex(ended.stdout, r"^oil  idle(.|\n)*last\(WTI\) +warming: no price yet")
        as_json = foghorn("explain", "--rule", "oil", "--json", "--config", config)
        self.assertEqual(json.loads(as_json.stdout)["rule"], "oil")
        self.assert_refused(foghorn("explain", "--rule", "oli", "--config", config), 1, r'did you mean "oil"')
        nobody = self.live_config(http=closed_port())
        self.assert_refused(foghorn("explain", "--rule", "oil", "--config", nobody), 1, r"no daemon answers at 127")


if __name__ == "__main__":
    main()
