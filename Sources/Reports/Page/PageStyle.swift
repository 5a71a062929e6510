/// The colours of the page in both schemes, as the style sheet has them; a test holds their contrasts to WCAG's.
package enum Palette {
  /// A colour's name in the style sheet, in the light and in the dark scheme.
  package static let colours: [(name: String, light: String, dark: String)] = [
    ("paper", "ffffff", "16181c"), ("ink", "1b1d21", "eceef1"), ("mute", "55595f", "b0b5bd"),
    ("line", "c9ccd1", "474c55"), ("soft", "f3f4f6", "20242b"), ("link", "0b4f9e", "8ab8ff"),
    ("bad", "a3001b", "ff8d9b"), ("good", "0a6b2d", "7fdc9b"), ("open", "7a4b00", "f0b95c"),
    ("none", "55595f", "b0b5bd"), ("data", "17407a", "9cc2ff"), ("band", "dcefe2", "1e3a2b"),
    ("hatch", "85898f", "8d939c"), ("t0", "f2f6fc", "1a2330"), ("t1", "dbe7f7", "1f3046"),
    ("t2", "bfd5f0", "263f60"), ("t3", "a0c1e8", "2d4e79"), ("t4", "80acdf", "345c92"),
    ("s0", "17407a", "9cc2ff"), ("s1", "a04000", "ffb37a"), ("s2", "0a6b2d", "7fdc9b"),
    ("s3", "84207c", "f2a3ea"), ("s4", "6b5600", "e3cf6a"), ("s5", "0b6470", "7fdbe8"),
  ]

  /// Both schemes as variables of the style sheet; on paper always the light one.
  static var sheet: String {
    let light = colours.map { "--\($0.name):#\($0.light)" }.joined(separator: ";")
    let dark = colours.map { "--\($0.name):#\($0.dark)" }.joined(separator: ";")
    return
      ":root{color-scheme:light dark;\(light)}\n@media screen and (prefers-color-scheme:dark){:root{\(dark)}}\n"
  }
}

enum PageStyle {
  /// Everything but the colours.
  static let sheet = """
    *{box-sizing:border-box}
    body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem;overflow-wrap:anywhere}
    h1{font-size:1.9rem;line-height:1.2;margin:1rem 0 .5rem}h2{font-size:1.4rem;line-height:1.25;margin:2.6rem 0 .6rem;padding-top:.6rem;border-top:2px solid var(--line)}
    h3{font-size:1.15rem;margin:1.8rem 0 .4rem}h4{font-size:1rem;margin:0 0 .2rem}p{margin:.4rem 0 .7rem}h1::first-letter,h3::first-letter,h4::first-letter,caption::first-letter{text-transform:uppercase}
    a{color:var(--link)}.mute,caption{color:var(--mute);font-size:.9rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:.6rem 0}
    dl{display:grid;grid-template-columns:minmax(9rem,16rem) 1fr;gap:.25rem 1rem;margin:.6rem 0}dt{color:var(--mute)}dd{margin:0;min-width:0}
    .card{border:1px solid var(--line);border-left:.45rem solid var(--none);border-radius:.35rem;padding:.7rem 1rem;margin:.8rem 0;break-inside:avoid}
    .card h3{margin:0 0 .3rem}.card ul{margin:.3rem 0;padding-left:1.2rem}.card li{margin:.3rem 0}
    .disparity{border-left-color:var(--bad)}.within-tolerance{border-left-color:var(--good)}.inconclusive{border-left-color:var(--open);border-left-style:dashed}.not-estimable{border-left-style:dotted}
    .verdict{font-weight:700;white-space:nowrap}.v-disparity{color:var(--bad)}.v-within-tolerance{color:var(--good)}.v-inconclusive{color:var(--open)}.v-not-estimable{color:var(--none)}
    figure{margin:1.4rem 0 1.8rem;min-width:0}figcaption{margin-bottom:.4rem}svg{display:block;max-width:100%;height:auto;font-family:inherit;fill:var(--ink);break-inside:avoid}
    .narrow{display:none}
    .scroll{overflow-x:auto;max-width:100%}.scroll:focus-visible{outline:2px solid var(--link)}table{border-collapse:collapse;min-width:min(100%,26rem);font-size:.875rem;margin:.3rem 0 .6rem}caption{text-align:left;padding:.2rem 0}
    th,td{border-bottom:1px solid var(--line);padding:.22rem .6rem .22rem 0;text-align:left;vertical-align:top;font-weight:400;overflow-wrap:break-word;max-width:22rem}thead th{color:var(--mute);border-bottom-width:2px;vertical-align:bottom}
    tbody th{min-width:6.5rem}td.i{white-space:nowrap}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}thead th.n{white-space:normal;min-width:4.5rem}summary{color:var(--mute);font-size:.9rem;cursor:pointer}
    .sums{background:var(--soft);border-radius:.35rem;padding:.6rem 1rem;margin:.7rem 0;break-inside:avoid}.sums p{margin:.25rem 0}.sum{font-variant-numeric:tabular-nums}
    code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.85rem}.full{max-height:12rem;overflow:auto;border:1px solid var(--line);padding:.3rem .5rem;margin:.2rem 0 .8rem}
    .sign{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem 1.5rem;margin:1rem 0}.sign div{border-bottom:1px solid var(--ink);padding-top:2.2rem;color:var(--mute);font-size:.9rem}
    """ + graphics + "\n" + """
      @media screen and (max-width:48rem){.wide{display:none}.narrow{display:block}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}h1{font-size:1.6rem}}
      @media print{@page{size:A4;margin:14mm 12mm}body{max-width:none;padding:0;font-size:10.5pt}nav{display:none}.scroll,.full{overflow:visible;max-height:none}table{font-size:8pt;max-width:100%}th,td{overflow-wrap:anywhere}tbody th,thead th.n{min-width:0}th.n,td.n,td.i{white-space:normal}thead{display:table-header-group}tr{break-inside:avoid}h2,h3,h4,figcaption,summary{break-after:avoid}figcaption,caption{break-inside:avoid}p,li{orphans:3;widows:3}details::details-content{display:block;content-visibility:visible}summary{list-style:none}a{color:inherit;text-decoration:none}}
      """

