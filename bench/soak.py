#!/usr/bin/env python3
"""Ten connections, a thousand symbols, 20,000 messages a second for ten minutes, over real TLS, into the real daemon:
is its memory flat, is everything counted, and how far behind is it?

usage: soak.py [--seconds 600] [--rate 20000] [--daemon build/release/foghorn] [--load build/release/bench/venue-load]
"""
import argparse
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.request

CONNECTIONS = 10  # bybit takes 200 streams a connection; a symbol is two, its trades and its ticker
INSTRUMENTS = 20
SOURCES = 50  # of each


def config(folder, port):
    symbols = [f"S{i:04}USDT" for i in range(INSTRUMENTS * SOURCES)]
    lines = [
        '[daemon]', 'http = "127.0.0.1:0"', f'data_dir = "{folder}/data"',
        '[feed.bybit]', f'url = "wss://127.0.0.1:{port}/bybit"', 'rest_url = ""', f'ca_file = "{folder}/ca.pem"', 'proxy = "none"',
    ]
    for i in range(INSTRUMENTS):
        named = symbols[i * SOURCES:(i + 1) * SOURCES]
        sources = ", ".join(f'"bybit:{s}"' for s in named)
        lines += [f'[instrument.I{i}]', 'unit = "USD"', f'sources = [{sources}]']
        lines += ['[[rule]]', f'id = "shock-{i}"', f'when = "abs(change(I{i}, 1h)) >= tier"',
                  'tiers = { notice = "5%", major = "10%" }', 'for = "15s"']
    path = pathlib.Path(folder, "soak.toml")
    path.write_text("\n".join(lines) + "\n")
    return path


def rss_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def metrics(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def value(text, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else 0.0


def run(options):
    folder = tempfile.mkdtemp(prefix="foghorn-soak-")
    each = int(options.rate / CONNECTIONS * options.seconds)
    load = subprocess.Popen([options.load, f"{folder}/ca.pem", str(options.rate / CONNECTIONS), str(each)],
                            stdout=subprocess.PIPE, text=True)
    daemon = None
    try:
        port = int(re.search(r"port=(\d+)", load.stdout.readline())[1])
        log = open(f"{folder}/log", "wb")
        daemon = subprocess.Popen([options.daemon, "run", "--config", config(folder, port)], stdout=log, stderr=log)
        http = None
        while not http:
            time.sleep(0.1)
            if daemon.poll() is not None:
                raise SystemExit(pathlib.Path(f"{folder}/log").read_text())
            http = re.search(r"started .* port=(\d+)", pathlib.Path(f"{folder}/log").read_text())
        http, began = int(http[1]), time.monotonic()
        data = 'foghorn_feed_messages_total{feed="bybit",kind="data"}'
        text = metrics(http)
        while time.monotonic() - began < options.seconds + 30 and value(text, data) < each * CONNECTIONS:
            time.sleep(10)
            text = metrics(http)
            print(f"{time.monotonic() - began:5.0f} s  rss {rss_kib(daemon.pid) / 1024:7.1f} MiB  "
                  f"cpu {cpu_seconds(daemon.pid):6.1f} s  frames {value(text, data):.0f}", flush=True)
        sent = each * CONNECTIONS
        print(f"sent {sent}, counted as data {value(text, data):.0f}, missing {sent - value(text, data):.0f}")
        print("\n".join(line for line in text.splitlines()
                        if re.match(r"foghorn_feed_(latency_seconds_(bucket|count|sum)|events_total|reconnects_total)|"
                                    r"foghorn_tick_to_decision_seconds", line) and not line.endswith(" 0")))
        daemon.send_signal(signal.SIGTERM)
        print(f"exit {daemon.wait(10)} after SIGTERM")
    finally:
        for process in (daemon, load):
            if process and process.poll() is None:
                process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=float, default=20_000)
    parser.add_argument("--daemon", default="build/release/foghorn")
    parser.add_argument("--load", default="build/release/bench/venue-load")
    run(parser.parse_args())
