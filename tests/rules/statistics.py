#!/usr/bin/env python3
"""The numbers of volatility_test.cpp, in plain arithmetic: run it and compare."""
import math


def walk(count):
    prices, state, cents = [], 12345, 8000
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        cents += state // 65536 % 21 - 10
        prices.append(cents / 100)
    return prices


PRICES = [(10 + 20 * i, p) for i, p in enumerate(walk(6000))]
END = PRICES[-1][0]


def returns(bar):
    """(end, log return) of every bar that closed before END."""
    closes, i = [], 0
    for boundary in range(bar, END, bar):
        while i + 1 < len(PRICES) and PRICES[i + 1][0] <= boundary:
            i += 1
        closes.append((boundary, PRICES[i][1]))
    return [(b, math.log(c / d)) for (_, d), (b, c) in zip(closes, closes[1:])]


def bipower(values):
    products = [abs(a * b) for a, b in zip(values, values[1:])]
    return math.sqrt(math.pi / 2 * sum(products) / len(products))


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


five = returns(300)
last = five[-1][0]
print("vol(24h, 5m)     ", repr(bipower([r for b, r in five if b > last - 86400])))
recent = [r for b, r in five if b > last - 4 * 3600]
middle = median(recent)
mad = median([abs(r - middle) for r in recent])
print("zscore(4h, 5m)   ", repr((recent[-1] - middle) / (1.4826 * mad)))
k = math.ceil(math.sqrt(252 * 288))
values = [r for _, r in five]
print("jump(5m)         ", repr(values[-1] / bipower(values[-k:-1])))
minutes = [r for b, r in returns(60) if b <= END - 3600]
print("minute before 1h ", repr(bipower(minutes[-1440:])))