  /// What drawings need, also where one stands alone in a file of its own.
  static let graphics = """
    text.b{font-weight:700}text.m{fill:var(--mute)}
    .grid{stroke:var(--line)}.axis{stroke:var(--mute)}.data{stroke:var(--data);fill:var(--data);stroke-width:2}.hollow{stroke:var(--data);fill:var(--paper);stroke-width:2}.limit{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}
    rect.axis,circle.axis,path.axis{fill:var(--paper)}path.o.axis,rect.axis{fill:none}rect.grid{fill:none}.paper{fill:var(--paper)}.band{fill:var(--band);stroke:none}.hatch{stroke:var(--hatch);stroke-width:1.2}.bad{stroke:var(--bad);fill:var(--bad);stroke-width:2}.good{stroke:var(--good);fill:var(--good);stroke-width:2}
    .tint0{fill:var(--t0)}.tint1{fill:var(--t1)}.tint2{fill:var(--t2)}.tint3{fill:var(--t3)}.tint4{fill:var(--t4)}
    .series0{stroke:var(--s0);fill:var(--s0);stroke-width:2}.series1{stroke:var(--s1);fill:var(--s1);stroke-width:2;stroke-dasharray:8 4}.series2{stroke:var(--s2);fill:var(--s2);stroke-width:2;stroke-dasharray:2 3}.series3{stroke:var(--s3);fill:var(--s3);stroke-width:2;stroke-dasharray:10 3 2 3}.series4{stroke:var(--s4);fill:var(--s4);stroke-width:2;stroke-dasharray:5 2}.series5{stroke:var(--s5);fill:var(--s5);stroke-width:3;stroke-dasharray:1 4}
    .shade0{fill:var(--s0);fill-opacity:.16}.shade1{fill:var(--s1);fill-opacity:.16}.shade2{fill:var(--s2);fill-opacity:.16}.shade3{fill:var(--s3);fill-opacity:.16}.shade4{fill:var(--s4);fill-opacity:.16}.shade5{fill:var(--s5);fill-opacity:.16}
    path.o{fill:none}circle[class^=series],rect[class^=series],path:not(.o)[class^=series]{stroke-dasharray:none}
    """
}
