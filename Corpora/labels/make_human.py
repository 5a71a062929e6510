"""Writes human.csv: the language of each record of ../human, none of which carries a mark, for audits of detectors.

    python3 make_human.py
"""
import gzip
import json
import pathlib

here = pathlib.Path(__file__).parent
lines = ["id,language,marked"]
for path in sorted((here.parent / "human").glob("*.jsonl*")):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as records:
        lines += [f"{record['id']},{record['language']},false" for record in map(json.loads, records)]
(here / "human.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
