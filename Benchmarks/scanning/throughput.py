#!/usr/bin/env python3
"""Times whole scans by size and kind of input, over one and two workers, beside their parts alone, the peers, and yardsticks.

    pip install -r Benchmarks/scanning/requirements.txt && apt-get install ripgrep
    python3 Benchmarks/scanning/throughput.py --tool .build/release/countermark [--largest 10000000] [--parts texts] [--results FILE]

Rows of ids are pieces of the shipped corpus' own ids, so that contexts repeat as in text; ten million rows are a million ten times.
Texts and pictures are the corpora's, repeated: texts in ten languages, most of them longer in tokens
than English, and English ones. Every command is run after one that put its file into the page cache; figures are medians of so many rounds, wall and CPU
(user and system) of the process, start included, and its peak memory, from wait4. Scans of more than 500 pictures or a gigabyte and
a half run once, of so many pictures with two workers only.

- parts alone (ScanBench): the same texts to ids in memory; all steps of a scan of them, alone and so many records at a time; the same pictures decoded, and each reader on their pixels;
- peers: transformers' detector on the first rows of ids, tokenizers alone on the first texts, invisible-watermark's and blind-watermark's readers on the first pictures;
- yardsticks: `wc -l`, ripgrep counting a word, and simdjson taking id and ids out of each row in Python.
"""

import argparse
import datetime
import itertools
import json
import math
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPORA = os.path.join(ROOT, "Corpora")
SIMDJSON = """
import simdjson, sys
parser, tokens = simdjson.Parser(), 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        row = parser.parse(line)
        row["id"]; tokens += len(row["ids"])
        del row
print(tokens)
"""


def launch(command, **more):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit("%s ended with %d" % (command[:3], process.returncode))
    return {"wall_s": round(time.monotonic() - start, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3), "peak_mib": round(usage.ru_maxrss / 1024, 1)}


def median(runs):
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def told(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip().splitlines()[-1])


def bench():
    scratch = os.path.join(ROOT, "Benchmarks", ".build")
    subprocess.run(["swift", "build", "-c", "release", "--package-path", os.path.join(ROOT, "Benchmarks"), "--scratch-path", scratch,
                    "--product", "ScanBench"], check=True, stdout=sys.stderr)
    return os.path.join(scratch, "release", "ScanBench")


def id_rows(path, rows, tokens, seed=1):
    ids = []
    with open(os.path.join(CORPORA, "llm-open.jsonl"), encoding="utf-8") as file:
        for line in file:
            ids += json.loads(line)["token_ids"]
    words, chosen = [str(token) for token in ids], random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for row in range(rows):
            start = chosen.randrange(len(words) - tokens)
            file.write('{"id": "r%d", "ids": [%s]}\n' % (row, ", ".join(words[start:start + tokens])))
    return rows * tokens


def text_rows(path, rows, language=""):
    texts = []
    for name in sorted(os.listdir(os.path.join(CORPORA, "human"))):
        if name.startswith(language) and name.endswith(".jsonl"):
            with open(os.path.join(CORPORA, "human", name), encoding="utf-8") as file:
                texts += [json.loads(line)["text"] for line in file]
    with open(path, "w", encoding="utf-8") as file:
        for row in range(rows):
            file.write(json.dumps({"id": row, "text": texts[row % len(texts)]}, ensure_ascii=False) + "\n")


def pictures(folder, count):
    os.makedirs(folder)
    names = [os.path.join(top, name) for top, _, files in os.walk(os.path.join(CORPORA, "photos")) for name in sorted(files) if name.endswith(".jpg")]
    for number in range(count):
        shutil.copy(sorted(names)[number % len(names)], os.path.join(folder, "%04d.jpg" % number))


