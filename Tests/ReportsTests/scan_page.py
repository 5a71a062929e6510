#!/usr/bin/env python3
"""Opens the page of a scan in a real browser and uses it: filters, sorts, opens a record, turns pages; at the widths of a desk, a phone
and a sheet of paper.

    python3 Tests/ReportsTests/scan_page.py .build/release/countermark
"""

import html
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHECK = r"""
(() => {
  const problems = [], byId = id => document.getElementById(id), view = document.documentElement.clientWidth;
  const need = (what, truth) => { if (!truth) problems.push(what); };
  const fire = (id, value) => { byId(id).value = value; byId("filters").dispatchEvent(new Event("input", { bubbles: true })); };
  const cells = column => [...document.querySelectorAll("#rows tbody tr")].map(row => row.children[column].textContent);
  const count = () => Number(byId("shown").textContent.split(" ")[0]);
  need("the page is " + document.documentElement.scrollWidth + " wide", document.documentElement.scrollWidth <= view + 1);
  for (const node of document.querySelectorAll("body *")) {
    const box = node.getBoundingClientRect();
    if (box.width && !node.closest("svg, .scroll, .tokens") && box.right > view + 1) problems.push("leaves the page: " + node.tagName + " " + node.textContent.slice(0, 40));
  }
  for (const svg of document.querySelectorAll("svg")) need("a drawing without a name", svg.getAttribute("role") === "img");
  for (const image of document.querySelectorAll("img")) need("a picture that is not shown", image.alt && image.naturalWidth > 0);
  if (PAPER) return { problems };
  const all = count();
  need("all " + all + " rows are listed", all === ROWS);
  need("a page has 100 rows", cells(0).length === Math.min(100, all));
  fire("filter-verdict", "detected");
  need("only detected rows, " + count() + " of them", count() === DETECTED && cells(3).every(cell => cell === "detected"));
  const sort = [...document.querySelectorAll("#rows thead button")].find(button => button.dataset.key === "5");
  sort.click();
  const values = cells(5).map(Number);
  need("sorted", values.every((value, place) => place === 0 || values[place - 1] <= value));
  need("the heading says so", sort.parentElement.getAttribute("aria-sort") === "ascending");
  sort.click();
  need("the other way", sort.parentElement.getAttribute("aria-sort") === "descending" && Number(cells(5)[0]) === Math.max(...values));
  const button = document.querySelector("#rows tbody button"), name = button.textContent;
  button.focus();
  button.click();
  need("the record opens", !byId("detail").hidden && byId("detail").textContent.includes(name) && document.activeElement === byId("detail"));
  const link = byId("detail").querySelector("a");
  need("its evidence is there", !link || byId(link.getAttribute("href").slice(1)) !== null);
  fire("filter-verdict", "");
  fire("filter-text", "no such record anywhere");
  need("nothing fits", count() === 0 && byId("next").disabled && byId("previous").disabled);
  fire("filter-text", "");
  byId("next").click();
  need("the second page", all <= 100 || byId("page").textContent.startsWith("Page 2 of"));
  return { problems };
})()
"""


def look(page, width, paper, rows, detected, folder):
    # The page's policy forbids the checking itself; nothing else of it is changed.
    page = page.replace("script-src &#39;unsafe-inline&#39;", "script-src &#39;unsafe-inline&#39; &#39;unsafe-eval&#39;")
    if paper:
        page = page.replace("@media print{", "@media all{").replace("screen and (max-width", "not all and (max-width")
    check = CHECK.replace("PAPER", "true" if paper else "false").replace("ROWS", str(rows)).replace("DETECTED", str(detected))
    wrapper = (
        f'<!doctype html><html><head><meta charset="utf-8"></head><body><iframe id="f" style="border:0;width:{width}px;height:2000px" srcdoc="{html.escape(page)}"></iframe>'
        f'<pre id="out"></pre><script>const f = document.getElementById("f"); f.onload = () => {{'
        f'document.getElementById("out").textContent = JSON.stringify(f.contentWindow.eval({json.dumps(check)})); }};</script>')
    return json.loads(html.unescape(dump(wrapper, folder).split('<pre id="out">')[-1].split("</pre>")[0]))["problems"]


def dump(page, folder):
    path = os.path.join(folder, "wrapper.html")
    with open(path, "w", encoding="utf-8") as out:
        out.write(page)
    run = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + os.path.join(folder, "profile"),
         "--window-size=1400,2100", "--virtual-time-budget=60000", "--dump-dom", "file://" + path], capture_output=True, text=True, timeout=300)
    return run.stdout


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        keys = os.path.join(folder, "ring.json")
        with open(os.open(keys, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file, open(os.path.join(ROOT, "Corpora/demo-keys.json")) as demo:
            file.write(demo.read())
        seeded = random.Random(5)
        many = os.path.join(folder, "many.jsonl")
        with open(many, "w", encoding="utf-8") as file:
            for row in range(25000):
                file.write(json.dumps({"id": "r%d" % row, "ids": [seeded.randrange(5000) for _ in range(12)]}) + "\n")
        corpora = os.path.join(ROOT, "Corpora")
        known = ["--profiles", os.path.join(corpora, "profiles"), "--keys", keys, "--alpha", "1e-5", "--exit-zero"]
        for name, inputs in {"corpus": [corpora + "/llm-open.jsonl", corpora + "/photos", folder + "/none"], "many": [many, corpora + "/llm-open.jsonl"]}.items():
            results, path = os.path.join(folder, name + "-results.jsonl"), os.path.join(folder, name + ".html")
            subprocess.run([sys.argv[1], "scan", *inputs, *known, "-o", results, "--html", path], capture_output=True, text=True)
            with open(results, encoding="utf-8") as file:
                lines = [json.loads(line) for line in file][1:-1]
            detected = sum(line.get("verdict") == "detected" for line in lines)
            with open(path, encoding="utf-8") as file:
                page = file.read()
            # As it is, policy and all, its script runs.
            if "%d of %d lines" % (len(lines), len(lines)) not in dump(page, folder):
                print(name + ": the script did not run")
                failed += 1
            for view, (width, paper) in {"desk": (1280, False), "phone": (390, False), "small phone": (320, False), "paper": (703, True)}.items():
                problems = look(page, width, paper, len(lines), detected, folder)
                print(f"{name}, {view}: {len(lines)} rows, {len(page) >> 10} KB, {len(problems)} problems")
                for problem in problems[:12]:
                    print("  " + problem)
                failed += len(problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
