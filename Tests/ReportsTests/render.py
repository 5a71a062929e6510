#!/usr/bin/env python3
"""Renders pages of audits and scans in a real browser, at the widths of a desk, a phone and a sheet of paper, and checks that nothing overflows,
overlaps or is too small to read.

    python3 Tests/ReportsTests/render.py .build/release/countermark

The Swift suite holds figures to the same by their geometry alone; this also sees what only a browser knows: the page's layout, its
tables and its fonts.
"""

import hashlib
import html
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

# Width in pixels, the scheme, and whether the rules for paper are in force: A4 less its margins is 703 pixels wide.
VIEWS = {"desk": (1280, "light", False), "phone": (390, "dark", False), "small phone": (320, "light", False), "paper": (703, "light", True)}

CHECK = r"""
(document => {
  const problems = [], view = document.documentElement.clientWidth, slack = 0.6;
  const note = (what, node) => problems.push(what + ": " + (node.id ? "#" + node.id : node.tagName) + " ‘" + node.textContent.trim().slice(0, 60) + "’");
  const shown = node => node.getClientRects().length > 0;
  const box = node => node.getBoundingClientRect();
  if (document.documentElement.scrollWidth > view + slack) problems.push("the page is " + document.documentElement.scrollWidth + " wide");
  for (const node of document.querySelectorAll("body *")) {
    if (!shown(node) || node.closest("svg") && node.tagName !== "svg" || node.closest(".scroll, .full") && !node.matches(".scroll, .full")) continue;
    if (box(node).right > view + slack || box(node).left < -slack) note("leaves the page", node);
  }
  // On paper nothing can be scrolled to.
  if (PAPER) for (const table of document.querySelectorAll("table")) if (box(table).right > view + slack) note("is cut off on paper", table);
  for (const cell of document.querySelectorAll("th, td")) if (cell.scrollWidth > cell.clientWidth + 1) note("overflows its cell", cell);
  for (const parent of document.querySelectorAll("body, header, main, footer, section, figure, .card, .sums, details")) {
    let last = null;
    for (const child of parent.children) {
      if (!shown(child)) continue;
      if (last && box(child).top < box(last).bottom - slack && getComputedStyle(child).display !== "inline") note("overlaps what is above", child);
      last = child;
    }
  }
  let drawings = 0, texts = 0, least = 99;
  for (const svg of document.querySelectorAll("svg:not([aria-hidden])")) {
    if (!shown(svg)) continue;
    drawings += 1;
    const frame = box(svg), scale = frame.width / svg.viewBox.baseVal.width, seen = [];
    for (const text of svg.querySelectorAll("text")) {
      texts += 1;
      least = Math.min(least, parseFloat(text.getAttribute("font-size")) * scale);
      const b = box(text);
      if (b.left < frame.left - slack || b.right > frame.right + slack || b.bottom > frame.bottom + 3) note("leaves its drawing", text);
      // A line's box is taller than its letters: three tenths of it are room above and below.
      const c = { left: b.left, right: b.right, top: b.top + b.height * 0.18, bottom: b.bottom - b.height * 0.18 };
      for (const o of seen) if (c.left < o.right - slack && o.left < c.right - slack && c.top < o.bottom - slack && o.top < c.bottom - slack) note("lies on another text", text);
      seen.push(c);
    }
    const name = svg.getAttribute("aria-labelledby").split(" ").every(id => document.getElementById(id));
    if (svg.getAttribute("role") !== "img" || !name) note("has no name", svg);
    if (!svg.closest("figure").querySelector("table")) note("has no table", svg);
  }
  if (least < 8.5) problems.push("letters of " + least.toFixed(1) + " pixels");
  for (const scroll of document.querySelectorAll(".scroll")) {
    if (PAPER && shown(scroll) && scroll.scrollWidth > scroll.clientWidth + 1) note("is cut off on paper", scroll);
  }
  return { problems, drawings, texts };
})
"""

