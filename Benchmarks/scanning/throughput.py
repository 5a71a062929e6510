#!/usr/bin/env python3
"""Times whole scans by size and kind of input, over one and two workers, beside yardsticks that read the same files.

    pip install -r Benchmarks/scanning/requirements.txt && apt-get install ripgrep
    python3 Benchmarks/scanning/throughput.py --tool .build/release/countermark [--largest 1000000] [--results FILE]

Rows of ids are pieces of the shipped corpus' own ids, so that contexts repeat as in text; texts and pictures are the corpora's,
repeated. Every command is run after one that put its file into the page cache; figures are of one run each, wall and CPU (user and
system) of the process and its peak memory, from wait4. Yardsticks: `wc -l`, ripgrep counting a word, and simdjson taking id and ids out
of each row in Python.
"""

import argparse
import datetime
import json
import os
import platform
import random
import shutil
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


def text_rows(path, rows):
    texts = []
    for name in sorted(os.listdir(os.path.join(CORPORA, "human"))):
        if name.endswith(".jsonl"):
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
    options.add_argument("--python", default=sys.executable, help="an interpreter that has pysimdjson")
    options.add_argument("--largest", type=int, default=1_000_000)
    options.add_argument("--pictures", type=int, default=1000)
    options.add_argument("--results")
    options = options.parse_args()
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

        def scan(name, path, profiles, workers, more=(), **facts):
            command = [options.tool, "scan", path, "--keys", ring, "--json", "--exit-zero", "-j", str(workers), *more]
            for profile in profiles:
                command += ["--profile", profile]
            seen = launch(command)
            if "tokens" in facts:
                facts["tokens_per_cpu_second"] = round(facts["tokens"] / seen["cpu_s"])
            tell(name=name, workers=workers, bytes=size(path), **facts, **seen, mb_per_s=round(size(path) / 1e6 / seen["wall_s"], 1))

        def yardstick(name, command, path):
            seen = launch(command)
            tell(name=name, bytes=size(path), **seen, mb_per_s=round(size(path) / 1e6 / seen["wall_s"], 1))

        rows = 10_000
        while rows <= options.largest:
            path = os.path.join(work, "ids.jsonl")
            tokens = id_rows(path, rows, 200 if rows <= 1_000_000 else 20)
            launch(["cat", path])
            for workers in (1, 2):
                scan("ids", path, [texts], workers, records=rows, tokens=tokens)
            if rows == 100_000:
                scan("ids, two profiles", path, [texts, other], 1, records=rows, tokens=tokens)
                scan("ids, two keys", path, [texts], 1, ["--key-id", "hf-default", "--key-id", "second"], records=rows, tokens=tokens)
            if rows <= 1_000_000:
                yardstick("wc -l", ["wc", "-l", path], path)
                yardstick("rg -c", ["rg", "-c", "nowhere|r1", path], path)
                yardstick("simdjson, id and ids", [options.python, "-c", SIMDJSON, path], path)
            os.remove(path)
            rows *= 10
        path = os.path.join(work, "texts.jsonl")
        text_rows(path, 20_000)
        launch(["cat", path])
        for workers in (1, 2):
            scan("texts, tokenised", path, [texts], workers, records=20_000)
        os.remove(path)
        folder = os.path.join(work, "pictures")
        pictures(folder, options.pictures)
        for workers in (1, 2):
            scan("pictures, deployed marks", folder, [], workers, ["--image-key-id", "ours"], records=options.pictures)
        id_rows(os.path.join(folder, "rows.jsonl"), 20_000, 200)
        for workers in (1, 2):
            scan("mixed", folder, [texts], workers, ["--image-key-id", "ours"], records=options.pictures + 20_000)


main()
