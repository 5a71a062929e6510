/// How wide a text may at most be drawn, whatever sans-serif font a reader's machine has.
///
/// Labels are cut, and placed beside each other, by this measure. Widths of ASCII are those of DejaVu Sans, which is wider than the
/// system fonts of desktops and phones; anything else counts for more than its usual width, and is forced into the space by
/// `textLength` where even that may not do.
package enum FontMetric {
  /// Hundredths of the font's size, from the space on.
  private static let regular: [UInt8] = [
    32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84, 84, 84, 53,
    100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79, 60, 79, 69, 64, 61, 73, 68, 99, 69, 61,
    69, 39, 34, 39, 84, 50,
    50, 61, 64, 55, 64, 62, 35, 64, 63, 28, 28, 58, 28, 97, 63, 61, 64, 64, 41, 52, 39, 63, 59, 82, 59, 59,
    52, 64, 34, 64, 84,
  ]
  private static let bold: [UInt8] = [
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
    40, 40, 84, 84, 84, 58,
    100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 72, 68, 81, 77, 110, 77, 72,
    73, 46, 37, 46, 84,
    50, 50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72, 49, 60, 48, 71, 65, 92, 65,
    65, 58, 71, 37, 71, 84,
  ]

  /// The width of a text in units of the drawing.
  package static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1, isBold: isBold) } * size
  }

  private static func width(_ scalar: Unicode.Scalar, isBold: Bool) -> Double {
    let table = isBold ? bold : regular
    if scalar.value >= 32, scalar.value < 127 { return Double(table[Int(scalar.value) - 32]) / 100 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return scalar.value < 0x250 ? 1 : 1.2
    }
  }

  /// Whether a text has only letters whose widths are known well enough.
  package static func isKnown(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x20..<0x2e00, 0x3000..<0xd7a4, 0x1f300..<0x1fb00: true
      default: false
      }
    }
  }

  /// The text, or its beginning and an ellipsis, no wider than some units.
  ///
  /// Marks that pile up on one letter are cut after the second: they would reach into the neighbouring lines.
  package static func fitted(
    _ text: String, within limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    var out = String.UnicodeScalarView()
    var (used, marks, end, wasCut) = (0.0, 0, 0, false)
    var kept: [Double] = []
    for scalar in text.unicodeScalars {
      let step = width(scalar, isBold: isBold) * size
      marks = step == 0 ? marks + 1 : 0
      if marks > 2 { continue }
      if used + step > limit {
        wasCut = true
        break
      }
      used += step
      out.append(scalar)
      kept.append(step)
      end += 1
    }
    guard wasCut else { return String(out) }
    let ellipsis = width("…", isBold: isBold) * size
    while let step = kept.last, used + ellipsis > limit {
      used -= step
      kept.removeLast()
      out.removeLast()
    }
    return used + ellipsis > limit ? "" : String(out) + "…"
  }
}
