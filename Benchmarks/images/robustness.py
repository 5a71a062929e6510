#!/usr/bin/env python3
"""Marks photographs, attacks them, reads them, and prints how often the whole message came back with a proved bound.

    pip install -r requirements.txt
    python3 robustness.py --tool ../../.build/release/countermark --photographs FOLDER [--side 640] [--strength psnr=42]
        [--peers] [--attacks NAME …] [--limit N] [--results FILE]

A message counts when every bit is right and the bound is at most 1e-9. FOLDER holds photographs of any size; they are scaled down to
--side, and left out below 640 pixels. `--peers` also runs invisible-watermark (dwtDct, dwtDctSvd, 48 bits) and blind-watermark (64 bits) on the same attacks; they are
told the original size where they need it, and have no bound.
"""
import argparse
import datetime
import glob
import json
import math
import os
import statistics
import subprocess
import tempfile

import numpy as np
from PIL import Image

from attacks import ATTACKS

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--tool", required=True)
parser.add_argument("--photographs", required=True)
parser.add_argument("--side", type=int, default=640)
parser.add_argument("--strength", default="psnr=42", help="psnr=42 or visibility=0.985")
parser.add_argument("--payload", default="0123456789abcdef")
parser.add_argument("--attacks", nargs="*", default=list(ATTACKS))
parser.add_argument("--limit", type=int)
parser.add_argument("--peers", action="store_true")
parser.add_argument("--results")
options = parser.parse_args()
work = tempfile.mkdtemp()
keys = os.path.join(work, "ring.json")
subprocess.run([options.tool, "key", "new", "--id", "bench", "--keys", keys], check=True, capture_output=True)
BITS = [int(b) for b in bin(0x1B3EC907BB19E ^ 0x155555555555)[3:51]]


def photographs():
    for path in sorted(p for p in glob.glob(os.path.join(options.photographs, "**", "*"), recursive=True) if p.lower().endswith((".png", ".jpg", ".jpeg")))[:options.limit]:
        image = Image.open(path).convert("RGB")
        if max(image.size) >= 640:
            image.thumbnail((options.side, options.side), Image.LANCZOS)
            yield os.path.splitext(os.path.basename(path))[0], image


def random_of(name, attack):
    return np.random.default_rng(int.from_bytes((name + attack).encode()[-8:].rjust(8, b"\0"), "big"))


def ours(name, image, tallies):
    plain, marked = os.path.join(work, "in.png"), os.path.join(work, "marked.png")
    image.save(plain, compress_level=1)
    kind, value = options.strength.split("=")
    run = subprocess.run([options.tool, "mark", "image", plain, marked, "--keys", keys, "--key-id", "bench", "--payload", options.payload, "--" + kind, value],
                         capture_output=True, text=True)
    line = json.loads(run.stdout.splitlines()[0])
    if line["type"] == "error":
        return {"photograph": name, "refused": line["message"]}
    source, files = Image.open(marked).convert("RGB"), []
    for attack in options.attacks:
        files.append(os.path.join(work, attack + ".png"))
        ATTACKS[attack](source, random_of(name, attack)).save(files[-1], compress_level=1)
    run = subprocess.run([options.tool, "detect", "image", "--scheme", "lattice-1", "--keys", keys, "--key-id", "bench", "--alpha", "1e-9", "--json"] + files,
                         capture_output=True, text=True)
    for text in run.stdout.splitlines():
        seen = json.loads(text)
        if seen["type"] == "result":
            tally = tallies.setdefault(os.path.basename(seen["source"])[:-4], {"read": 0, "wrong": 0, "of": 0, "log10_p": [], "missed": []})
            tally["of"] += 1
            tally["log10_p"].append(seen["log10_p"])
            is_read = seen.get("payload") == options.payload and seen["log10_p"] <= -9
            tally["read"] += is_read
            tally["wrong"] += seen.get("payload") not in (None, options.payload)
            if not is_read:
                tally["missed"].append(name)
    return {"photograph": name, "psnr": line["psnr"], "ssim": line["ssim"], "size": list(image.size)}


def peers(name, image, tallies):
    import cv2
    from blind_watermark import WaterMark
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    bgr = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)
    wide = [int(b) for b in bin(0x10123456789ABCDEF)[3:]]
    for method in ("dwtDct", "dwtDctSvd", "blind"):
        if method == "blind":
            tool = WaterMark(password_wm=1, password_img=1)
            tool.read_img(img=bgr.astype(np.float32))
            tool.read_wm(wide, mode="bit")
            marked = np.clip(np.rint(tool.embed()), 0, 255).astype(np.uint8)
        else:
            encoder = WatermarkEncoder()
            encoder.set_watermark("bits", BITS)
            marked = encoder.encode(bgr, method)
        picture = Image.fromarray(cv2.cvtColor(marked, cv2.COLOR_BGR2RGB))
        for attack in options.attacks:
            attacked = cv2.cvtColor(np.asarray(ATTACKS[attack](picture, random_of(name, attack))), cv2.COLOR_RGB2BGR)
            try:
                if method == "blind":
                    bits = WaterMark(password_wm=1, password_img=1).extract(embed_img=attacked.astype(np.float32), wm_shape=64, mode="bit")
                    is_read = [int(b > 0.5) for b in bits] == wide
                else:
                    is_read = [int(b) for b in WatermarkDecoder("bits", 48).decode(attacked, method)] == BITS
            except Exception:
                is_read = False
            tally = tallies.setdefault(attack, {}).setdefault(method, [0, 0])
            tally[0] += is_read
            tally[1] += 1


def interval(count, total):
    z, p = 1.96, count / total
    middle, width = p + z * z / (2 * total), z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return (middle - width) / (1 + z * z / total), (middle + width) / (1 + z * z / total)


def main():
    tallies, others, quality = {}, {}, []
    for name, image in photographs():
        quality.append(ours(name, image, tallies))
        if options.peers:
            peers(name, image, others)
    marked = [q for q in quality if "psnr" in q]
    for q in quality:
        if "refused" in q:
            print("refused %s: %s" % (q["photograph"], q["refused"]))
    print("%d photographs at %d pixels, %s, %d bits: PSNR %.2f, SSIM mean %.4f, least %.4f" % (
        len(marked), options.side, options.strength, len(options.payload) * 4, statistics.mean(q["psnr"] for q in marked),
        statistics.mean(q["ssim"] for q in marked), min(q["ssim"] for q in marked)))
    lines = [{"type": "run", "date": datetime.date.today().isoformat(), "side": options.side, "strength": options.strength,
              "payload_bits": len(options.payload) * 4, "photographs": quality}]
    for attack in options.attacks:
        tally = tallies[attack]
        low, high = interval(tally["read"], tally["of"])
        lines.append({"attack": attack, "read": tally["read"], "of": tally["of"], "interval": [round(low, 3), round(high, 3)], "wrong": tally["wrong"],
                      "median_log10_p": round(statistics.median(tally["log10_p"]), 1), "missed": tally["missed"], "peers": others.get(attack)})
        print("%-16s %3d/%-3d %.2f-%.2f  median log10 p %7.1f  wrong %d  %s %s" % (
            attack, tally["read"], tally["of"], low, high, lines[-1]["median_log10_p"], tally["wrong"],
            "  ".join("%s %d" % (k, v[0]) for k, v in (others.get(attack) or {}).items()), ",".join(tally["missed"])[:60]), flush=True)
    if options.results:
        with open(options.results, "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)


main()
