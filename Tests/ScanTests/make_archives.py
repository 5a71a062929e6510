#!/usr/bin/env python3
"""Makes the archives of FuzzCorpus with Python's own tarfile and zipfile and the zstd command, the same bytes every time.

    python3 Tests/ScanTests/make_archives.py
"""

import gzip
import io
import os
import subprocess
import tarfile
import zipfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "FuzzCorpus")
LINES = b'{"id": "a", "ids": [5, 6, 7, 8]}\n{"id": "b", "ids": [9, 10, 11]}\n'
TABLE = b'id,text\nt1,"one, two"\nt2,"a ""quoted"" line\nand another"\n'


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, "nowhere"
            entry.size = len(content or b"")
            archive.addfile(entry, io.BytesIO(content or b""))
    # Two blocks of zeros end a tar; the padding after them says nothing.
    body = out.getvalue().rstrip(b"\0")
    return body + b"\0" * (-len(body) % 512) + b"\0" * 1024


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write(name, content):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(content)


two = [("a.jsonl", LINES), ("folder/b.txt", b"A text.\n"), (".hidden", b"x"), ("link", None)]
write("two.tar", tar(two))
write("two.zip", zipped(two[:2] + [("c\u00e9.csv", TABLE)]))
write("nested.zip", zipped([("inner.tar", tar(two[:1])), ("z.txt", b"last\n")]))
deep = zipped([("x.txt", b"deep\n")])
for level in range(3):
    deep = zipped([("in%d.zip" % level, deep)])
write("deep.zip", deep)
write("two.tar.gz", gzip.compress(tar(two[:2]), mtime=0))
write("lines.jsonl.zst", subprocess.run(["zstd", "-c", "-19", "--no-progress"], input=LINES, stdout=subprocess.PIPE, check=True).stdout)
write("table.csv", TABLE)
# Streams whose check value is wrong, which shows at their very end: after whole lines, and after a line over the tests' limit.
for name, content in [("damaged.jsonl.gz", LINES), ("damaged-long.jsonl.gz", b'{"id": "%s"}\n' % (b"x" * 300) + LINES)]:
    stream = bytearray(gzip.compress(content, mtime=0))
    stream[-8] ^= 1
    write(name, bytes(stream))
