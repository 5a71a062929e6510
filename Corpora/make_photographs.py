#!/usr/bin/env python3
"""Makes photos/: photographs from packages, marked ones, attacked ones, and ones that a generator's tool marked.

    apt-get install lomiri-wallpapers-16.04 && pip install scikit-image==0.26.0 pillow
    python3 make_photographs.py --tool ../.build/release/countermark --golden ../Tests/Golden/image

Photographs are scaled to 512 pixels and saved as JPEG of quality 90. Marks are lattice-1 under the public demonstration secret.
"""
import argparse
import json
import os
import shutil
import subprocess

from PIL import Image, ImageOps
import skimage.data

parser = argparse.ArgumentParser()
parser.add_argument("--tool", required=True)
parser.add_argument("--golden", required=True)
options = parser.parse_args()
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "photos")
WALLPAPERS = "/usr/share/backgrounds/"
PHOTOGRAPHS = {
    "aitzgorri": WALLPAPERS + "aitzgorri_by_Aitzol_Berasategi.jpg", "friends": WALLPAPERS + "friends_by_Aitzol_Berasategi.jpg",
    "life": WALLPAPERS + "life_by_Aitzol_Berasategi.jpg", "picos": WALLPAPERS + "picosdeeuropa_by_Aitzol_Berasategi.jpg",
    "picture-0b": WALLPAPERS + "Picture_0B_by_freespace.jpg", "picture-1a": WALLPAPERS + "Picture_1A_by_freespace.jpg",
    "seeding": WALLPAPERS + "seeding_by_Clements_Engelhardt.jpg", "sunset": WALLPAPERS + "sunset_by_Aitzol_Berasategi.jpg",
    "umang": WALLPAPERS + "umang_by_Abhishek_Mudgal.jpg", "wine": WALLPAPERS + "Wine_by_Jakkub_Mede.jpg",
    "astronaut": skimage.data.astronaut, "chelsea": skimage.data.chelsea, "coffee": skimage.data.coffee, "rocket": skimage.data.rocket,
}
PAYLOAD = "00000000000004d2"
ATTACKS = {
    "aitzgorri-jpeg30": lambda im: (im, {"quality": 30}),
    "astronaut-half": lambda im: (im.resize((im.width // 2, im.height // 2), Image.LANCZOS), {"quality": 85}),
    "coffee-turned": lambda im: (im.rotate(7, resample=Image.BICUBIC, expand=True), {"quality": 85}),
    "chelsea-cut": lambda im: (im.crop((60, 40, 60 + im.width // 2, 40 + im.height // 2)), {"quality": 90}),
    "picos-mirrored": lambda im: (ImageOps.mirror(im), {"quality": 85}),
    "sunset-gray": lambda im: (im.convert("L"), {"quality": 80}),
}
for folder in ("unmarked", "marked", "attacked", "generators"):
    shutil.rmtree(os.path.join(here, folder), ignore_errors=True)
    os.makedirs(os.path.join(here, folder))
for name, source in PHOTOGRAPHS.items():
    image = (Image.fromarray(source()) if callable(source) else Image.open(source)).convert("RGB")
    image.thumbnail((512, 512), Image.LANCZOS)
    image.save(os.path.join(here, "unmarked", name + ".jpg"), quality=90)
keys = os.path.join(here, "..", "demo-keys.json")
os.chmod(keys, 0o600)
for name in sorted({attack.rsplit("-", 1)[0] for attack in ATTACKS}):
    run = subprocess.run(
        [options.tool, "mark", "image", os.path.join(here, "unmarked", name + ".jpg"), os.path.join(here, "marked", name + ".jpg"),
         "--keys", keys, "--key-id", "demo-image", "--payload", PAYLOAD], check=True, capture_output=True, text=True)
    print(run.stdout.strip())
for name, attack in ATTACKS.items():
    image, saving = attack(Image.open(os.path.join(here, "marked", name.rsplit("-", 1)[0] + ".jpg")))
    image.save(os.path.join(here, "attacked", name + ".jpg"), **saving)
for name in ("rocket_dwtdct_sdxl.png", "brushes_dwtdct_flux_float.png", "rocket_dwtdctsvd_sdv1.png"):
    shutil.copy(os.path.join(options.golden, name), os.path.join(here, "generators", name))
