import BiasMetrics
import Statistics

extension AuditReport {
  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
    return out
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#bbb;--bad:#a3001b;--good:#0a6b2d;--mute:#555}
    @media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--line:#555;--bad:#ff8d9b;--good:#7fdc9b;--mute:#aaa}}
    body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:auto;padding:1rem}
    .card{border:1px solid var(--line);border-left-width:.4rem;border-radius:.3rem;padding:.6rem 1rem;margin:.6rem 0;break-inside:avoid;overflow-wrap:anywhere}
    .disparity{border-left-color:var(--bad)}.within-tolerance{border-left-color:var(--good)}
    .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left}
    td.n{text-align:right;font-variant-numeric:tabular-nums}figure{margin:1rem 0;break-inside:avoid}svg{max-width:100%;height:auto}
    figcaption,.mute{color:var(--mute);font-size:.9rem}@media print{body{max-width:none}.scroll{overflow:visible}}
    """

  /// One page that needs nothing else: findings in sentences, then each rate with its interval, then all comparisons.
  public func html() -> String {
    var page = """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <title>Bias audit</title><style>\(Self.style)</style></head><body><h1>Bias audit</h1>
      <p>\(cube.rows + cube.failedRows) rows read; favourable is “\(Self.escaped(table.positivePrediction))”. Made by countermark \(version).
      A verdict needs its whole interval beyond, or within, the tolerance; “inconclusive” is not “fair”.</p>
      """
    for stratum in strata {
      let result = stratum.result
      let title =
        stratum.controls.isEmpty
        ? "Findings"
        : "Findings among " + stratum.controls.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
      page += "<h2>\(Self.escaped(title))</h2>\n"
      page += "<p class=\"mute\">\(result.rowsAnalysed) rows analysed"
      for entry in result.excluded { page += "; \(entry.rows) left out (\(entry.reason))" }
      page +=
        "; plan: selection ratios from \(Self.decimal(result.plan.ratioTolerance, 2)), differences up to \(Self.decimal(result.plan.differenceTolerance, 2)), family-wise error \(Self.pValue(result.plan.alpha)) over \(result.familySize) comparisons, at least \(result.plan.minimumCount) rows.</p>\n"
      for note in result.notes { page += "<p class=\"mute\">\(Self.escaped(note)).</p>\n" }
      for verdict in AuditVerdict.allCases {
        for d in result.disparities where d.verdict == verdict && d.attributes.count == 1 {
          page += "<div class=\"card \(verdict.rawValue)\"><strong>\(verdict.rawValue)</strong><br>"
          page += "\(Self.escaped(Self.sentence(d)))</div>\n"
        }
      }
      for place in result.groups.first?.rates.indices ?? 0..<0 { page += Self.figure(result, place) }
      page += Self.comparisons(result)
    }
    let figures = conventionFigures()
    if !figures.isEmpty {
      page +=
        "<h2>What \(convention.rawValue) computes</h2><div class=\"scroll\"><table><tr><th>figure<th>value</tr>"
      for (name, value) in figures {
        page += "<tr><td>\(Self.escaped(name))<td class=\"n\">\(Self.decimal(value, 6))</tr>"
      }
      page += "</table></div>\n"
    }
    return page + "</body></html>\n"
  }

  /// A forest plot of one rate over all groups, with its table.
  private static func figure(_ result: AuditResult, _ place: Int) -> String {
    let metric = result.groups[0].rates[place].metric.rawValue.split(separator: "_").joined(separator: " ")
    let (left, width, step) = (250.0, 420.0, 24.0)
    let height = Double(result.groups.count) * step + 40
    var svg =
      "<figure><figcaption>\(metric), with \(percent(1 - result.plan.alpha)) intervals (Wilson)</figcaption><svg viewBox=\"0 0 700 \(Int(height))\" role=\"img\" aria-label=\"\(metric) by group\" font-size=\"13\" fill=\"currentColor\">"
    for tick in 0...4 {
      let x = left + width * Double(tick) / 4
      svg +=
        "<line x1=\"\(x)\" y1=\"0\" x2=\"\(x)\" y2=\"\(height - 25)\" stroke=\"currentColor\" stroke-opacity=\".2\"/>"
      svg += "<text x=\"\(x)\" y=\"\(height - 8)\" text-anchor=\"middle\">\(tick * 25) %</text>"
    }
    for (row, group) in result.groups.enumerated() {
      let y = Double(row) * step + 14
      let name = group.values.joined(separator: ", ")
      let shown = name.count > 32 ? String(name.prefix(31)) + "…" : name
      svg += "<text x=\"\(left - 10)\" y=\"\(y + 4)\" text-anchor=\"end\">\(escaped(shown))</text>"
      let rate = group.rates[place]
      guard let interval = rate.interval else { continue }
      svg +=
        "<line x1=\"\(left + width * interval.lower)\" x2=\"\(left + width * interval.upper)\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"currentColor\" stroke-width=\"2\"/>"
      svg += "<circle cx=\"\(left + width * rate.value)\" cy=\"\(y)\" r=\"4\"/>"
    }
    svg +=
      "</svg></figure>\n<div class=\"scroll\"><table><tr><th>group<th>rows<th>of<th>\(metric)<th>interval</tr>"
    for group in result.groups {
      let rate = group.rates[place]
      svg += "<tr><td>\(escaped(name(group.attributes, group.values)))<td class=\"n\">\(group.rows)"
      svg +=
        "<td class=\"n\">\(decimal(rate.numerator, 0)) / \(decimal(rate.denominator, 0))"
      svg +=
        "<td class=\"n\">\(percent(rate.value))<td>\(rate.interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? "cannot be estimated")</tr>"
    }
    return svg + "</table></div>\n"
  }

  private static func comparisons(_ result: AuditResult) -> String {
    var html =
      "<h3>All comparisons</h3><div class=\"scroll\"><table><tr><th>metric<th>lower<th>higher<th>difference<th>interval<th>ratio<th>interval<th>p, corrected<th>verdict</tr>"
    for d in result.disparities {
      html +=
        "<tr><td>\(d.metric.rawValue)<td>\(escaped(name(d.attributes, d.lower)))<td>\(escaped(name(d.attributes, d.higher)))"
      html += "<td class=\"n\">\(decimal(d.difference))<td>\(interval(d.differenceInterval))"
      html +=
        "<td class=\"n\">\(decimal(d.ratio))<td>\(interval(d.ratioInterval))<td class=\"n\">\(pValue(d.adjustedP))<td>\(d.verdict.rawValue)</tr>"
    }
    return html + "</table></div>\n"
  }
}
