#!/usr/bin/env python3
"""The status page in a browser, over the daemon and simulated venues: what its readers see, hour by hour.

Run alone:  FOGHORN=build/release/foghorn FOGHORN_SIM=build/release/tests/sim/foghorn-sim python3 tests/page/page_test.py
Screenshots are left in build/page-screenshots/.
"""
import pathlib
import signal
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from browser import Browser, skip_without_browser  # noqa: E402
from harness import EndToEnd, closed_port, main  # noqa: E402

# Oil jumps by a sixth; OKX falls silent later, acknowledged and answered as before.
SCENARIO = """
start = 2026-04-17T00:00:00Z
end   = "170s"
every = "250ms"
seed  = 3
[instrument.WTI]
decimals   = 2
noise      = "0.05%"
trade_size = 5
path = [["0s", 90], ["24s", 90.2], ["25s", 105], ["170s", 106]]
sources = [{ name = "bybit:CLUSDT" }, { name = "okx:CL-USDT-SWAP", basis = "0.02%", contract = 1 }]
[instrument.BTC]
decimals   = 1
noise      = "0.02%"
trade_size = 0.5
path = [["0s", 78000], ["170s", 78400]]
sources = [{ name = "bybit:BTCUSDT" }]
[[wave]]
instrument = "BTC"
from       = "2s"
to         = "60s"
orders     = 120
median_usd = 60000
spread     = 0.8
long_share = "70%"
venues     = { bybit = 1 }
[[fault]]
kind  = "mute"
venue = "okx"
at    = "40s"
for   = "130s"
[[receiver]]
name = "desk"
type = "wecom"
[[receiver]]
name = "macro"
type = "slack"
answer = [{ request = 1, with = "status", code = 400 }]
"""

CONFIG = """
[daemon]
http = "127.0.0.1:{port}"
data_dir = "data"
language = "zh"
[feed.bybit]
url = "wss://{bybit}/v5/public/linear"
rest_url = ""
ca_file = "{ca_file}"
liquidations = ["BTCUSDT"]
[feed.okx]
url = "wss://{okx}/ws/v5/public"
rest_url = "https://{okx}"
ca_file = "{ca_file}"
[instrument.WTI]
name = {{ zh = "WTI 原油", en = "WTI crude" }}
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
consensus = {{ min_sources = 1 }}
[instrument.BTC]
name = {{ zh = "比特币", en = "Bitcoin" }}
unit = "USD"
sources = ["bybit:BTCUSDT"]
[instrument.LIQ]
class = "event"
unit = "USD"
[channel.desk]
type = "wecom"
url_file = "{desk}"
ca_file = "{ca_file}"
[channel.macro]
type = "slack"
url_file = "{macro}"
ca_file = "{ca_file}"
[[rule]]
id = "oil-shock"
title = {{ zh = "原油剧烈波动", en = "Crude oil shock" }}
when = "last(WTI) >= tier"
tiers = {{ notice = "95 USD/bbl", major = "100 USD/bbl", critical = "120 USD/bbl" }}
keep = "10m"
route = {{ notice = ["desk"], major = ["desk", "macro"], critical = ["desk", "macro"] }}
[[rule]]
id = "btc-80k"
title = {{ zh = "比特币突破 80,000 美元", en = "Bitcoin above 80,000" }}
when = "last(BTC) >= 80000 USD"
[[rule]]
id = "oil-week"
title = {{ zh = "原油一周涨跌", en = "Oil over a week" }}
when = "abs(change(WTI, 7d)) >= 20%"
"""

PRICE = "document.querySelector('[data-instrument=WTI] .price .number').innerText"
STATUS = "document.getElementById('status').dataset.state"