# What a reviewer does with the table of a scan: filter, sort, turn pages, open a row, follow it to its evidence.
USE = r"""
(document => {
  const problems = [], at = id => document.getElementById(id), expect = (is, what) => { if (!is) problems.push(what); };
  const rows = () => [...at("scan-rows").querySelectorAll("tr")].filter(row => row.querySelector("th"));
  const cell = (row, place) => row.children[place].textContent, count = () => at("scan-count").textContent;
  const change = (id, value, type) => { at(id).value = value; at(id).dispatchEvent(new Event(type)); };
  const heading = name => [...document.querySelectorAll("#scan-head button")].find(button => button.value === name);
  const data = JSON.parse(at("scan-data").textContent), total = data.rows.length;
  expect(!at("scan-live").hidden, "the script did not show the table");
  expect(rows().length === Math.min(100, total) && count().includes(" of " + total + " "), "the first window is not there: " + count());
  expect(cell(rows()[0], 1).includes("detected"), "detected records are not first");
  change("scan-outcome", String(data.outcomes.indexOf("failed")), "change");
  expect(rows().length > 0 && rows().every(row => cell(row, 1).includes("failed") && cell(row, 2)), "the filter by outcome, with its reasons");
  change("scan-outcome", "", "change");
  const word = data.rows[total - 1][1];
  change("scan-find", word.toUpperCase(), "input");
  expect(rows().length > 0 && rows().every(row => (cell(row, 0) + cell(row, 8)).toLowerCase().includes(word.toLowerCase())), "the filter by words");
  change("scan-find", "no such record anywhere", "input");
  expect(rows().length === 0 && count().startsWith("No row"), "a filter that nothing fits");
  change("scan-find", "", "input");
  for (const way of ["ascending", "descending"]) {
    heading("scored").click();
    expect(heading("scored").closest("th").getAttribute("aria-sort") === way, "sorting says its way: " + way);
    const values = rows().map(row => cell(row, 6)).filter(text => text !== "").map(Number);
    expect(values.length > 1 && values.every((value, place) => place === 0 || (way === "ascending" ? values[place - 1] <= value : values[place - 1] >= value)), "sorting, " + way);
  }
  heading("p").click();
  if (total > 100) {
    const before = cell(rows()[0], 0);
    at("scan-next").click();
    expect(cell(rows()[0], 0) !== before && count().startsWith("Rows 101 to"), "the next window");
    at("scan-end").click();
    expect(at("scan-next").disabled && count().includes("to " + total + " of"), "the last window");
    at("scan-start").click();
  }
  const button = rows()[0].querySelector("button");
  button.focus();
  expect(document.activeElement === button, "a row can be reached by the keyboard");
  button.click();
  const opened = rows()[0].nextSibling;
  expect(button.getAttribute("aria-expanded") === "true" && opened.querySelector("dd"), "a row opens");
  const link = opened.querySelector("a");
  expect(link && document.querySelector(link.getAttribute("href")), "an open row leads to its evidence");
  expect(opened.scrollWidth <= opened.clientWidth + 1, "an open row is wider than its table");
  button.click();
  expect(button.getAttribute("aria-expanded") === "false" && !rows()[0].nextSibling?.querySelector("dd"), "a row closes");
  for (const control of document.querySelectorAll("input, select")) expect(control.closest("label"), "a control without a name");
  // The row stays open for the look at the layout that follows.
  button.click();
  return problems;
})
"""


