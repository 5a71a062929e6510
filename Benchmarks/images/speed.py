#!/usr/bin/env python3
"""Times marking and reading pictures, beside invisible-watermark and blind-watermark on the same pixels in one run, on one core.

    pip install -r requirements.txt
    swift build -c release --package-path .. --product ImageStages
    python3 speed.py --tool ../../.build/release/countermark --stages ../.build/release/ImageStages --photograph FILE
        [--megapixels 1 12] [--results FILE]

Ours is the CPU time of the whole command, start, decoding and encoding included, median of five; `stage` lines are
calls alone, as the peers' are. `decode` is Pillow's (libjpeg's) decoding of the same file. Milliseconds a megapixel. Peers are left out
above --peers-up-to megapixels.
"""
import argparse
import datetime
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--tool", required=True)
parser.add_argument("--photograph", required=True)
parser.add_argument("--megapixels", type=float, nargs="*", default=[0.3, 1, 8])
parser.add_argument("--stages")
parser.add_argument("--peers-up-to", type=float, default=8.5)
parser.add_argument("--results")
options = parser.parse_args()
work = tempfile.mkdtemp()
keys = os.path.join(work, "ring.json")
subprocess.run([options.tool, "key", "new", "--id", "bench", "--keys", keys], check=True, capture_output=True)
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def command(*arguments):
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([options.tool, *arguments], capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def call(body, repeats=3):
    times = []
    for _ in range(repeats):
        start = time.process_time()
        body()
        times.append(time.process_time() - start)
    return statistics.median(times)


def peers(rgb):
    import cv2
    from blind_watermark import WaterMark
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    cv2.setNumThreads(1)
    bgr = np.ascontiguousarray(rgb[..., ::-1])
    figures = {}
    for method in ("dwtDct", "dwtDctSvd"):
        encoder = WatermarkEncoder()
        encoder.set_watermark("bits", [0, 1] * 24)
        figures[method + " encode"] = call(lambda: encoder.encode(bgr, method), 1)
        figures[method + " decode"] = call(lambda: WatermarkDecoder("bits", 48).decode(bgr, method), 1)
    tool = WaterMark(password_wm=1, password_img=1)

    def embed():
        tool.read_img(img=bgr.astype(np.float32))
        tool.read_wm([0, 1] * 32, mode="bit")
        tool.embed()

    figures["blind embed"] = call(embed, 1)
    figures["blind extract"] = call(lambda: WaterMark(password_wm=1, password_img=1).extract(embed_img=bgr.astype(np.float32), wm_shape=64, mode="bit"), 1)
    return figures


lines = [{"type": "run", "date": datetime.date.today().isoformat(), "photograph": os.path.basename(options.photograph)}]
for size in options.megapixels:
    image = Image.open(options.photograph).convert("RGB")
    factor = (size * 1e6 / (image.width * image.height)) ** 0.5
    image = image.resize((round(image.width * factor), round(image.height * factor)), Image.LANCZOS)
    megapixels = image.width * image.height / 1e6
    plain, marked = os.path.join(work, "plain.jpg"), os.path.join(work, "marked.jpg")
    image.save(plain, quality=92)
    key = ["--keys", keys, "--key-id", "bench"]
    figures = {
        "start": command("--version"),
        "mark": command("mark", "image", plain, marked, "--payload", "0123456789abcdef", *key),
        "detect unchanged": command("detect", "image", marked, "--scheme", "lattice-1", "-j", "1", *key),
        "detect full, nothing there": command("detect", "image", plain, "--scheme", "lattice-1", "-j", "1", *key),
        "generators' marks": command("detect", "image", plain, "-j", "1"),
        "generators' marks, all phases": command("detect", "image", plain, "-j", "1", "--all-phases"),
        "decode": call(lambda: Image.open(plain).convert("RGB").load(), 5),
    }
    if options.stages:
        stages = json.loads(subprocess.run([options.stages, plain], capture_output=True, text=True, check=True).stdout)
        figures.update({"stage " + name: value * megapixels / 1e3 for name, value in stages.items() if name != "megapixels"})
    if size <= options.peers_up_to:
        figures.update(peers(np.asarray(image)))
    print("%.2f MP (%d x %d): ms a megapixel" % (megapixels, image.width, image.height))
    for name, seconds in figures.items():
        print("  %-32s %8.1f   (%.3f s)" % (name, seconds * 1e3 / megapixels, seconds), flush=True)
    lines.append({"megapixels": round(megapixels, 3), "ms_per_megapixel": {k: round(v * 1e3 / megapixels, 1) for k, v in figures.items()}})
    if options.results:
        with open(options.results, "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
