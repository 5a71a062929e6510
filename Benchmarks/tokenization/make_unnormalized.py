#!/usr/bin/env python3
"""Prints Sources/Tokenization/Normalization/UnknownToNormalizer.swift.

tokenizers' normaliser knows Unicode 9.0 (found by asking it about every code point). Marks and decomposable characters that came
later pass through it unchanged, in their places. Needs Debian 12's unicode-data (15.0).

    apt-get install unicode-data
    python3 make_unnormalized.py > ../../Sources/Tokenization/Normalization/UnknownToNormalizer.swift
"""
import re

FOLDER = "/usr/share/unicode/"
age = {}
for line in open(FOLDER + "DerivedAge.txt"):
    match = re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([\d.]+)", line)
    if match:
        for point in range(int(match[1], 16), int(match[2] or match[1], 16) + 1):
            age[point] = float(match[3])
points = []
for line in open(FOLDER + "UnicodeData.txt"):
    fields = line.split(";")
    point = int(fields[0], 16)
    if age.get(point, 0) > 9 and (fields[2].startswith("M") or fields[3] != "0" or fields[5]):
        points.append(point)
ranges = []
for point in sorted(points):
    if ranges and ranges[-1][1] == point - 1:
        ranges[-1][1] = point
    else:
        ranges.append([point, point])
print("""/// Characters that came after Unicode 9.0 and that normalisation would move, join or take apart.
///
/// Made by Benchmarks/tokenization/make_unnormalized.py; do not edit.
enum UnknownToNormalizer {
  static let ranges: [ClosedRange<Int32>] = [""")
line = "   "
for low, high in ranges:
    item = " 0x%x...0x%x," % (low, high)
    if len(line) + len(item) > 108:
        print(line)
        line = "   "
    line += item
print(line + "\n  ]\n}")