def tables(folder):
    """The pages to look at: the arguments of each audit."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    adult = os.path.join(root, "Corpora", "decisions", "adult-test.csv")
    yield "adult", [adult, "--label", "income", "--positive", ">50K", "--score", "lr_score", "--threshold", "0.5",
                    "--group", "sex", "--group", "age: <25|25-45|>45"]
    yield "strata", [adult, "--label", "income", "--positive", ">50K", "--score", "lr_score", "--threshold", "0.5",
                     "--group", "sex", "--control", "race"]
    yield "rule", [adult, "--plan", "ll144", "--label", "income", "--positive", ">50K", "--score", "lr_score",
                   "--group", "sex", "--group", "race", "--search-depth", "2"]
    seeded = random.Random(11)
    path = os.path.join(folder, "outputs.csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write("prompt_id,template_id,gender,sample_id,output,refused\n")
        for template in range(40):
            for group, share in (("woman", 0.3), ("man", 0.1), ("nonbinary", 0.2)):
                for sample in range(2):
                    refused = int(seeded.random() < share)
                    out.write(f'{template}-{group},{template},{group},{sample},"the {group} nurse, number {sample}",{refused}\n')
    yield "outputs", [path, "--kind", "generated-text", "--group", "gender", "--flag-field", "refused"]
    path = os.path.join(folder, "numbers.csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write("team,site,shift,true,guess,list\n")
        for row in range(6000):
            team, site = f"team {seeded.randrange(5)}", seeded.choice(["north of the river", "south"])
            true, late = seeded.gauss(50, 10), seeded.choice(["early", "late"])
            out.write(f"{team},{site},{late},{true:.2f},{true + seeded.gauss(2 if team == 'team 0' else 0, 6):.2f},{row // 10}\n")
    groups = ["--group", "team", "--group", "site", "--group", "shift"]
    yield "numbers", [path, "--kind", "numeric", "--label", "true", "--prediction", "guess", "--score-delta", "1.5", *groups]
    yield "ranking", [path, "--kind", "ranking", "--score", "guess", "--list", "list", *groups]
    # Names made to break a layout: long, of many scripts, with markup, and a great many of them.
    names = [f"group number {place}" for place in range(60)] + [
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3, "<b>bold</b> & \"quoted\"", "مجموعة الاختبار الأولى",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字", "👩‍👩‍👧‍👦 family", "e" + "\u0301" * 80, "\ufdfd\ufdfd", "x" * 5000]
    path = os.path.join(folder, "names.csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write("name,site,y,p\n")
        for row in range(20000):
            name = seeded.choice(names) if row % 50 else names[-1]
            quoted = '"' + name.replace('"', '""') + '"'
            out.write(f"{quoted},site {seeded.randrange(3)} of the company,{seeded.randrange(2)},{int(seeded.random() < 0.3)}\n")
    yield "names", [path, "--label", "y", "--prediction", "p", "--group", "name", "--group", "site"]


def scans(tool, folder):
    """Files of results, and the arguments of their reports: a real scan, and one of a hundred thousand records made to break a layout."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    corpora = os.path.join(root, "Corpora")
    keys = os.path.join(folder, "keys.json")
    shutil.copyfile(os.path.join(corpora, "demo-keys.json"), keys)
    os.chmod(keys, 0o600)
    inputs = os.path.join(folder, "in")
    os.mkdir(inputs)
    shutil.copyfile(os.path.join(corpora, "llm-open.jsonl"), os.path.join(inputs, "llm-open.jsonl"))
    shutil.copytree(os.path.join(corpora, "photos"), os.path.join(inputs, "photos"))
    with open(os.path.join(inputs, "damaged.jsonl"), "w", encoding="utf-8") as out:
        out.write("nonsense\n")
    # Marked passages far apart in a text that is longer than what a page shows of one.
    with open(os.path.join(corpora, "llm-open.jsonl"), encoding="utf-8") as lines:
        marked = [record["output"] for record in map(json.loads, lines)
                  if (record.get("watermark") or {}).get("scheme") == "hf-kgw-lefthash"][:8]
    with open(os.path.join(corpora, "human", "en-gnome-help.jsonl"), encoding="utf-8") as lines:
        plain = [record["text"] for record in map(json.loads, lines)]
    with open(os.path.join(inputs, "long.txt"), "w", encoding="utf-8") as out:
        out.write("\n".join(plain)[:9_000] + "\n".join(marked[:4]) + "\n".join(plain)[9_000:16_000] + "\n".join(marked[4:]) + "\n".join(plain)[16_000:18_000])
    results = os.path.join(folder, "scan.jsonl")
    profiles = os.path.join(corpora, "profiles")
    run = subprocess.run(
        [tool, "scan", inputs, "--maps", "--profiles", profiles, "--keys", keys,
         "--alpha", "1e-5", "-o", results, "--no-progress"], capture_output=True, text=True)
    if run.returncode != 3:
        raise SystemExit(f"the scan ended with {run.returncode}: {run.stderr}")
    yield "scan", [results, "--sources", inputs, "--profiles", profiles, "--keys", keys], 1, 15
    seeded = random.Random(12)
    lines = [{"type": "run", "tool": "countermark", "version": "0", "schema": 1, "alpha": 1e-6,
              "profiles": [{"name": "p" * 300, "scheme": "kgw-transformers", "key_id": "k", "digest": "sha256:00"}]}]
    failed = flagged = 0
    for place in range(100_000):
        name = seeded.choice(["record", "w" * 400, "مجموعة", "漢字漢字", "<b>bold</b>", "e" + "\u0301" * 80]) + f" {place}"
        source = f"folder {place % 450}/" + "long" * (place % 90) + ".jsonl"
        if place % 1000 == 7:
            failed += 1
            lines.append({"type": "error", "outcome": "failed", "source": source, "record": place, "code": "invalid-json", "message": "m" * 500, "hint": "mend it"})
            continue
        p = -30.5 if place % 100 == 3 else -seeded.random() ** 4 * 3
        flagged += p < -6
        lines.append({"type": "result", "id": name, "source": source, "kind": "text", "profile": "p" * 300, "scheme": "kgw-transformers", "key_id": "k",
                      "evidence": "token_ids", "scored": seeded.randrange(10, 900), "statistic": {"name": "green_count", "value": 9}, "log10_p": p,
                      "adjusted_log10_p": p, "power": 0.9, "verdict": "detected" if p < -6 else "not-detected",
                      "spans": [{"start": 5, "end": 90, "unit": "token", "log10_p": -9}] * 20 if p < -6 else []})
    results = os.path.join(folder, "many.jsonl")
    with open(results, "w", encoding="utf-8") as out:
        body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        out.write(body + json.dumps({"type": "summary", "seen": 100_000, "scanned": 100_000 - failed, "skipped": 0, "failed": failed, "images": 0,
                                     "flagged": flagged, "digest": "sha256:" + hashlib.sha256(body.encode()).hexdigest()}) + "\n")
    yield "many", [results], 1, 10


