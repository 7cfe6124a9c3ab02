#!/usr/bin/env python3
"""Forty years of daily WTI prices, where that file lies beside the checkout: every price function fires on the days
that plain arithmetic says, and a history that was imported is what the store then has."""
import bisect
import datetime
import json
import math
import time
import unittest

from harness import EndToEnd, ROOT, foghorn, main

DATA = ROOT.parent / "shared/data/wti-daily.csv"
DAY = datetime.timedelta(days=1)
STANDS = 10  # max_staleness, in days

UNKNOWN = None


def day(text):
    return datetime.date.fromisoformat(text)


class Prices:
    """What is known at the end of `today`, in days; prices stand until the next one."""

    def __init__(self, rows):
        self.days = [d for d, _ in rows]
        self.prices = [p for _, p in rows]
        self.standing = []  # of every day of the calendar
        for (a, price), (b, _) in zip(rows, rows[1:]):
            self.standing += [price] * (b - a).days
        self.standing.append(self.prices[-1])

    def count(self, today):
        return bisect.bisect_right(self.days, today)

    def last(self, today):
        return self.prices[self.count(today) - 1]

    def edge(self, today, width):
        """The price as of the window's left edge, or None."""
        left = today - width * DAY
        at = self.count(left) - 1
        if at < 0 or (left - self.days[at]).days > max(STANDS, width / 10):
            return None
        return self.prices[at]

    def window(self, today, width):
        """Prices in it and its left edge; None where it begins before they do."""
        if self.days[0] > today - width * DAY:
            return None
        prices = self.prices[self.count(today - width * DAY):self.count(today)]
        edge = self.edge(today, width)
        return prices if edge is None else [edge] + prices

    def base(self, price):
        return price if price is not None and price > 0 else None


def change(width):
    def value(p, today):
        base = p.base(p.edge(today, width))
        return None if base is None else p.last(today) / base - 1
    return value


def against(extreme, width):
    def value(p, today):
        seen = p.window(today, width)
        base = p.base(extreme(seen)) if seen else None
        return None if base is None else p.last(today) / base - 1
    return value


def over(function, width):
    def value(p, today):
        seen = p.window(today, width)
        return function(seen) if seen else None
    return value


def range_pct(width):
    def value(p, today):
        seen, base = p.window(today, width), p.base(p.edge(today, width))
        return None if not seen or base is None else (max(seen) - min(seen)) / base
    return value


def mean(width):
    def value(p, today):
        if p.days[0] > today - width * DAY:
            return None
        at = (today - p.days[0]).days
        return sum(p.standing[at - width:at]) / width
    return value


def new_extreme(beyond, width):
    def value(p, today):
        at = p.days[p.count(today) - 1]  # it stays so until the next price
        if p.days[0] > at - width * DAY:
            return None
        before = p.prices[p.count(at - width * DAY):p.count(at) - 1]
        edge = p.edge(at, width)
        before = before if edge is None else before + [edge]
        return all(beyond(p.last(today), other) for other in before)
    return value


def since(as_far):
    """The date of the latest earlier price at least as far out; the first of all where there is none."""
    def value(p, today):
        at = p.count(today) - 1
        if at == 0:
            return None
        for i in range(at - 1, -1, -1):
            if as_far(p.prices[i], p.prices[at]):
                return p.days[i]
        return day("1900-01-01")
    return value


def closed(p, today):
    """How many days are over: ended by a later price, or a heartbeat a minute after midnight and later."""
    at = p.count(today)
    return at if (today - p.days[at - 1]).days >= 2 else at - 1


def streak(p, today):
    count, at = 0, closed(p, today) - 1
    while at > 0 and (p.days[at] - p.days[at - 1]).days <= 5:
        step = (p.prices[at] > p.prices[at - 1]) - (p.prices[at] < p.prices[at - 1])
        if step == 0 or count * step < 0:
            break
        count, at = count + step, at - 1
    return count


def change_since(date):
    def value(p, today):
        if p.days[closed(p, today) - 1] < day(date):
            return None
        base = p.base(p.last(day(date)))
        return None if base is None else p.last(today) / base - 1
    return value


class Returns:
    """Log returns from day to day, prices standing; None from or to a price that is not above zero."""

    def __init__(self, prices):
        self.of = {}
        today = prices.days[0] + DAY
        while today <= prices.days[-1]:
            a, b = prices.last(today - DAY), prices.last(today)
            self.of[today] = math.log(b / a) if a > 0 and b > 0 else None
            today += DAY

    def until(self, today, count):
        """The last `count`, oldest first."""
        return [self.of.get(today - n * DAY) for n in range(count - 1, -1, -1)]


def bipower(values):
    products = [abs(a * b) for a, b in zip(values, values[1:]) if a is not None and b is not None]
    return math.sqrt(math.pi / 2 * sum(products) / len(products)) if products else None


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def vol(returns, width):
    return lambda p, today: bipower(returns.until(today, width))


def zscore(returns, width):
    def value(p, today):
        known = [r for r in returns.until(today, width) if r is not None]
        if returns.of.get(today) is None or 2 * len(known) < width:
            return None
        middle = median(known)
        mad = median([abs(r - middle) for r in known])
        return (returns.of[today] - middle) / (1.4826 * mad) if mad > 0 else None
    return value


def jump(returns):
    def value(p, today):
        # The last 16 = ceil(sqrt(252)) that there are, those at prices above zero.
        if returns.of.get(today) is None:
            return None
        found, n = [], 0
        while len(found) < 16:
            if today - n * DAY not in returns.of:
                return None
            if returns.of[today - n * DAY] is not None:
                found.append((n, returns.of[today - n * DAY]))
            n += 1
        before = [(n, r) for n, r in found[1:]]
        products = [abs(a * b) for (i, a), (k, b) in zip(before, before[1:]) if k == i + 1]
        sigma = math.sqrt(math.pi / 2 * sum(products) / len(products))
        return found[0][1] / sigma if sigma > 0 else None
    return value


