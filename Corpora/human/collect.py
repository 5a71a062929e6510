#!/usr/bin/env python3
"""Remakes the human texts of this folder from Debian 12's package gnome-user-docs (43.0-2, CC BY-SA 3.0).

    apt-get install gnome-user-docs && python3 Corpora/human/collect.py

GNOME's help was written and translated by people, and released in September 2022. Paragraphs and titles are taken out of its
Mallard pages, markup is dropped, white space is folded, and whole pages in the order of their names are joined into records of
at least 1,500 bytes until a language has 250,000. Nothing else is changed. The output is the same on every machine.
"""
import glob
import gzip
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

ROOT = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/help"
HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {"C": "en", "de": "de", "es": "es", "fr": "fr", "el": "el", "ru": "ru", "uk": "uk", "hi": "hi", "ja": "ja", "ko": "ko", "zh_CN": "zh"}
COMPRESSED = {"el"}
PLAIN = {"en": ".txt", "fr": ".md"}
MALLARD = "{http://projectmallard.org/1.0/}"


def paragraphs(path):
    for element in ElementTree.parse(path).getroot().iter():
        if element.tag in (MALLARD + "title", MALLARD + "p"):
            if element.get("type") or element.get("role") == "seealso":
                continue
            text = re.sub(r"\s+", " ", "".join(element.itertext())).strip()
            if len(text) > 1:
                yield text


def records(folder):
    text = []
    for path in sorted(glob.glob(os.path.join(ROOT, folder, "gnome-help", "*.page"))):
        text += list(paragraphs(path))
        joined = "\n\n".join(text)
        if len(joined.encode()) >= 1500:
            yield joined
            text = []


for folder, language in NAMES.items():
    lines, size, plain = [], 0, None
    for text in records(folder):
        if language in PLAIN and plain is None:
            plain = text
            continue
        identity = "%s-gnome-help-%04d" % (language, len(lines) + 1)
        line = json.dumps({"id": identity, "language": language, "text": text}, ensure_ascii=False)
        lines.append(line)
        size += len(line.encode()) + 1
        if size >= 250000:
            break
    data = ("\n".join(lines) + "\n").encode()
    path = os.path.join(HERE, language + "-gnome-help.jsonl")
    if language in COMPRESSED:
        with open(path + ".gz", "wb") as file:
            file.write(gzip.compress(data, 9, mtime=0))
    else:
        with open(path, "wb") as file:
            file.write(data)
    if plain is not None:
        with open(os.path.join(HERE, language + "-gnome-help-page" + PLAIN[language]), "w", encoding="utf-8") as file:
            file.write(plain + "\n")
    print(language, len(lines), len(data))
