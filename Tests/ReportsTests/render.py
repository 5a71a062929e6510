#!/usr/bin/env python3
"""Renders audits' pages in a real browser, at the widths of a desk, a phone and a sheet of paper, and checks that nothing overflows,
overlaps or is too small to read.

    python3 Tests/ReportsTests/render.py .build/release/countermark

The Swift suite holds figures to the same by their geometry alone; this also sees what only a browser knows: the page's layout, its
tables and its fonts.
"""

import html
import json
import os
import random
import subprocess
import sys
import tempfile

# Width in pixels, the scheme, and whether the rules for paper are in force: A4 less its margins is 703 pixels wide.
VIEWS = {"desk": (1280, "light", False), "phone": (390, "dark", False), "small phone": (320, "light", False), "paper": (703, "light", True)}

CHECK = r"""
(() => {
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
  for (const svg of document.querySelectorAll("svg")) {
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
})()
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


def look(page, width, scheme, paper, folder):
    """What the browser found in a page at a width."""
    if paper:
        page = page.replace("@media print{", "@media all{").replace("screen and (max-width", "not all and (max-width")
    if scheme == "dark":
        page = page.replace("screen and (prefers-color-scheme:dark)", "all")
    check = CHECK.replace("PAPER", "true" if paper else "false")
    # A frame has exactly the width that is asked for, however small; windows have a least one.
    wrapper = (
        # Without its encoding first, the browser guesses from what it happens to have read.
        f'<!doctype html><html><head><meta charset="utf-8"></head><body><iframe id="f" style="border:0;width:{width}px;height:2000px" srcdoc="{html.escape(page)}"></iframe>'
        f'<pre id="out"></pre><script>const f = document.getElementById("f"); f.onload = () => {{'
        f'document.getElementById("out").textContent = JSON.stringify(f.contentWindow.eval({json.dumps(check)})); }};</script>')
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
        for name, arguments in tables(folder):
            path = os.path.join(folder, name + ".html")
            run = subprocess.run(
                [sys.argv[1], "audit", *arguments, "--html", path, "--exit-zero"], capture_output=True, text=True)
            if run.returncode != 0:
                raise SystemExit(f"audit of {name} ended with {run.returncode}: {run.stderr}")
            with open(path, encoding="utf-8") as page:
                text = page.read()
            for view, (width, scheme, paper) in VIEWS.items():
                seen = look(text, width, scheme, paper, folder)
                if seen["drawings"] < 5 or seen["texts"] < 50:
                    seen["problems"].append("the browser saw no figures")
                print(f"{name}, {view}: {seen['drawings']} drawings, {seen['texts']} texts, {len(seen['problems'])} problems")
                for problem in seen["problems"][:12]:
                    print("  " + problem)
                failed += len(seen["problems"])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
