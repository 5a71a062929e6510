#!/usr/bin/env python3
"""Validates what `countermark report --sarif` writes against the JSON schema of SARIF 2.1.0.

    .ci/sarif-schema .build/sarif
    .build/sarif/bin/python3 Tests/ReportsTests/sarif.py .build/release/countermark .build/sarif/schema.json

The results hold texts, pictures, records that failed or were skipped, spans, names that no URI can hold as they are, several files, none
at all, and a file that was cut.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPORA = os.path.join(ROOT, "Corpora")


def run(tool, *arguments, statuses):
    done = subprocess.run([tool, *arguments], capture_output=True)
    if done.returncode not in statuses:
        raise SystemExit(f"{arguments[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")


def results(tool, folder):
    """Files of results: their names, and what their documents must hold."""
    keys = os.path.join(folder, "keys.json")
    shutil.copyfile(os.path.join(CORPORA, "demo-keys.json"), keys)
    os.chmod(keys, 0o600)
    inputs = os.path.join(folder, "in")
    os.mkdir(inputs)
    shutil.copyfile(os.path.join(CORPORA, "llm-open.jsonl"), os.path.join(inputs, "all of them.jsonl"))
    shutil.copytree(os.path.join(CORPORA, "photos"), os.path.join(inputs, "photos"))
    with open(os.path.join(CORPORA, "llm-open.jsonl"), encoding="utf-8") as lines:
        texts = [record["output"] for record in map(json.loads, lines) if record.get("watermark")]
    names = [b"new\nline.txt", b"with spaces.txt", b"\xff\xfe.txt", b"per%cent#and?query.txt", "ü漢字.txt".encode(), b"a:b.txt", b"[brackets] {braces} \\ | ^ ` \".txt"]
    for place, text in enumerate(texts):
        name = b"%d " % place + names[place % len(names)]
        with open(os.path.join(inputs.encode(), name), "w", encoding="utf-8") as out:
            out.write(text)
    for name, content in [("damaged.jsonl", b"nonsense\n{\"id\": 1}\n"), ("long.jsonl", b"x" * (2 << 20)), ("cut.png", b"\x89PNG\r\n\x1a\n"), ("cut.jsonl.gz", b"\x1f\x8b\x08")]:
        with open(os.path.join(inputs, name), "wb") as out:
            out.write(content)
    known = ["--profiles", os.path.join(CORPORA, "profiles"), "--keys", keys, "--alpha", "1e-5", "--no-progress"]
    whole = os.path.join(folder, "whole.jsonl")
    run(tool, "scan", inputs, *known, "--line-limit", "1", "-o", whole, statuses={3})
    yield "everything", [whole], ['"charOffset"', "%0A", "%FF%FE", "%20", "%25", "ruleIndex", "line-too-long", "invalid-json", '"logicalLocations"']
    empty, none = os.path.join(folder, "empty.txt"), os.path.join(folder, "none.jsonl")
    open(empty, "wb").close()
    run(tool, "scan", empty, *known, "-o", none, statuses={0, 3})
    yield "nothing", [none], ['"results":[]']
    yield "two files", [none, whole], ['"executionSuccessful":false']
    cut = os.path.join(folder, "cut.jsonl")
    with open(whole, "rb") as source, open(cut, "wb") as out:
        content = source.read()
        out.write(content[: content.index(b"\n", len(content) // 2) + 40])
    yield "a file that was cut", [cut], ["incomplete-results", "are missing their end"]


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    tool, schema = sys.argv[1:]
    with open(schema, encoding="utf-8") as text:
        schema = json.load(text)
    checker = jsonschema.FormatChecker(["uri", "uri-reference"])
    validator = jsonschema.Draft4Validator(schema, format_checker=checker)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, files, words in results(tool, folder):
            path = os.path.join(folder, "report.sarif")
            run(tool, "report", *files, "--sarif", path, statuses={0, 3})
            with open(path, encoding="utf-8") as text:
                text = text.read()
            document = json.loads(text)
            problems = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(document)]
            problems += [f"it does not hold {word}" for word in words if word not in text]
            print(f"{name}: {len(text)} bytes, {sum(len(run['results']) for run in document['runs'])} results, {len(problems)} problems")
            for problem in problems[:12]:
                print("  " + problem)
            failed += len(problems)
        # A check that takes everything is none: what the schema forbids must be refused.
        for change in [lambda run: run.pop("tool"), lambda run: run.update(colour="red"),
                       lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a b"),
                       lambda run: run["results"][0].update(level="loud")]:
            wrong = copy.deepcopy(document)
            change(wrong["runs"][0])
            if validator.is_valid(wrong):
                print("the validator takes a document that the schema forbids")
                failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