def look(page, width, scheme, paper, folder):
    """What the browser found in a page at a width."""
    if paper:
        page = page.replace("@media print{", "@media all{").replace("screen and (max-width", "not all and (max-width")
        page = page.replace("@media screen{", "@media not all{")
    if scheme == "dark":
        page = page.replace("screen and (prefers-color-scheme:dark)", "all")
    check = CHECK.replace("PAPER", "true" if paper else "false")
    # A frame has exactly the width that is asked for, however small; windows have a least one.
    wrapper = (
        # Without its encoding first, the browser guesses from what it happens to have read.
        f'<!doctype html><html><head><meta charset="utf-8"></head><body><iframe id="f" style="border:0;width:{width}px;height:2000px" srcdoc="{html.escape(page)}"></iframe>'
        f'<pre id="out"></pre><script>const f = document.getElementById("f"); f.onload = () => {{'
        # A scan's page allows no script but its own, so what looks at it stands outside.
        f'const page = f.contentDocument, used = page.getElementById("scan-data") && !{"true" if paper else "false"} ? ({USE})(page) : [];'
        f'const seen = ({check})(page); seen.problems.push(...used);'
        f'document.getElementById("out").textContent = JSON.stringify(seen); }};</script>')
    path = os.path.join(folder, "wrapper.html")
    with open(path, "w", encoding="utf-8") as out:
        out.write(wrapper.replace("</script>'", "<\\/script>'"))
    run = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + os.path.join(folder, "profile"),
         "--window-size=1400,2100", "--virtual-time-budget=60000", "--dump-dom", "file://" + path],
        capture_output=True, text=True, timeout=300)
    start = run.stdout.rfind('<pre id="out">')
    found = run.stdout[start + len('<pre id="out">'):run.stdout.find("</pre>", start)] if start >= 0 else ""
    if not found:
        raise SystemExit("the browser gave no answer: " + run.stderr[-2000:])
    return json.loads(html.unescape(found))


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        audits = [(name, ["audit", *arguments, "--exit-zero"], 5, 50) for name, arguments in tables(folder)]
        reports = [(name, ["report", *arguments], drawings, texts) for name, arguments, drawings, texts in scans(sys.argv[1], folder)]
        for name, arguments, drawings, texts in audits + reports:
            path = os.path.join(folder, name + ".html")
            run = subprocess.run([sys.argv[1], *arguments, "--html", path], capture_output=True, text=True)
            if run.returncode != 0:
                raise SystemExit(f"the page of {name} ended with {run.returncode}: {run.stderr}")
            with open(path, encoding="utf-8") as page:
                text = page.read()
            for view, (width, scheme, paper) in VIEWS.items():
                seen = look(text, width, scheme, paper, folder)
                if seen["drawings"] < drawings or seen["texts"] < texts:
                    seen["problems"].append("the browser saw no figures")
                print(f"{name}, {view}: {seen['drawings']} drawings, {seen['texts']} texts, {len(seen['problems'])} problems")
                for problem in seen["problems"][:12]:
                    print("  " + problem)
                failed += len(seen["problems"])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
