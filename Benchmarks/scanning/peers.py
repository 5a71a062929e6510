#!/usr/bin/env python3
"""Times the makers' own readers of pictures' marks on a folder of JPEGs, and prints one JSON line of CPU seconds.

    python3 Benchmarks/scanning/peers.py FOLDER [COUNT]

For each of the first COUNT pictures: OpenCV's decoding, invisible-watermark's two decoders for 48 bits, as Stable Diffusion's marks have,
and blind-watermark's extraction of 64 bits. Pictures that invisible-watermark refuses for their size are counted, not timed. Each reads at one place and phase and tells bits only: none says how likely they are
without a mark. One thread.
"""
import os

os.environ["OMP_NUM_THREADS"] = "1"

import json
import sys
import time

import cv2
import numpy as np
from blind_watermark import WaterMark
from imwatermark import WatermarkDecoder

cv2.setNumThreads(1)
folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
names = [name for name in sorted(os.listdir(folder)) if name.endswith(".jpg")][:count]
seconds = {"decode": 0.0, "dwtDct": 0.0, "dwtDctSvd": 0.0, "blind-watermark": 0.0}


def timed(name, call):
    start = time.process_time()
    result = call()
    seconds[name] += time.process_time() - start
    return result


refused = 0
for name in names:
    image = timed("decode", lambda: cv2.imread(os.path.join(folder, name)))
    if image.shape[0] * image.shape[1] < 256 * 256:
        refused += 1
        continue
    for method in ("dwtDct", "dwtDctSvd"):
        timed(method, lambda: WatermarkDecoder("bits", 48).decode(image, method))
    timed("blind-watermark", lambda: WaterMark(password_wm=1, password_img=1).extract(embed_img=image.astype(np.float32), wm_shape=64, mode="bit"))
print(json.dumps({"records": len(names), "refused": refused, **{name + "_cpu_s": round(value, 4) for name, value in seconds.items()}}))