class ThePage(EndToEnd):
    def setUp(self):
        super().setUp()
        self.sim = self.simulator(SCENARIO)
        places = self.sim.places
        self.port = closed_port()
        self.config = self.write("config.toml", CONFIG.format(
            port=self.port, ca_file=places["ca_file"], **places["venues"], **places["receivers"]))
        self.url = f"http://127.0.0.1:{self.port}/"
        self.browser = Browser()
        self.addCleanup(self.browser.stop)

    def no_problems(self):
        self.assertEqual(self.browser.problems(), [])

    def assert_readable(self, page):
        contrast = page.eval((HERE / "contrast.js").read_text())
        self.assertGreaterEqual(contrast[0], 4.5, contrast)

    def assert_fits(self, page):
        self.assertLessEqual(page.eval("document.documentElement.scrollWidth - innerWidth"), 0)

    def assert_no_violations(self, page):
        self.assertEqual(page.eval("window.violations"), [])

    def test_what_a_reader_sees_of_a_shock_a_mute_feed_and_a_restart(self):
        daemon = self.daemon(self.config).wait_until_up()
        desk = self.browser.open("desk", self.url)
        phone = self.browser.open("phone", self.url, width=360, height=780, locale="zh-CN", dark=True)
        for page in (desk, phone):
            page.wait(f"{STATUS} === 'live'")

        # Prices move; each source has its own, with its age.
        first = desk.wait(f"{PRICE} !== '—' && {PRICE}")
        desk.wait(f"{PRICE} !== {first!r}", 15)
        self.assertEqual(desk.eval("document.querySelectorAll('[data-instrument=WTI] .sources li').length"), 2)
        desk.wait("[...document.querySelectorAll('[data-instrument=WTI] .sources li')].every((li) => li.dataset.state === 'fresh')")
        desk.wait("document.querySelectorAll('[data-instrument] canvas').length === 2")
        self.assertIn("USD/bbl", desk.text("[data-instrument=WTI] .price"))
        desk.wait("/as of \\d\\d:\\d\\d:\\d\\d/.test(document.getElementById('status').innerText)")

        # Rules say how far they are from firing, or why that is not known.
        desk.wait_for_text("[data-rule=btc-80k] .words", "of 80,000 USD for notice")
        desk.wait_for_text("[data-rule=oil-week] .words", "Warming up")
        self.assertIn("95 USD/bbl", desk.text("[data-rule=oil-shock] .rungs"))

        for page in (desk, phone):
            self.assertLess(page.eval("window.jumps"), 0.05, page.eval("window.jumped"))

        # The shock: the alert is there, with what became of it on each channel, and is read aloud.
        desk.wait("document.querySelector('.alert[data-kind=fire]') !== null", 60)
        desk.wait_for_text(".alert[data-kind=fire] .deliveries", "desk: delivered")
        desk.wait("[...document.querySelectorAll('.deliveries li')].some((li) => li.innerText.includes('macro: refused (http_400)'))")
        self.assertRegex(desk.eval("document.getElementById('announce').textContent"), "Crude oil shock|refused|macro")
        self.assertIn("firing", desk.text("[data-rule=oil-shock] .state"))
        phone.wait_for_text(".alert[data-kind=fire] .what", "原油剧烈波动")
        phone.wait_for_text("[data-rule=oil-shock] .state", "触发中")
        desk.wait_for_text("[data-venue=bybit]", "USD")
        desk.shot("desk-en-light")

        # Why: the engine's own words.
        desk.click("[data-rule=oil-shock] .why")
        desk.wait_for_text("[data-rule=oil-shock] .explained", "last(WTI)")
        desk.click("[data-rule=oil-shock] .why")

        # The section, copied.
        desk.eval("document.getElementById('section').scrollIntoView()")
        desk.wait("document.getElementById('copy').disabled === false")
        desk.click("#copy")
        desk.wait_for_text("#section-state", "Copied.")
        self.assertEqual(desk.eval("navigator.clipboard.readText()"), desk.eval("document.getElementById('section').textContent"))
        desk.eval("scrollTo(0, 0)")

        # Both languages, both themes, and a phone's width.
        desk.click("#language")
        desk.wait_for_text("#h-rules", "规则")
        self.assertEqual(desk.eval("document.documentElement.lang"), "zh-CN")
        # The section is in the page's language while no other was chosen beside it.
        self.assertEqual(desk.eval("document.getElementById('section-language').value"), "zh")
        desk.wait("/[一-鿿]{3}/.test(document.getElementById('section').textContent)")
        self.assert_readable(desk)
        desk.click("#theme")
        desk.click("#theme")
        self.assertEqual(desk.eval("document.documentElement.dataset.theme"), "dark")
        self.assert_readable(desk)
        desk.shot("desk-zh-dark")
        self.assertEqual(desk.eval("[localStorage['foghorn.language'], localStorage['foghorn.theme']].join()"), "zh,dark")
        desk.click("#language")
        for page in (desk, phone):
            self.assert_fits(page)
            self.assert_readable(page)
        phone.shot("phone-zh-dark")
        small = self.browser.open("small", self.url, width=360, height=780)
        small.wait(f"{STATUS} === 'live'")
        self.assert_fits(small)
        self.assert_readable(small)
        small.shot("phone-en-light")
        small.close()

        # A keyboard reaches what there is to press, in the page's order, and shows where it is.
        keys = self.browser.open("keys", self.url)
        keys.wait(f"{STATUS} === 'live'")
        reached = []
        for _ in range(40):
            keys.press("Tab")
            reached.append(keys.eval("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))
            if reached[-1] == "copy" or "section" in reached[-1]:
                break
        for wanted in ("skip", "language", "theme", "instrument", "rule-filter", "why", "section-hours"):
            self.assertIn(wanted, reached)
        self.assertEqual([name for name in reached if name in ("skip", "language", "theme", "rule-filter", "section-hours")],
                         ["skip", "language", "theme", "rule-filter", "section-hours"])
        self.assertNotEqual(keys.eval("getComputedStyle(document.activeElement).outlineStyle"), "none")
        keys.close()

        # OKX falls silent: the page says so in words, of the feed and of the source.
        desk.wait("['mute', 'ailing'].includes(document.querySelector('[data-feed=okx]')?.dataset.state)", 60)
        desk.wait_for_text("[data-feed=okx] .words", "no data")
        phone.wait_for_text("[data-feed=okx] .words", "没有")
        desk.shot("feed-mute")
        for page in (desk, phone):
            self.assert_no_violations(page)
            # What happens moves what is shown: a rule that fires goes to the top.
            self.assertLess(page.eval("window.jumps"), 0.25, page.eval("window.jumped"))
        self.no_problems()

        # A reload to another time zone: what was written in the old one is written anew.
        was = desk.text(".alert[data-kind=fire] time")
        config = pathlib.Path(self.config)
        config.write_text(config.read_text().replace("[daemon]\n", '[daemon]\ntimezone = "America/New_York"\n'))
        daemon.process.send_signal(signal.SIGHUP)
        desk.wait_for_text("#clock", "America/New_York")
        desk.wait(f"document.querySelector('.alert[data-kind=fire] time').innerText !== {was!r}", 5)

        # The daemon dies under the page: nothing that is shown passes for live.
        daemon.kill()
        desk.wait(f"{STATUS} === 'lost'", 15)
        self.assertIn("Not live", desk.text("#status"))
        self.assertIn("connection lost", desk.text("#status"))
        self.assertEqual(desk.eval("document.documentElement.dataset.live"), "no")
        self.assertIn("Not live", desk.eval("document.title"))
        self.assertIn("not live", desk.text("#link-announce"))
        self.assert_readable(desk)
        desk.shot("lost")
        was = desk.eval(PRICE)

        # It comes back, and so does the page, by itself.
        self.daemon(self.config, log="second.log").wait_until_up()
        for page in (desk, phone):
            page.wait(f"{STATUS} === 'live'", 30)
        self.assertIsNone(desk.eval("document.documentElement.dataset.live ?? null"))
        desk.wait(f"{PRICE} !== {was!r}", 30)
        desk.wait_for_text(".alert[data-kind=fire] .what", "Crude oil shock")
        for page in (desk, phone):
            self.assert_no_violations(page)
        # That it could not be reached meanwhile is all that the browser has to complain of.
        for problem in self.browser.problems():
            self.assertRegex(problem, "/api/v1/stream|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY")

    def test_the_page_needs_nothing_but_the_daemon(self):
        self.daemon(self.config).wait_until_up()
        for path in ("", "page/page.js", "page/style.css", "page/uplot.js", "page/icon.svg"):
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("default-src 'self'", answer.headers["Content-Security-Policy"])
                self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
                etag = answer.headers["ETag"]
                self.assertGreater(len(answer.read()), 100)
            again = urllib.request.Request(self.url + path, headers={"If-None-Match": etag})
            with self.assertRaises(urllib.error.HTTPError) as unchanged:
                urllib.request.urlopen(again, timeout=10)
            self.assertEqual(unchanged.exception.code, 304)
            unchanged.exception.close()


if __name__ == "__main__":
    skip_without_browser()
    main()
