#!/usr/bin/env python3
"""Collects photographs with clear licences from packages into a folder, for robustness.py.

    apt-get install lomiri-wallpapers mate-backgrounds plasma-workspace-wallpapers
    pip install scikit-image==0.26.0 scikit-learn==1.7.2
    python3 photographs.py FOLDER

Drawings and renderings of the packages are left out. Licences: /usr/share/doc/PACKAGE/copyright, the data READMEs of scikit-image and scikit-learn.
"""
import glob
import os
import shutil
import sys

import skimage.data
import sklearn
from PIL import Image

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
DRAWINGS = {"analogpattern", "Fossa", "Infinite-Sea", "umang", "Painting-Colors", "warty-final-ubuntu"}
for path in sorted(glob.glob("/usr/share/backgrounds/*_by_*.jpg") + glob.glob("/usr/share/backgrounds/mate/nature/*.jpg")):
    name = os.path.basename(path).split("_by_")[0].removesuffix(".jpg")
    if name not in DRAWINGS:
        shutil.copy(path, os.path.join(folder, name + ".jpg"))
KDE = ("Autumn", "BytheWater", "ColdRipple", "ColorfulCups", "EveningGlow", "FallenLeaf", "Grey", "Kite", "OneStandsOut", "Path", "summer_1am")
for name in KDE:
    shutil.copy("/usr/share/wallpapers/%s/contents/images/2560x1600.jpg" % name, os.path.join(folder, name + ".jpg"))
for name in ("china", "flower"):
    shutil.copy(os.path.join(os.path.dirname(sklearn.__file__), "datasets", "images", name + ".jpg"), folder)
for name in ("astronaut", "chelsea", "coffee", "rocket"):
    Image.fromarray(getattr(skimage.data, name)()).convert("RGB").save(os.path.join(folder, name + ".png"))
print("%d photographs" % len(os.listdir(folder)))
