#!/usr/bin/env python3
"""Makes ResultsCorpus: what the built command writes of small inputs, whole, cut, in parts, with maps, errors and skips, and a checkpoint.

    python3 Tests/ScanTests/make_results.py .build/release/countermark
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "Tests", "ScanTests", "ResultsCorpus")
CORPORA = os.path.join(ROOT, "Corpora")
TOOL = os.path.abspath(sys.argv[1])


def scan(inputs, output, *more, limit=None):
    """Runs a scan where its inputs lie, so that results name them and no folder."""
    command = [TOOL, "scan", *inputs, "-o", output, "-j", "1", "--quiet"]
    command += ["--keys", "ring.json", *more]
    if limit:
        command = ["bash", "-c", f'ulimit -f {limit}; "$@"', "bash", *command]
    status = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode
    assert status in ((5,) if limit else (0, 1, 3)), f"{output}: {status}"


def profile(name):
    return ["--profile", os.path.join(CORPORA, "profiles", f"smollm2-{name}.json")]


def keep(name, data):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def main():
    with open(os.path.join(CORPORA, "llm-open.jsonl"), encoding="utf-8") as file:
        texts = {record["id"]: record["output"] for record in map(json.loads, file)}
    os.makedirs(FOLDER, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        shutil.copy(os.path.join(CORPORA, "demo-keys.json"), "ring.json")
        os.chmod("ring.json", 0o600)
        with open("in.jsonl", "w", encoding="utf-8") as file:
            marked = texts["open-hf-kgw-lefthash-08"]
            for name, text in (("sea", marked), ("land", texts["open-none-00"]), ("short", "Too short.")):
                file.write(json.dumps({"id": name, "output": text}) + "\n")
            file.write('{"id": "bad", "output": \n')
        for name, count in (("few.jsonl", 2), ("many.jsonl", 40)):
            with open(name, "w", encoding="utf-8") as file:
                for number in range(count):
                    ids = [(number * 7919 + place * place * 31) % 49152 for place in range(24)]
                    file.write(json.dumps({"id": f"r{number}", "ids": ids}) + "\n")
        shutil.copy(os.path.join(CORPORA, "photos", "attacked", "chelsea-cut.jpg"), "photo.jpg")
        left = profile("lefthash")
        scan(["in.jsonl", "photo.jpg"], "whole", *left)
        whole = read("whole")
        keep("whole.jsonl", whole)
        keep("cut.jsonl", whole[: int(len(whole) * 0.7)])
        keep("open.jsonl", b"".join(whole.splitlines(keepends=True)[:-1]))
        for part, count in ((1, 1), (1, 2), (2, 2)):
            scan(["in.jsonl", "photo.jpg"], f"part-{part}-{count}", *left, "--shard", f"{part}/{count}")
        keep("shard.jsonl", read("part-1-1"))
        # One input of the fuzzer that is two files.
        keep("parts.jsonl", read("part-1-2") + read("part-2-2"))
        scan(["photo.jpg"], "maps", "--html", "page")
        keep("maps.jsonl", read("maps"))
        scan(["in.jsonl"], "two", *left, *profile("selfhash"), "--maker-figures")
        keep("two.jsonl", read("two"))
        with open("long.jsonl", "w", encoding="utf-8") as file:
            file.write(json.dumps({"id": "long", "output": "x" * 1_200_000}) + "\n")
            file.write('{"id": "none"}\n{"id": "odd", "ids": [1, -2]}\n')
        scan(["long.jsonl", "absent.jsonl"], "limits", *left, "--line-limit", "1")
        keep("limits.jsonl", read("limits"))
        # A full disk leaves the checkpoint that was made before it.
        scan(["few.jsonl", "many.jsonl"], "full", *left, "--checkpoint", "state", "--checkpoint-interval", "0", limit=8)
        keep("checkpoint.json", read("state"))


main()
