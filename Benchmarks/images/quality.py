#!/usr/bin/env python3
"""Measures how visible the mark is: PSNR, SSIM, PSNR-HVS-M and the error in flat areas, over photographs.

    pip install -r requirements.txt
    python3 quality.py --tool ../../.build/release/countermark --photographs FOLDER [--side 640] [--strength psnr=42]
        [--beside FOLDER] [--results FILE]

PSNR-HVS-M weighs errors by the eye's sensitivity and by masking in blocks of 8 x 8 (Ponomarenko et al., VPQM 2007). `flat` is the 95th
percentile of the smoothed error over 1 + 0.3 x the local deviation: lower is better. FOLDER of --beside holds the same photographs, NAME.png at the
same size, marked by something else, and is measured the same way.
"""
import argparse
import datetime
import glob
import json
import os
import statistics
import subprocess
import tempfile

import cv2
import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--tool", required=True)
parser.add_argument("--photographs", required=True)
parser.add_argument("--side", type=int, default=640)
parser.add_argument("--strength", default="psnr=42")
parser.add_argument("--beside")
parser.add_argument("--results")
options = parser.parse_args()

# Sensitivity of the eye to each coefficient of a block, from the paper; its masking weights are the squares over the largest.
SENSITIVITY = np.array([
    1.608443, 2.339554, 2.573509, 1.608443, 1.072295, 0.643377, 0.504610, 0.421887, 2.144591, 2.144591, 1.838221, 1.354478, 0.989811,
    0.443708, 0.428918, 0.467911, 1.838221, 1.979622, 1.608443, 1.072295, 0.643377, 0.451493, 0.372972, 0.459555, 1.838221, 1.513829,
    1.169777, 0.887417, 0.504610, 0.295806, 0.321689, 0.415082, 1.429727, 1.169777, 0.695543, 0.459555, 0.378457, 0.236102, 0.249855,
    0.334222, 1.072295, 0.735288, 0.467911, 0.402111, 0.317717, 0.247453, 0.227744, 0.279729, 0.525206, 0.402111, 0.329937, 0.295806,
    0.249855, 0.212687, 0.214459, 0.254803, 0.357432, 0.279729, 0.270896, 0.262603, 0.229778, 0.257351, 0.249855, 0.259950]).reshape(8, 8)
MASKING = (SENSITIVITY / SENSITIVITY.max()) ** 2


def luma(image):
    return np.asarray(image, np.float64) @ [0.299, 0.587, 0.114]


def masking(block, spectrum):
    energy = (spectrum ** 2 * MASKING).sum() - spectrum[0, 0] ** 2 * MASKING[0, 0]
    spread = block.var(ddof=1) * block.size
    if spread > 0:
        spread = sum(part.var(ddof=1) * part.size for part in (block[:4, :4], block[:4, 4:], block[4:, :4], block[4:, 4:])) / spread
    return np.sqrt(max(energy * spread, 0)) / 32


def hvs_m(first, second):
    total, count = 0.0, 0
    for y in range(0, first.shape[0] - 7, 8):
        for x in range(0, first.shape[1] - 7, 8):
            a, b = first[y:y + 8, x:x + 8], second[y:y + 8, x:x + 8]
            da, db = cv2.dct(a), cv2.dct(b)
            limit = max(masking(a, da), masking(b, db)) / MASKING
            limit[0, 0] = 0
            error = np.maximum(np.abs(da - db) - limit, 0) * SENSITIVITY
            total += (error ** 2).sum()
            count += 64
    return 10 * np.log10(65025 / max(total / count, 1e-9))


def smooth(values, deviation):
    return cv2.GaussianBlur(values, (0, 0), deviation)


def measure(original, marked):
    first, second = luma(original), luma(marked)
    error = np.asarray(marked, np.float64) - np.asarray(original, np.float64)
    window = lambda values: cv2.GaussianBlur(values, (11, 11), 1.5)
    a, b = window(first), window(second)
    va, vb, vab = window(first ** 2) - a * a, window(second ** 2) - b * b, window(first * second) - a * b
    ssim = ((2 * a * b + 6.5025) * (2 * vab + 58.5225) / ((a * a + b * b + 6.5025) * (va + vb + 58.5225))).mean()
    deviation = np.sqrt(smooth((first - smooth(first, 2.5)) ** 2, 5))
    local = np.sqrt(smooth((second - first) ** 2, 3)) / (1 + 0.3 * deviation)
    return {"psnr": 10 * np.log10(65025 / (error ** 2).mean()), "ssim": ssim, "hvs_m": hvs_m(first, second), "flat": np.percentile(local, 95)}


work = tempfile.mkdtemp()
keys = os.path.join(work, "ring.json")
subprocess.run([options.tool, "key", "new", "--id", "bench", "--keys", keys], check=True, capture_output=True)
found = {"countermark": []}
for path in sorted(glob.glob(os.path.join(options.photographs, "*"))):
    image = Image.open(path).convert("RGB")
    if max(image.size) < 640:
        continue
    image.thumbnail((options.side, options.side), Image.LANCZOS)
    name = os.path.splitext(os.path.basename(path))[0]
    plain, marked = os.path.join(work, name + ".png"), os.path.join(work, name + ".m.png")
    image.save(plain)
    kind, value = options.strength.split("=")
    subprocess.run([options.tool, "mark", "image", plain, marked, "--keys", keys, "--key-id", "bench", "--payload", "0123456789abcdef", "--" + kind, value],
                   capture_output=True)
    if os.path.exists(marked):
        found["countermark"].append({"photograph": name, **measure(image, Image.open(marked).convert("RGB"))})
    if options.beside and os.path.exists(os.path.join(options.beside, name + ".png")):
        found.setdefault("beside", []).append({"photograph": name, **measure(image, Image.open(os.path.join(options.beside, name + ".png")).convert("RGB"))})
for who, rows in found.items():
    print("%-12s %d photographs: PSNR %.2f, SSIM mean %.4f least %.4f, HVS-M %.2f, flat %.3f" % (
        who, len(rows), *(statistics.mean(r["psnr"] for r in rows), statistics.mean(r["ssim"] for r in rows), min(r["ssim"] for r in rows),
                          statistics.mean(r["hvs_m"] for r in rows), statistics.mean(r["flat"] for r in rows))))
if options.results:
    with open(options.results, "w") as file:
        for who, rows in found.items():
            file.write(json.dumps({"type": "quality", "who": who, "date": datetime.date.today().isoformat(), "side": options.side,
                                   "strength": options.strength, "photographs": rows}) + "\n")
