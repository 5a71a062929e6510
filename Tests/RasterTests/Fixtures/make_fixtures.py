#!/usr/bin/env python3
"""Makes the small pictures of this folder with Pillow, and expected.json with the SHA-256 of their samples as Pillow decodes them.

    pip install pillow==13.0.0 numpy && python3 make_fixtures.py
"""
import hashlib
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

here = os.path.dirname(os.path.abspath(__file__))
os.chdir(here)
rng = np.random.default_rng(5)
y, x = np.mgrid[0:41, 0:53]
base = np.stack([x * 4 + y, 255 - x * 3, (x * y) % 256], -1).clip(0, 255).astype(np.uint8)
base[::7, ::5] = rng.integers(0, 256, base[::7, ::5].shape)
rgb = Image.fromarray(base)
gray = Image.fromarray(base[..., 0])
alpha = Image.fromarray(((x + y) * 2).clip(0, 255).astype(np.uint8))
expected = {}


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def keep(name, array, depth=8):
    array = np.ascontiguousarray(array, "<u2" if depth == 16 else np.uint8)
    channels = 1 if array.ndim == 2 else array.shape[2]
    expected[name] = {"width": array.shape[1], "height": array.shape[0], "channels": channels, "depth": depth, "sha256": digest(array)}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(name, array, color):
    """Pillow writes no 16-bit colour, so the file is put together here."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 16, color, 0, 0, 0)
    open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
    keep(name, array, 16)


exif = Image.Exif()
exif[0x0112] = 6
exif[0x010E] = "a description"
info = PngImagePlugin.PngInfo()
info.add_text("Title", "fixture")
info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
profile = open("/usr/share/color/icc/sRGB.icc", "rb").read() if os.path.exists("/usr/share/color/icc/sRGB.icc") else b"\0" * 128
rgb.save("rgb.png", pnginfo=info, dpi=(300, 300), exif=exif, icc_profile=profile)
keep("rgb.png", np.asarray(rgb))
gray.save("gray.png")
keep("gray.png", np.asarray(gray))
gray.point(lambda v: 255 if v > 90 else 0).convert("1").save("bits.png")
keep("bits.png", np.asarray(gray.point(lambda v: 255 if v > 90 else 0)))
palette = rgb.quantize(24)
palette.save("palette.png")
keep("palette.png", np.asarray(palette.convert("RGB")))
palette.save("transparent-palette.png", transparency=3)
shown = Image.open("transparent-palette.png").convert("RGBA")
keep("transparent-palette.png", np.asarray(shown))
rgba = rgb.copy()
rgba.putalpha(alpha)
rgba.save("rgba.png")
keep("rgba.png", np.asarray(rgba))
la = Image.merge("LA", (gray, alpha))
la.save("gray-alpha.png")
keep("gray-alpha.png", np.asarray(la))
wide = base.astype(np.uint16) * 257 + rng.integers(0, 200, base.shape).astype(np.uint16)
png16("gray16.png", wide[..., 0], 0)
png16("rgb16.png", wide, 2)
png16("rgba16.png", np.concatenate([wide, wide[..., :1]], -1), 6)
rgb.save("animated.png", save_all=True, append_images=[rgb.transpose(Image.FLIP_LEFT_RIGHT)])
keep("animated.png", np.asarray(rgb))


def jpeg(name, image, **options):
    image.save(name, "JPEG", **options)
    decoded = np.asarray(Image.open(name).convert("L" if image.mode == "L" else "RGB"))
    keep(name, decoded)


jpeg("444.jpg", rgb, quality=93, subsampling=0, exif=exif, dpi=(72, 72), icc_profile=profile, comment=b"a comment")
jpeg("422.jpg", rgb, quality=80, subsampling=1)
jpeg("420.jpg", rgb, quality=70, subsampling=2, optimize=True)
jpeg("progressive.jpg", rgb, quality=85, progressive=True, subsampling=2)
jpeg("restarts.jpg", rgb, quality=85, restart_marker_rows=1)
jpeg("gray.jpg", gray, quality=85)
rgb.convert("CMYK").save("cmyk.jpg", "JPEG", quality=90)
with open("expected.json", "w") as file:
    json.dump(expected, file, indent=1, sort_keys=True)
    file.write("\n")
