import Scan

/// The map of a mark beside its picture: each region in the shade of its own p.
enum PictureMap {
  /// Bounds of log₁₀ p of the shades, weakest first; above the first there is none.
  static let steps: [(log10P: Double, words: String, style: String)] = [
    (-2, "p ≤ 0.01", "c1"), (-6, "p ≤ 10^-6", "c2"), (-12, "p ≤ 10^-12", "c3"),
  ]

  /// Draws the regions in the size of the picture's copy; the words below say the same.
  static func write(_ map: ScanFinding.Map, beside picture: ShownPicture, to markup: inout Markup) {
    let (width, height) = (Double(picture.width), Double(picture.height))
    let (across, down) = (width / Double(map.columns), height / Double(map.rows))
    markup.element(.div, [.style("shot map")]) { shot in
      shot.element(
        .svg, [.viewBox(width, height), .number(.width, width), .number(.height, height), .hidden()]
      ) { svg in
        for (place, value) in map.log10P.enumerated() {
          let style = steps.last { value <= $0.log10P }?.style ?? "c0"
          svg.element(
            .rect,
            [
              .number(.x, Double(place % map.columns) * across),
              .number(.y, Double(place / map.columns) * down),
              .number(.width, across), .number(.height, down), .style(style),
            ])
        }
      }
    }
  }

  /// What the shades mean.
  static func writeLegend(to markup: inout Markup) {
    markup.element(.p, [.style("mute legend")]) { legend in
      legend.words("On the right, by region: ")
      legend.element(.span, [.style("key c0")], "p > 0.01")
      for step in steps {
        legend.words(" ")
        legend.element(.span, [.style("key " + step.style)], step.words)
      }
    }
  }

  /// The map in words.
  static func words(_ map: ScanFinding.Map) -> String {
    let regions = map.columns * map.rows
    let counts = steps.map { step in map.log10P.count { $0 <= step.log10P } }
    let least = map.log10P.min() ?? 0
    return
      "By itself the mark is significant (p ≤ 0.01) in \(counts[0]) of \(regions) regions, in \(counts[1]) at p ≤ 10^-6; the strongest has \(ScanReport.power(least)). Regions overlap, and where the picture is even there is little to see."
  }
}
