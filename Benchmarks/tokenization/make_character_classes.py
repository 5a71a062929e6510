#!/usr/bin/env python3
"""Prints Sources/Tokenization/PreTokenization/CharacterClassTable.swift.

The classes are asked of the makers' own engines, code point by code point: what the regular expressions of the PyPI
packages `tokenizers` and `tiktoken` match as \\p{L}, \\p{N}, \\s and so on. Both are asked, and must agree.

    pip install tokenizers==0.23.3 tiktoken==0.14.0
    python3 make_character_classes.py > ../../Sources/Tokenization/PreTokenization/CharacterClassTable.swift
"""
import sys

import tiktoken
import tokenizers
from tokenizers import Regex, pre_tokenizers

POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
TEXT = "".join(map(chr, POINTS))
# bit of CharacterClass -> categories
BITS = {1: ["L"], 2: ["N"], 4: ["s"], 8: ["Lu", "Lt", "Lm", "Lo", "M"], 16: ["Ll", "Lm", "Lo", "M"], 32: ["P", "S"], 64: ["M"]}


def asked(category):
    pattern = r"\s" if category == "s" else r"\p{%s}" % category
    left = set()
    for piece, _ in pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str(TEXT):
        left.update(piece)
    ours = set(TEXT) - left
    encoding = tiktoken.Encoding(
        "asked", pat_str=pattern, mergeable_ranks={bytes([i]): i for i in range(256)}, special_tokens={})
    theirs = set(encoding.decode(encoding.encode_ordinary(TEXT)))
    if ours != theirs:
        sys.exit("tokenizers and tiktoken disagree on %s at %d code points" % (category, len(ours ^ theirs)))
    return map(ord, ours)


classes = bytearray(0x110000)
for bit, categories in BITS.items():
    for category in categories:
        for point in asked(category):
            classes[point] |= bit
runs = [(c << 8 | classes[c]) for c in range(0x110000) if c == 0 or classes[c] != classes[c - 1]]
print(f"""/// Classes of all code points as tokenizers {tokenizers.__version__} and tiktoken {tiktoken.__version__} have them.
///
/// Made by Benchmarks/tokenization/make_character_classes.py; do not edit. Each number is the first code point of a run in its
/// upper 24 bits and the run's class in its lower eight.
enum CharacterClassTable {{
  static let runs: [UInt32] = [""")
line = "   "
for run in runs:
    item = f" {run},"
    if len(line) + len(item) > 108:
        print(line)
        line = "   "
    line += item
print(line)
print("  ]\n}")
