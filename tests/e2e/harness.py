"""What the end-to-end tests share: the binaries, folders and processes of a test's own, and waiting with a deadline.

Run a test alone with  FOGHORN=build/release/foghorn FOGHORN_SIM=build/release/tests/sim/foghorn-sim python3 NAME_test.py
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOGHORN = pathlib.Path(os.environ.get("FOGHORN", ROOT / "build/release/foghorn"))
SIM = pathlib.Path(os.environ.get("FOGHORN_SIM", ROOT / "build/release/tests/sim/foghorn-sim"))


def wait_until(question, seconds, what):
    """Asks until the answer is true, and returns it; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.005)


def closed_port():
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def foghorn(*words, stdin="", env=None, seconds=30):
    """Runs a subcommand to its end."""
    return subprocess.run([FOGHORN, *words], input=stdin, text=True, capture_output=True, timeout=seconds,
                          env={**os.environ, **(env or {})})


class Daemon:
    """`foghorn run`; its log is a file. The config has http = "127.0.0.1:0"."""

    def __init__(self, config, log, env=None):
        self.log_file = pathlib.Path(log)
        with open(self.log_file, "ab") as stderr:
            self.begins = stderr.tell()
            self.process = subprocess.Popen([FOGHORN, "run", "--config", config], stdin=subprocess.DEVNULL,
                                            stdout=stderr, stderr=stderr, env={**os.environ, **(env or {})})
        self.port = None

    def log(self):
        return self.log_file.read_bytes()[self.begins:].decode()

    def wait_until_up(self, seconds=30):
        def listening():
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log()}")
            return re.search(r"started .* port=(\d+)", self.log())

        self.port = int(wait_until(listening, seconds, "the daemon's line that it has started")[1])
        return self

    def get(self, path):
        """Status, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def json(self, path):
        status, body = self.get(path)
        assert status == 200, f"{path}: {status} {body}"
        return json.loads(body)

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds=10):
        """SIGTERM; returns the exit code, AssertionError after `seconds`."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{seconds} s after SIGTERM the daemon still runs:\n{self.log()}") from None


class Simulator:
    """foghorn-sim at the wall clock's pace: the scenario begins some five seconds after the start."""

    def __init__(self, scenario, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        (self.folder / "scenario.toml").write_text(scenario)
        self.said = self.folder / "said.txt"
        with open(self.said, "wb") as out:
            self.process = subprocess.Popen(
                [SIM, "--scenario", self.folder / "scenario.toml", "--run-dir", self.folder / "run", "--keep"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)

        def addresses():
            if self.process.poll() is not None:
                raise AssertionError(f"foghorn-sim ended:\n{self.said.read_text()}")
            return "Addresses:" in self.said.read_text()

        wait_until(addresses, 30, "foghorn-sim's addresses")
        self.places = json.loads((self.folder / "run/sim.json").read_text())

    def received(self):
        """What came in at the receivers, in order: a list of objects."""
        record = self.folder / "run/received.jsonl"
        if not record.exists():
            return []
        whole = record.read_bytes().decode()
        return [json.loads(line) for line in whole[:whole.rfind("\n") + 1].splitlines()]

    def has_said(self, scene):
        return scene in self.said.read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(15)


def feed_tables(places, **more):
    """The config's tables of these simulated venues, which are to be named with _ for -: `more` is what a table has besides."""
    paths = {"bybit": "/v5/public/linear", "okx": "/ws/v5/public", "hyperliquid": "/ws", "binance-futures": "/market/stream"}
    tables = ""
    for name, lines in more.items():
        venue = name.replace("_", "-")
        address = places["venues"][venue]
        rest = f"https://{address}" if venue == "okx" else ""  # it tells there what a contract is
        tables += (f'[feed.{venue}]\nurl = "wss://{address}{paths[venue]}"\nrest_url = "{rest}"\n'
                   f'ca_file = "{places["ca_file"]}"\n{lines}\n')
    return tables


class EndToEnd(unittest.TestCase):
    """A test with a folder of its own; what it started is ended with it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="foghorn-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, text):
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o600)
        return file

    def daemon(self, config, log="foghorn.log", env=None):
        daemon = Daemon(config, self.folder / log, env)
        self.addCleanup(self.end, daemon.process)
        return daemon

    def simulator(self, scenario):
        simulator = Simulator(scenario, self.folder / "sim")
        self.addCleanup(self.end, simulator.process)
        return simulator

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait(10)


def main():
    for binary in (FOGHORN, SIM):
        if not binary.exists():
            sys.exit(f"{binary} is missing: ./dev test builds it before it runs this test, or run ./dev build")
    unittest.main(verbosity=2)