def size(path):
    if os.path.isdir(path):
        return sum(size(os.path.join(path, name)) for name in os.listdir(path))
    return os.path.getsize(path)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tool", required=True)
    options.add_argument("--bench", help="a built ScanBench; built here when missing")
    options.add_argument("--python", default=sys.executable, help="an interpreter that has the peers")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--largest", type=int, default=10_000_000)
    options.add_argument("--texts", type=int, default=200_000)
    options.add_argument("--own-texts", metavar="FILE", help="JSON rows with a text, in place of the corpora's texts")
    options.add_argument("--pictures", type=int, default=1000)
    options.add_argument("--mixed-pictures", type=int, default=200)
    options.add_argument("--gigabytes", type=int, default=0, help="scan the rows of a million again and again, in one file of this size")
    options.add_argument("--parts", nargs="+", choices=["ids", "texts", "pictures"], default=["ids", "texts", "pictures"])
    options.add_argument("--results")
    options = options.parse_args()
    if "ids" in options.parts and not shutil.which("rg"):
        raise SystemExit("ripgrep is missing, a yardstick of --parts ids: apt-get install ripgrep")
    options.bench = options.bench or bench()
    lines = []

    def tell(**line):
        lines.append(line)
        print(json.dumps(line), flush=True)
        if options.results:
            with open(options.results, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in lines)

    with tempfile.TemporaryDirectory() as work:
        ring = os.path.join(work, "ring.json")
        with open(os.open(ring, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({"keys": [{"id": "hf-default", "integer": "15485863"}, {"id": "second", "integer": "2971215073"}, {"id": "ours", "secret": "07" * 32}]}, file)
        model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
        tell(type="machine", date=datetime.date.today().isoformat(), cpu=model, cores=os.cpu_count(), load=os.getloadavg()[0],
             commit=subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip())
        texts = os.path.join(CORPORA, "profiles", "smollm2-lefthash.json")
        other = os.path.join(CORPORA, "profiles", "smollm2-selfhash.json")

        def scan(name, path, profiles, more=(), workers=(1, 2), once=False, beside=lambda: None, **facts):
            """One line for each number of workers, which take turns with each other and with what is measured `beside` them; returns
            the CPU seconds of the first."""
            runs = {number: [] for number in workers}
            for _ in range(1 if once else options.rounds):
                for number in workers:
                    command = [options.tool, "scan", path, "--keys", ring, "--json", "--exit-zero", "-j", str(number), *more]
                    for profile in profiles:
                        command += ["--profile", profile]
                    runs[number].append(launch(command))
                beside()
            for number in workers:
                seen, more_facts = median(runs[number]), dict(facts)
                if "tokens" in facts:
                    more_facts["tokens_per_cpu_second"] = round(facts["tokens"] / seen["cpu_s"])
                if number > 1 and 1 in runs:
                    more_facts["times_one_worker"] = round(median(runs[1])["wall_s"] / seen["wall_s"], 2)
                tell(name=name, workers=number, bytes=size(path), rounds=len(runs[number]), **more_facts, **seen, mb_per_s=round(size(path) / 1e6 / seen["wall_s"], 1))
            return median(runs[workers[0]])["cpu_s"]

        def yardstick(name, command, path):
            seen = median([launch(command) for _ in range(options.rounds)])
            tell(name=name, bytes=size(path), **seen, mb_per_s=round(size(path) / 1e6 / seen["wall_s"], 1))

        def repeat(path, times):
            large = os.path.join(work, "large.jsonl")
            with open(large, "wb") as file:
                for _ in range(times):
                    with open(path, "rb") as source:
                        shutil.copyfileobj(source, file, 1 << 24)
            return large

        if "ids" in options.parts:
            rows = 10_000
            while rows <= options.largest:
                path = os.path.join(work, "ids.jsonl")
                if rows <= 1_000_000:
                    tokens = id_rows(path, rows, 200)
                else:
                    large = repeat(path, 10)
                    os.replace(large, path)
                    tokens *= 10
                launch(["cat", path])
                seconds = scan("ids", path, [texts], once=os.path.getsize(path) > 1.5e9, records=rows, tokens=tokens)
                if rows == 100_000:
                    scan("ids, two profiles", path, [texts, other], workers=[1], records=rows, tokens=tokens)
                    scan("ids, two keys", path, [texts], ["--key-id", "hf-default", "--key-id", "second"], workers=[1], records=rows, tokens=tokens)
                    peer = told([options.python, os.path.join(ROOT, "Benchmarks", "peers", "transformers_kgw.py"),
                                 json.dumps({"mode": "detect", "scheme": "lefthash", "vocab": 49152, "path": path, "limit_rows": 50, "repeats": 1})])
                    tell(name="peer: transformers' detector", records=50, tokens=peer["tokens"], tokens_per_cpu_second=peer["tokens_per_cpu_second"],
                         ours_times=round(tokens / seconds / peer["tokens_per_cpu_second"]), peak_mib=peer["peak_rss_mib"], versions=peer["versions"])
                if rows <= 1_000_000:
                    yardstick("wc -l", ["wc", "-l", path], path)
                    yardstick("rg -c", ["rg", "-c", "nowhere|r1", path], path)
                    yardstick("simdjson, id and ids", [options.python, "-c", SIMDJSON, path], path)
                    parts = subprocess.run([options.bench, "fields", path], check=True, stdout=subprocess.PIPE, text=True).stdout
                    for line in parts.splitlines():
                        part = json.loads(line)
                        tell(**{**part, "name": "alone: " + part["name"]})
                if rows == 1_000_000 and options.gigabytes:
                    large = repeat(path, math.ceil(options.gigabytes * 1e9 / size(path)))
                    scan("ids, one large file", large, [texts], workers=[2], once=True)
                    os.remove(large)
                rows *= 10
            os.remove(path)

        if "texts" in options.parts:
            path = os.path.join(work, "texts.jsonl")
            # Repeated a few hundred times, the corpora's words are all in the tokenizer's memory: texts of one's own tell how it is else.
            for name, language in [("own texts", None)] if options.own_texts else [("texts", ""), ("English texts", "en")]:
                if language is None:
                    shutil.copy(options.own_texts, path)
                else:
                    text_rows(path, options.texts, language)
                launch(["cat", path])
                with open(path, "rb") as file:
                    records = sum(1 for _ in file)
                alone = []
                whole = scan(
                    name + ", tokenised", path, [texts], records=records,
                    beside=lambda: alone.append(told([options.bench, "texts", path, os.path.join(CORPORA, "smollm2", "tokenizer.json"), "1"])))
                alone = {**alone[0], "name": "alone: tokenisation of " + name, "cpu_s": statistics.median(run["cpu_s"] for run in alone)}
                tell(**alone, whole_scan_times=round(whole / alone["cpu_s"], 3))
                few = os.path.join(work, "few.jsonl")
                with open(path, "rb") as file, open(few, "wb") as target:
                    target.writelines(itertools.islice(file, 20_000))
                parts = subprocess.run([options.bench, "parts", few, os.path.join(CORPORA, "smollm2", "tokenizer.json"), texts, ring, "hf-default"],
                                       check=True, stdout=subprocess.PIPE, text=True).stdout
                for line in parts.splitlines():
                    part = json.loads(line)
                    tell(**{**part, "name": "in memory, %s: %s" % (name, part["name"])})
                peer = told([options.python, os.path.join(ROOT, "Benchmarks", "scanning", "tokenizers_peer.py"), path,
                             os.path.join(CORPORA, "smollm2", "tokenizer.json"), "20000"])
                tell(name="peer: tokenizers on " + name, **peer,
                     whole_scan_times=round(whole / alone["tokens"] / (peer["cpu_s"] / peer["tokens"]), 3))
            os.remove(path)

        if "pictures" in options.parts:
            folder = os.path.join(work, "pictures")
            pictures(folder, options.pictures)
            whole = scan("pictures, deployed marks", folder, [], ["--image-key-id", "ours"], workers=[2] if options.pictures > 500 else [1, 2],
                         once=options.pictures > 500, records=options.pictures)
            few = os.path.join(work, "few")
            pictures(few, min(100, options.pictures))
            alone = told([options.bench, "pictures", few, "1"])
            parts = sum(value for name, value in alone.items() if name.endswith("_cpu_s"))
            tell(**{**alone, "name": "alone: pictures' parts"}, whole_scan_times=round(whole / options.pictures * alone["records"] / parts, 3))
            tell(name="peers: pictures", **told([options.python, os.path.join(ROOT, "Benchmarks", "scanning", "peers.py"), few]))
            shutil.rmtree(folder)
            pictures(folder, options.mixed_pictures)
            id_rows(os.path.join(folder, "rows.jsonl"), 20_000, 200)
            scan("mixed", folder, [texts], ["--image-key-id", "ours"], once=True, records=options.mixed_pictures + 20_000)


main()
