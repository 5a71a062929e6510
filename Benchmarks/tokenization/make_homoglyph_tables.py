#!/usr/bin/env python3
"""Prints Sources/TextWatermark/Normalization/Tables/HomoglyphTable.swift.

The categories and confusables are those of the PyPI package homoglyphs 2.0.4 (MIT), which lm-watermarking's normaliser rests on:
a character's category is the first word of its Unicode name where that is a script, else the range it lies in. Of the
confusables those are kept that are single characters of another category.

    pip install homoglyphs==2.0.4
    python3 make_homoglyph_tables.py > ../../Sources/TextWatermark/Normalization/Tables/HomoglyphTable.swift
"""
import json
import os
import unicodedata

import homoglyphs

FOLDER = os.path.dirname(homoglyphs.__file__)
categories = json.load(open(os.path.join(FOLDER, "categories.json")))
confusables = json.load(open(os.path.join(FOLDER, "confusables.json")))
names = sorted(set(categories["aliases"]))

of = [None] * 0x110000
for start, end, name in reversed([tuple(p[:3]) for p in categories["points"]]):
    for point in range(start, end + 1):
        of[point] = name
alphabet_of = list(of)
for point in range(0x110000):
    word = unicodedata.name(chr(point), "").split(" ")[0]
    if word in names:
        of[point] = word
runs = [p << 8 | (names.index(of[p]) + 1 if of[p] else 0) for p in range(0x110000) if p == 0 or of[p] != of[p - 1]]
pairs = []
for char in sorted(c for c in confusables if len(c) == 1):
    if of[ord(char)] in (None, "COMMON"):
        continue
    for other in sorted(set(o for o in confusables[char] if len(o) == 1)):
        # What the alphabet of a category holds goes by ranges alone.
        if alphabet_of[ord(other)] not in (None, of[ord(char)]):
            pairs.append((ord(char), ord(other)))

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def number(value):
    """Five bits a digit, low ones first; the sixth says that more follow."""
    text = ""
    while value >= 32:
        text += DIGITS[32 + value % 32]
        value //= 32
    return text + DIGITS[value]


def literal(text):
    print('    """')
    for start in range(0, len(text), 100):
        print("    " + text[start:start + 100] + ("\\" if start + 100 < len(text) else ""))
    print('    """')


print("""/// Categories of characters and confusable pairs, as lm-watermarking's normaliser knows them.
///
/// Made by Benchmarks/tokenization/make_homoglyph_tables.py from homoglyphs 2.0.4 (MIT); do not edit. Numbers are written five bits
/// a digit in the alphabet of Base64, low ones first; a digit from 32 on says that more follow.
enum HomoglyphTable {
  /// Names of the categories; number n of a run is the name before it, 0 is none.
  static let names =
    "%s"

  /// Runs of code points of one category: the distance from the run before, and the category's number.
  static let runs =""" % " ".join(names))
text, previous = "", 0
for run in runs:
    text += number((run >> 8) - previous) + number(run & 255)
    previous = run >> 8
literal(text)
print("\n  /// Confusable pairs: the distance from the character before, and the other character.\n  static let pairs =")
text, previous = "", 0
for char, other in pairs:
    text += number(char - previous) + number(other)
    previous = char
literal(text)
print("}")
