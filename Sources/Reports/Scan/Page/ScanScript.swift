import FoundationEssentials
import Randomness

/// The script of a scan's page: the table of records in windows of a hundred rows, with filters and sorting.
///
/// The page is whole without it. It reads the rows from the page's own data, writes them as text and nothing else, and asks for
/// nothing. No "less than" stands in it, so that a strict reader of the page sees elements only.
enum ScanScript {
  /// What a browser may do with the page: run this script, and load nothing.
  static var policy: String {
    let hex = ContentDigest.of(Array(text.utf8)).dropFirst("sha256:".count)
    var bytes: [UInt8] = []
    var rest = hex[...]
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-\(Data(bytes).base64EncodedString())'"
  }

  static let text = #"""
    (() => {
    "use strict";
    const at = id => document.getElementById(id), size = 100;
    const { outcomes, sources, targets, rows } = JSON.parse(at("scan-data").textContent);
    const body = at("scan-rows"), count = at("scan-count"), find = at("scan-find"), head = at("scan-head");
    const choices = { outcome: at("scan-outcome"), target: at("scan-target"), kind: at("scan-kind") };
    const signs = ["■", "✕", "–", "◌", "○"];
    let shown = rows, first = 0, column = null, falling = false;
    const low = rows.map(row => (row[1] + "\n" + sources[row[2]]).toLowerCase());
    const keys = {
      outcome: row => row[0], id: row => row[1], source: row => sources[row[2]], target: row => targets[row[3]] || "",
      p: row => row[4], corrected: row => row[5], rate: row => row[6], scored: row => row[7], power: row => row[8] };
    const number = value => value === null || value === undefined ? "" : String(value);
    // A decimal logarithm of p as people read it.
    const chance = value => value === null || value === undefined ? "" : -4 >= value ? "10^" + value.toFixed(1) : (10 ** value).toPrecision(2);
    function make(tag, text, parent, style) {
      const node = document.createElement(tag);
      if (text !== null) node.textContent = text;
      if (style) node.className = style;
      parent.append(node);
      return node;
    }
    function facts(row) {
      return [["Id", row[1]], ["Source", sources[row[2]]], ["Outcome", outcomes[row[0]]], ["Mark", row[3] === null ? "" : targets[row[3]]],
        ["p", chance(row[4])], ["Corrected p", chance(row[5])], ["False discovery rate", chance(row[6])],
        ["Scored", number(row[7])], ["Power", number(row[8])], ["Note", row[9] || ""]].filter(fact => fact[1] !== "");
    }
    function open(button, line, row) {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) { line.nextSibling.remove(); return; }
      const extra = document.createElement("tr"), cell = make("td", null, extra), list = make("dl", null, cell);
      cell.colSpan = 9;
      for (const [name, value] of facts(row)) { make("dt", name, list); make("dd", value, list); }
      if (row[10]) { const link = make("a", "Its evidence on this page", cell); link.href = "#item-" + row[10]; }
      line.after(extra);
    }
    function draw() {
      body.textContent = "";
      for (const place of shown.slice(first, first + size)) {
        const row = rows[place], line = make("tr", null, body), name = make("th", null, line), button = make("button", row[1] || "(no id)", name, "row");
        name.scope = "row";
        button.type = "button";
        button.setAttribute("aria-expanded", "false");
        button.addEventListener("click", () => open(button, line, row));
        make("td", signs[row[0]] + " " + outcomes[row[0]], line, "v v" + row[0]);
        make("td", row[3] === null ? row[9] || "" : targets[row[3]], line, "cut opt");
        make("td", chance(row[4]), line, "n");
        make("td", chance(row[5]), line, "n opt");
        make("td", chance(row[6]), line, "n opt");
        make("td", number(row[7]), line, "n opt");
        make("td", number(row[8]), line, "n opt");
        make("td", sources[row[2]] === row[1] ? "" : sources[row[2]], line, "cut opt");
      }
      const last = Math.min(first + size, shown.length);
      count.textContent = shown.length ? "Rows " + (first + 1) + " to " + last + " of " + shown.length + " (" + rows.length + " in all)" : "No row fits (" + rows.length + " in all)";
      at("scan-back").disabled = at("scan-start").disabled = first === 0;
      at("scan-next").disabled = at("scan-end").disabled = last === shown.length;
    }
    function choose() {
      const word = find.value.trim().toLowerCase(), { outcome, target, kind } = choices;
      const mark = target.value === "" ? null : Number(target.value);
      shown = [];
      for (const [place, row] of rows.entries()) {
        if (outcome.value !== "" && row[0] !== Number(outcome.value)) continue;
        if (mark !== null && row[3] !== mark) continue;
        if (kind.value !== "" && row[11] !== Number(kind.value)) continue;
        if (word && !low[place].includes(word)) continue;
        shown.push(place);
      }
      if (column) {
        const key = keys[column], sign = falling ? -1 : 1;
        const values = new Map(shown.map(place => [place, key(rows[place])]));
        shown.sort((a, b) => {
          const u = values.get(a), v = values.get(b);
          // What is missing comes last, either way round.
          if (u === v) return a - b;
          if (u === null) return 1;
          if (v === null) return -1;
          return u > v ? sign : -sign;
        });
      }
      first = 0;
      draw();
    }
    for (const button of head.querySelectorAll("button")) button.addEventListener("click", () => {
      falling = column === button.value && !falling;
      column = button.value;
      for (const other of head.querySelectorAll("th")) other.removeAttribute("aria-sort");
      button.closest("th").setAttribute("aria-sort", falling ? "descending" : "ascending");
      choose();
    });
    for (const choice of Object.values(choices)) choice.addEventListener("change", choose);
    find.addEventListener("input", choose);
    const turn = to => () => { first = Math.max(0, Math.min(to(), Math.floor((shown.length - 1) / size) * size)); draw(); };
    at("scan-start").addEventListener("click", turn(() => 0));
    at("scan-back").addEventListener("click", turn(() => first - size));
    at("scan-next").addEventListener("click", turn(() => first + size));
    at("scan-end").addEventListener("click", turn(() => shown.length));
    at("scan-live").hidden = false;
    at("scan-plain").classList.add("spare");
    choose();
    })();
    """#
}

/// What a scan's page has beyond the sheet of all pages.
enum ScanStyle {
  static let sheet = """

    .v-detected{color:var(--data)}.v-failed{color:var(--bad)}.v-skipped,.v-insufficient{color:var(--open)}.v-not-detected{color:var(--mute)}.warning{border-left-color:var(--open)}.item{border-left-color:var(--data)}
    .item h3{overflow-wrap:anywhere}.heat{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);border-radius:.35rem;padding:.6rem .8rem;margin:.5rem 0;max-height:24rem;overflow:auto}.heat mark{color:inherit;background:var(--t2);border-bottom:2px solid var(--data);border-radius:2px}
    .tokens mark{border-bottom:0}.item h3::first-letter{text-transform:none}.heat .on{background:var(--band);border-bottom:2px solid var(--good)}.heat .off{border-bottom:2px dotted var(--hatch)}.heat .un{color:var(--mute)}.heat mark .on{background:none}.gap{display:block;text-align:center;color:var(--mute);border-top:1px dashed var(--hatch);border-bottom:1px dashed var(--hatch);margin:.5rem 0}
    .shots{display:flex;flex-wrap:wrap;gap:.6rem;margin:.4rem 0}.shot{position:relative;max-width:100%}.shot img{display:block;max-width:100%;height:auto}.shot svg{position:absolute;inset:0;width:100%;height:100%}.map svg{position:static;display:block;width:auto;height:auto;max-width:100%}.map rect{stroke:var(--paper);stroke-width:1}.map .c0{fill:var(--soft)}.map .c1{fill:var(--t2)}.map .c2{fill:var(--t4)}.map .c3{fill:var(--s0)}.key{border:1px solid var(--mute);padding:.05rem .35rem;border-radius:.2rem;white-space:nowrap;color:var(--ink)}.key.c0{background:var(--soft)}.key.c1{background:var(--t2)}.key.c2{background:var(--t4)}.key.c3{background:var(--s0);color:var(--paper)}.shot .tile{fill:none;stroke:#fff;stroke-width:2.5;paint-order:stroke}.shot .tile.under{stroke:#000;stroke-width:5}
    .controls{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:end;margin:.6rem 0}.controls label{display:flex;flex-direction:column;font-size:.85rem;color:var(--mute);min-width:0;max-width:100%}
    input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--mute);border-radius:.25rem;padding:.3rem .5rem;max-width:100%;min-height:2rem}input:focus-visible,select:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:1px}button:disabled{opacity:.5}
    thead th button{border:0;padding:.1rem .2rem;min-height:1.6rem;text-align:left;color:var(--mute);text-decoration:underline dotted}th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
    button.row{border:0;padding:0;min-height:1.6rem;text-align:left;color:var(--link);text-decoration:underline;overflow-wrap:anywhere;background:none}#scan-rows th{min-width:8rem}td.v{white-space:nowrap}td.v0{color:var(--data);font-weight:700}td.v1{color:var(--bad)}td.v2,td.v3{color:var(--open)}td.cut{max-width:16rem;overflow-wrap:anywhere}
    #scan-live table{width:100%}[hidden]{display:none!important}
    @media screen{.spare{display:none}}
    @media screen and (max-width:48rem){#scan-live .opt{display:none}}
    @media print{#scan-live{display:none!important}.heat{max-height:none;overflow:visible}.item{break-inside:auto}#scan-plain td.n{white-space:nowrap}}
    """
}
