#!/usr/bin/env python3
"""Draws throughput against size, by CPU time, from kept results:  figure.py RESULTS.jsonl > throughput.svg"""

import json
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 70, 190, 30, 50
COLOURS = ["#17407a", "#a04000", "#0a6b2d", "#84207c", "#6b5600"]


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    series = {}
    for line in lines:
        if line.get("name") == "ids":
            series.setdefault("countermark, %d worker%s" % (line["workers"], "s" * (line["workers"] > 1)), []).append((line["bytes"], line["bytes"] / 1e6 / max(line["cpu_s"], 0.001)))
        elif line.get("name") in ("wc -l", "rg -c", "simdjson, id and ids"):
            series.setdefault(line["name"], []).append((line["bytes"], line["bytes"] / 1e6 / max(line["cpu_s"], 0.001)))
    sizes = [size for points in series.values() for size, _ in points]
    rates = [rate for points in series.values() for _, rate in points]
    low, high = math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes)))
    bottom, top = math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))
    x = lambda size: LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - low) / (high - low)
    y = lambda rate: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(rate) - bottom) / (top - bottom)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img" aria-labelledby="t">' % (WIDTH, HEIGHT, WIDTH, HEIGHT),
           '<title id="t">Megabytes a second of CPU of rows of token ids against the size of the input</title>',
           '<rect width="100%" height="100%" fill="#ffffff"/>']
    for power in range(bottom, top + 1):
        out.append('<path d="M%d %.1fH%d" stroke="#c9ccd1"/><text x="%d" y="%.1f" text-anchor="end">%s</text>' % (LEFT, y(10 ** power), WIDTH - RIGHT, LEFT - 6, y(10 ** power) + 4, "{:,}".format(10 ** power)))
    for power in range(low, high + 1):
        out.append('<path d="M%.1f %dV%d" stroke="#c9ccd1"/><text x="%.1f" y="%d" text-anchor="middle">10^%d</text>' % (x(10 ** power), TOP, HEIGHT - BOTTOM, x(10 ** power), HEIGHT - BOTTOM + 18, power))
    out.append('<text x="%d" y="%d">bytes of input</text><text x="8" y="18">MB a second of CPU</text>' % (LEFT + 140, HEIGHT - 10))
    used = []
    for place, (name, points) in enumerate(sorted(series.items(), key=lambda item: -item[1][-1][1])):
        colour = COLOURS[place % len(COLOURS)]
        path = " ".join("%s%.1f %.1f" % ("L" if number else "M", x(size), y(rate)) for number, (size, rate) in enumerate(points))
        out.append('<path d="%s" fill="none" stroke="%s" stroke-width="2"/>' % (path, colour))
        out += ['<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>' % (x(size), y(rate), colour) for size, rate in points]
        height = y(points[-1][1]) + 4
        while any(abs(height - other) < 14 for other in used):
            height += 1
        used.append(height)
        out.append('<text x="%d" y="%.1f" fill="%s">%s</text>' % (WIDTH - RIGHT + 8, height, colour, name))
    print("\n".join(out + ["</svg>"]))


main()
