#!/usr/bin/env python3
"""Times transformers' own green-list detector and logits processor, and prints one JSON line.

    python3 transformers_kgw.py '{"mode": "detect", "scheme": "lefthash", "vocab": 50257, "random_rows": {"rows": 20}}'
    python3 transformers_kgw.py --limit-rows 50 < config.json

Configuration (argument or standard input):
  mode            detect | embed
  scheme          lefthash | selfhash
  vocab           vocabulary size
  gamma, width    green fraction (0.25) and context width (1 for lefthash, 4 for selfhash)
  key, bias       15485863 and 2.0, the makers' defaults
  path            JSONL of {"ids": [...]} rows; or instead of it
  random_rows     {"rows": 20, "tokens": 200, "seed": 1}: numpy's default_rng(seed).integers(0, vocab, (rows, tokens))
  write_rows      a path: writes the random rows as JSONL, so that another engine reads the same ones
  limit_rows      reads no more rows than this (also --limit-rows N)
  repeats         timed passes (3); every pass starts with a new detector, so that no cache is warm
  steps           embed: number of generation steps (50)
  cache           detect: max_cache_size (128, the maker's default)

Detection makes one call a row, as a scan of separate documents does. Embedding makes one call a step with one sequence; the logits
of step t are ((v * 2654435761 + t * 2246822519) mod 2^32 >> 8) * 2^-20 - 8 for token v, exact in float32 and without ties, so that
another engine can make them too; `digest` is the SHA-256 of all biased logits as little-endian float32, step after step.
Only the calls are timed: making the detector, the rows, the logits and the digest is not. One thread; CPU time of the process.
"""
import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import argparse
import hashlib
import json
import platform
import resource
import sys
import time
import types

import numpy
import torch
import transformers
from transformers import WatermarkDetector, WatermarkingConfig, WatermarkLogitsProcessor

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def peak_mib():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def read_rows(config):
    limit = config.get("limit_rows")
    if "path" in config:
        rows, total, tokens = [], 0, 0
        with open(config["path"], encoding="utf-8") as file:
            for line in file:
                if not line.strip():
                    continue
                total += 1
                ids = json.loads(line)["ids"]
                tokens += len(ids)
                if limit is None or len(rows) < limit:
                    rows.append(ids)
        return rows, total, tokens
    shape = config.get("random_rows", {})
    generator = numpy.random.default_rng(shape.get("seed", 1))
    rows = generator.integers(0, config["vocab"], (shape.get("rows", 20), shape.get("tokens", 200))).tolist()
    if "write_rows" in config:
        with open(config["write_rows"], "w", encoding="utf-8") as file:
            for ids in rows:
                file.write(json.dumps({"ids": ids}) + "\n")
    total, tokens = len(rows), sum(map(len, rows))
    return rows[:limit], total, tokens


class Clock:
    """Adds up wall and process CPU time of the calls alone."""

    def __init__(self):
        self.wall = self.cpu = 0.0

    def __enter__(self):
        self.started = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self.started[0]
        self.cpu += time.process_time() - self.started[1]


def detect(config, watermark, rows):
    # A stub is all the detector reads of a model's configuration; no id equals -1, so no first token is taken for a BOS and dropped.
    model = types.SimpleNamespace(vocab_size=config["vocab"], bos_token_id=-1, is_encoder_decoder=False)
    tensors = [torch.tensor([ids]) for ids in rows]
    passes, counts = [], None
    for _ in range(config.get("repeats", 3)):
        detector = WatermarkDetector(
            model_config=model, device="cpu", watermarking_config=watermark,
            ignore_repeated_ngrams=config.get("ignore_repeated", False), max_cache_size=config.get("cache", 128))
        clock, seen = Clock(), []
        for tensor in tensors:
            with clock:
                output = detector(tensor, return_dict=True)
            seen.append([int(output.num_tokens_scored[0]), int(output.num_green_tokens[0])])
        if counts is not None and counts != seen:
            raise SystemExit("two passes over the same rows disagree")
        counts = seen
        passes.append((clock.wall, clock.cpu))
    tokens = sum(map(len, rows))
    best_cpu = min(cpu for _, cpu in passes)
    return passes, {
        "counts": counts,
        "tokens": tokens,
        "tokens_scored": sum(scored for scored, _ in counts),
        "tokens_per_cpu_second": round(tokens / best_cpu, 1),
        "tokens_per_wall_second": round(tokens / min(wall for wall, _ in passes), 1),
    }


def logits_of_step(vocab, step):
    word = (numpy.arange(vocab, dtype=numpy.uint64) * 2654435761 + step * 2246822519) & 0xFFFFFFFF
    return torch.from_numpy(((word >> 8).astype(numpy.float32) * numpy.float32(2.0**-20)) - numpy.float32(8.0))[None]


def embed(config, watermark, rows):
    passes, digest, steps = [], None, config.get("steps", 50)
    places = [(ids, end) for ids in rows for end in range(watermark.context_width, len(ids) + 1)][:steps]
    for _ in range(config.get("repeats", 3)):
        processor = WatermarkLogitsProcessor(vocab_size=config["vocab"], device="cpu", **watermark.to_dict())
        clock, sums = Clock(), hashlib.sha256()
        for step, (ids, end) in enumerate(places):
            sequence, logits = torch.tensor([ids[:end]]), logits_of_step(config["vocab"], step)
            with clock:
                biased = processor(sequence, logits)
            sums.update(biased.numpy().astype("<f4").tobytes())
        if digest is not None and digest != sums.hexdigest():
            raise SystemExit("two passes over the same steps disagree")
        digest = sums.hexdigest()
        passes.append((clock.wall, clock.cpu))
    return passes, {
        "digest": digest,
        "steps": len(places),
        "cpu_ms_per_step": round(1000 * min(cpu for _, cpu in passes) / len(places), 3),
        "wall_ms_per_step": round(1000 * min(wall for wall, _ in passes) / len(places), 3),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", nargs="?", help="the configuration as JSON; standard input when missing")
    parser.add_argument("--limit-rows", type=int)
    arguments = parser.parse_args()
    config = json.loads(arguments.config if arguments.config else sys.stdin.read())
    if arguments.limit_rows is not None:
        config["limit_rows"] = arguments.limit_rows
    scheme = config["scheme"]
    width = config.get("width", 4 if scheme == "selfhash" else 1)
    watermark = WatermarkingConfig(
        greenlist_ratio=config.get("gamma", 0.25), bias=config.get("bias", 2.0), hashing_key=config.get("key", 15485863),
        seeding_scheme=scheme, context_width=width)
    base = peak_mib()
    rows, rows_given, tokens_given = read_rows(config)
    if not rows:
        raise SystemExit("no rows to time")
    passes, result = (detect if config["mode"] == "detect" else embed)(config, watermark, rows)
    line = {
        "peer": "transformers", "mode": config["mode"], "scheme": scheme, "vocab": config["vocab"], "width": width,
        "gamma": watermark.greenlist_ratio, "rows_timed": len(rows), "rows_given": rows_given, "tokens_given": tokens_given,
        "sample": len(rows) < rows_given,
        **result,
        "wall_s": [round(wall, 4) for wall, _ in passes], "cpu_s": [round(cpu, 4) for _, cpu in passes],
        "peak_rss_mib": peak_mib(), "rss_after_import_mib": base, "threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "transformers": transformers.__version__, "numpy": numpy.__version__},
    }
    if line["sample"]:
        line["note"] = "timed on the first %d of %d rows; the rate is of this sample" % (len(rows), rows_given)
    print(json.dumps(line))


main()
