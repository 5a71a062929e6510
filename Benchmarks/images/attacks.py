"""What happens to pictures: one function an attack, seeded by photograph and attack.

Each takes an RGB picture and numpy's generator and gives a picture. Parameters are in the names: jpeg30 is quality 30, crop32 a random
cut to 32 % of each side, resize25_back a reduction to a quarter and back, rot15_cut a turn by 15 degrees with the corners cut off.
"""
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps


def saved(image, kind, quality):
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=quality)
    return Image.open(buffer).convert("RGB")


def resized(image, factor, back=False):
    small = image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))), Image.LANCZOS)
    return small.resize(image.size, Image.BICUBIC) if back else small


def cropped(image, share, random):
    width, height = int(image.width * share), int(image.height * share)
    x, y = random.integers(0, image.width - width + 1), random.integers(0, image.height - height + 1)
    return image.crop((x, y, x + width, y + height))


def turned(image, degrees, cut=False):
    if not cut:
        return image.rotate(degrees, resample=Image.BICUBIC, expand=True)
    # The largest rectangle of the same shape inside the turned picture.
    angle = math.radians(degrees)
    shape = max(image.width / image.height, image.height / image.width)
    share = 1 / (abs(math.cos(angle)) + shape * abs(math.sin(angle)))
    whole = image.rotate(degrees, resample=Image.BICUBIC)
    width, height = int(image.width * share), int(image.height * share)
    x, y = (image.width - width) // 2, (image.height - height) // 2
    return whole.crop((x, y, x + width, y + height))


def noisy(image, deviation, random):
    samples = np.asarray(image, float)
    return Image.fromarray((samples + random.normal(0, deviation, samples.shape)).clip(0, 255).round().astype(np.uint8))


def gamma(image, exponent):
    return image.point([round(255 * (v / 255) ** exponent) for v in range(256)] * 3)


def hue(image, turn):
    h, s, v = image.convert("HSV").split()
    return Image.merge("HSV", (h.point(lambda value: (value + turn) % 256), s, v)).convert("RGB")


def erased(image, share, random):
    out, width, height = image.copy(), int(image.width * share**0.5), int(image.height * share**0.5)
    x, y = random.integers(0, image.width - width + 1), random.integers(0, image.height - height + 1)
    out.paste((128, 128, 128), (x, y, x + width, y + height))
    return out


def overlaid(image):
    out = image.copy()
    draw = ImageDraw.Draw(out)
    for line in range(0, out.height, 60):
        draw.text((10 + line % 90, line), "breaking news: watermarks survive captions", fill=(255, 255, 255))
    return out


def screenshot(image):
    page = Image.new("RGB", (int(image.width * 1.5), int(image.height * 1.4)), (240, 240, 240))
    page.paste(resized(image, 0.8), (37, 81))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, 50), fill=(40, 44, 52))
    draw.text((20, 20), "a browser window", fill=(255, 255, 255))
    return page


def social(image):
    out = image.copy()
    out.thumbnail((720, 720), Image.LANCZOS)
    return saved(ImageEnhance.Sharpness(out).enhance(1.3), "JPEG", 71)


def shifted(image):
    return image.crop((13, 7, image.width, image.height))


def stretched(image, factor):
    return image.resize((round(image.width * factor), image.height), Image.BICUBIC)


def tilted(image, share):
    """The picture seen a little from the side: each corner moves inwards by up to `share` of the width."""
    w, h, d = image.width, image.height, share * image.width
    seen, corners = [(d, d / 2), (w - 0.3 * d, 0), (w, h - d), (0, h - 0.2 * d)], [(0, 0), (w, 0), (w, h), (0, h)]
    rows, values = [], []
    for (u, v), (x, y) in zip(seen, corners):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return image.transform(image.size, Image.PERSPECTIVE, np.linalg.solve(rows, values), Image.BICUBIC)


ATTACKS = {"none": lambda i, r: i}
for q in (90, 75, 50, 30, 15):
    ATTACKS["jpeg%d" % q] = lambda i, r, q=q: saved(i, "JPEG", q)
ATTACKS["webp80"] = lambda i, r: saved(i, "WEBP", 80)
ATTACKS["palette"] = lambda i, r: i.quantize(64).convert("RGB")
for f in (75, 50, 25):
    ATTACKS["resize%d" % f] = lambda i, r, f=f: resized(i, f / 100)
    ATTACKS["resize%d_back" % f] = lambda i, r, f=f: resized(i, f / 100, True)
for s in (90, 75, 50, 32):
    ATTACKS["crop%d" % s] = lambda i, r, s=s: cropped(i, s / 100, r)
ATTACKS["shift"] = lambda i, r: shifted(i)
for d in (1, 5, 15, 45):
    ATTACKS["rot%d" % d] = lambda i, r, d=d: turned(i, d)
    ATTACKS["rot%d_cut" % d] = lambda i, r, d=d: turned(i, d, True)
for a in (80, 110, 133):
    ATTACKS["aspect%d" % a] = lambda i, r, a=a: stretched(i, a / 100)
for t in (1, 2, 4):
    ATTACKS["tilt%d" % t] = lambda i, r, t=t: tilted(i, t / 100)
ATTACKS["rot90"] = lambda i, r: i.transpose(Image.ROTATE_90)
ATTACKS["rot180"] = lambda i, r: i.transpose(Image.ROTATE_180)
ATTACKS["hflip"] = lambda i, r: ImageOps.mirror(i)
ATTACKS["vflip"] = lambda i, r: ImageOps.flip(i)
for n in (5, 10, 25):
    ATTACKS["noise%d" % n] = lambda i, r, n=n: noisy(i, n, r)
for b in (1, 2):
    ATTACKS["blur%d" % b] = lambda i, r, b=b: i.filter(ImageFilter.GaussianBlur(b))
for m in (3, 5):
    ATTACKS["median%d" % m] = lambda i, r, m=m: i.filter(ImageFilter.MedianFilter(m))
for e in (50, 150):
    ATTACKS["bright%d" % e] = lambda i, r, e=e: ImageEnhance.Brightness(i).enhance(e / 100)
    ATTACKS["contrast%d" % e] = lambda i, r, e=e: ImageEnhance.Contrast(i).enhance(e / 100)
ATTACKS["gamma70"] = lambda i, r: gamma(i, 0.7)
ATTACKS["gray"] = lambda i, r: i.convert("L").convert("RGB")
ATTACKS["hue"] = lambda i, r: hue(i, 40)
for e in (10, 25):
    ATTACKS["erase%d" % e] = lambda i, r, e=e: erased(i, e / 100, r)
ATTACKS["text"] = lambda i, r: overlaid(i)
ATTACKS["screenshot"] = lambda i, r: screenshot(i)
ATTACKS["social"] = lambda i, r: social(i)
ATTACKS["crop75_rs70_j70"] = lambda i, r: saved(resized(cropped(i, 0.75, r), 0.7), "JPEG", 70)
