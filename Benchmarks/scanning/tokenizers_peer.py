#!/usr/bin/env python3
"""Times Hugging Face's tokenizers on the `text` of JSON rows, and prints one JSON line: CPU seconds of the tokenisation alone.

    python3 Benchmarks/scanning/tokenizers_peer.py FILE TOKENIZER.json [ROWS]

The texts are in memory before the clock starts; batches of 1,000, without offsets; one thread.
"""
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import itertools
import json
import sys
import time

import tokenizers

path, name = sys.argv[1:3]
with open(path, encoding="utf-8") as file:
    texts = [json.loads(line)["text"] for line in itertools.islice(file, int(sys.argv[3]) if len(sys.argv) > 3 else None)]
tokenizer = tokenizers.Tokenizer.from_file(name)
tokens, start = 0, time.process_time()
for first in range(0, len(texts), 1000):
    tokens += sum(len(encoding.ids) for encoding in tokenizer.encode_batch_fast(texts[first:first + 1000], add_special_tokens=False))
seconds = time.process_time() - start
print(json.dumps({"version": tokenizers.__version__, "rows": len(texts), "tokens": tokens, "cpu_s": round(seconds, 4)}))