def fires(prices, condition):
    """The days on which it becomes true; while it is unknown nothing changes."""
    found, firing, today = [], False, prices.days[0]
    while today <= prices.days[-1]:
        truth = condition(prices, today)
        if truth is not None and truth != firing:
            firing = truth
            if firing:
                found.append(today.isoformat())
        today += DAY
    return found


def compared(value, test):
    def condition(p, today):
        found = value(p, today)
        return None if found is None else test(found)
    return condition


def rules(prices):
    r = Returns(prices)
    return {
        "last(WTI) >= 100 USD/bbl": compared(lambda p, t: p.last(t), lambda v: v >= 100),
        "abs(change(WTI, 7d)) >= 20%": compared(change(7), lambda v: abs(v) >= 0.2),
        "change(WTI, 365d) <= -40%": compared(change(365), lambda v: v <= -0.4),
        "rise(WTI, 30d) >= 30%": compared(against(min, 30), lambda v: v >= 0.3),
        "fall(WTI, 90d) <= -35%": compared(against(max, 90), lambda v: v <= -0.35),
        "high(WTI, 60d) - low(WTI, 60d) >= 30 USD/bbl":
            compared(over(lambda s: max(s) - min(s), 60), lambda v: v >= 30),
        "range(WTI, 14d) >= 15 USD/bbl": compared(over(lambda s: max(s) - min(s), 14), lambda v: v >= 15),
        "range_pct(WTI, 30d) >= 40%": compared(range_pct(30), lambda v: v >= 0.4),
        "last(WTI) / mean(WTI, 50d) >= 125%":
            compared(lambda p, t: mean(50)(p, t) and p.last(t) / mean(50)(p, t), lambda v: v >= 1.25),
        "new_high(WTI, 365d)": new_extreme(lambda a, b: a > b, 365),
        "new_low(WTI, 366d)": new_extreme(lambda a, b: a < b, 366),
        "since_high(WTI) < @2008-07-04": compared(since(lambda a, b: a >= b), lambda v: v < day("2008-07-04")),
        "since_high(WTI) < @1990-10-12": compared(since(lambda a, b: a >= b), lambda v: v < day("1990-10-12")),
        "since_low(WTI) < @1999-02-01": compared(since(lambda a, b: a <= b), lambda v: v < day("1999-02-01")),
        "streak(WTI) >= 7": compared(streak, lambda v: v >= 7),
        "streak(WTI) <= -8": compared(streak, lambda v: v <= -8),
        "change(WTI, since=@2019-12-31) <= -60%": compared(change_since("2019-12-31"), lambda v: v <= -0.6),
        "change(WTI, since=@2022-01-01) >= 50%": compared(change_since("2022-01-01"), lambda v: v >= 0.5),
        "vol(WTI, 60d, 1d) >= 2.5%": compared(vol(r, 60), lambda v: v >= 0.025),
        "abs(zscore(WTI, 120d, 1d)) >= 8": compared(zscore(r, 120), lambda v: abs(v) >= 8),
        "abs(jump(WTI, 1d)) >= 8": compared(jump(r), lambda v: abs(v) >= 8),
    }


@unittest.skipUnless(DATA.exists(), "no wti-daily.csv beside the checkout")
class History(EndToEnd):
    def setUp(self):
        super().setUp()
        rows = [line.split(",") for line in DATA.read_text().splitlines()[1:]]
        self.rows = [(day(d), float(p)) for d, p in rows]

    def config(self, conditions):
        text = f'[daemon]\ndata_dir = "{self.folder / "data"}"\n[engine]\nheartbeat = "1d"\n'
        text += '[instrument.WTI]\nunit = "USD/bbl"\nmax_staleness = "10d"\n'
        for number, condition in enumerate(conditions):
            text += f'[[rule]]\nid = "r{number}"\nwhen = "{condition}"\n'
        return self.write("config.toml", text)

    def test_every_price_function_over_forty_years(self):
        prices = Prices(self.rows)
        expected = rules(prices)
        ticks = self.write("ticks.csv", "time,instrument,price\n" + "".join(f"{d},WTI,{p}\n" for d, p in self.rows))
        began = time.monotonic()
        run = foghorn("replay", "--config", str(self.config(expected)), "--ticks", str(ticks), seconds=60)
        took = time.monotonic() - began
        self.assertEqual(run.returncode, 0, run.stderr)
        told = {}
        for line in run.stdout.splitlines():
            alert = json.loads(line)
            if alert["kind"] == "fire":
                told.setdefault(alert["rule"], []).append(alert["time"][:10])
        for number, (text, condition) in enumerate(expected.items()):
            with self.subTest(rule=text):
                # Two years in, the windows are full.
                late = lambda days: [d for d in days if d >= "1988"]
                wanted = late(fires(prices, condition))
                self.assertTrue(wanted, "a rule that never fires shows nothing")
                self.assertEqual(late(told.get(f"r{number}", [])), wanted)
        print(f"{len(expected)} rules over {len(self.rows)} days in {took:.1f} s")

    def test_the_file_is_imported_as_it_is(self):
        config = self.config([])
        run = foghorn("history", "import", "WTI", str(DATA), "--config", str(config))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"imported {len(self.rows)} days of WTI (closes alone), {self.rows[0][0]} to {self.rows[-1][0]}",
                      run.stdout)


if __name__ == "__main__":
    main()
