import Scan
import TextWatermark

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lines of a run as rows of a table whose widths are fixed before the first row, since results stream.
struct ResultRows {
  let style: Style
  private let idWidth: Int
  private let profileWidth: Int

  private static let columns: [TextTable.Column] = [
    .init("RECORD"), .init("PROFILE"), .init("SCORED", number: true), .init("GREEN", number: true),
    .init("RATE", number: true), .init("Z", number: true), .init("LOG10 P", number: true), .init("VERDICT"),
  ]

  /// - Parameter width: columns of the terminal.
  init(style: Style, width: Int, profiles: [String]) {
    self.style = style
    profileWidth = min(28, max(11, profiles.map(displayWidth).max() ?? 7))
    idWidth = max(16, min(48, width - profileWidth - 58))
  }

  private var widths: [Int] { [idWidth, profileWidth, 6, 6, 5, 6, 8, 12] }

  var header: String {
    style("1", TextTable.line(Self.columns.map(\.title), columns: Self.columns, widths: widths)) + "\n"
  }

  func row(_ line: ScanLine) -> String {
    switch line {
    case .result(let result): return row(result)
    case .image(let result): return row(result)
    case .error(let error):
      let place = error.id ?? error.record.map { "\(error.source):\($0)" } ?? error.source
      let name = shortened(printable(place), to: idWidth)
      let padded = name + String(repeating: " ", count: max(0, idWidth - displayWidth(name)))
      return "\(padded)  \(style("33", error.outcome.rawValue)) \(error.code): \(printable(error.message))\n"
    }
  }

  private func row(_ result: TextResult) -> String {
    let detection = result.detection
    let rate = detection.scored > 0 ? Double(detection.value) / Double(detection.scored) : 0
    let cells = [
      shortened(printable(result.id), to: idWidth), shortened(printable(result.profile), to: profileWidth),
      String(detection.scored), String(detection.value), "\(fixed(rate * 100, 0))%", fixed(detection.z, 1),
      fixed(detection.log10PValue, 1), verdictText(result),
    ]
    var out = TextTable.line(cells, columns: Self.columns, widths: widths) + "\n"
    if let maker = result.makerFigures {
      switch maker.figures {
      case .success(let figures):
        out +=
          style(
            "2",
            "  \(maker.detector.rawValue) says: \(figures.green) green of \(figures.scored), z \(figures.z), p \(figures.pValue)"
          )
          + "\n"
      case .failure(let error):
        out += style("2", "  \(maker.detector.rawValue) refuses: \(error.message)") + "\n"
      }
    }
    return out
  }

  /// A picture's row: its payload and geometry stand where a text has its counts.
  private func row(_ result: ImageResult) -> String {
    var details: [String] = []
    var name = result.scheme
    switch result.evidence {
    case .lattice(let seen, _):
      name = "lattice " + printable(result.keyID ?? "")
      if let payload = seen.payload { details.append("payload \(payload.hex)") }
      guard result.verdict == .detected else { break }
      details.append("turned \(fixed(seen.rotationDegrees, 1))°")
      details.append("scale \(fixed(seen.relativeScale, 2))")
      if seen.geometry.isMirrored { details.append("mirrored") }
    case .deployed(let finding, _):
      guard result.verdict == .detected else { break }
      details.append(printable(finding.message.name))
      details.append("\(finding.matches) of \(finding.message.bits.count) bits")
      details.append("\(finding.feed.arithmetic.rawValue) \(finding.feed.order.rawValue)")
    case .blind(let reading, let message):
      guard let reading else { break }
      if let message, result.verdict == .detected {
        let bits = message.blindWatermarkBits
        details.append(printable(message.name))
        details.append("\(zip(reading.bits, bits).count { $0 == $1 }) of \(bits.count) bits")
      } else if message == nil {
        let digits = reading.bits.map { $0 ? "1" : "0" }.joined()
        details.append("reads \(printable(reading.text ?? digits)); give --message for a p-value")
      }
    }
    let cells = [
      shortened(printable(result.source), to: idWidth), shortened(name, to: profileWidth),
      "\(result.width)", "\(result.height)", "", "", fixed(result.log10PValue, 1),
      ([Self.verdictText(result.verdict, style)] + details).joined(separator: "  "),
    ]
    return TextTable.line(cells, columns: Self.columns, widths: widths) + "\n"
  }

  private static func verdictText(_ verdict: Verdict, _ style: Style) -> String {
    switch verdict {
    case .detected: style("1;31", "detected")
    case .notDetected: "not detected"
    case .insufficient, .invalid, .error: style("33", verdict.rawValue)
    }
  }

  private func verdictText(_ result: TextResult) -> String {
    var text = Self.verdictText(result.verdict, style)
    if result.evidence == .retokenized { text += style("2", " (retokenized)") }
    return text
  }
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  let scale = pow(10, Double(decimals))
  let scaled = (value * scale).rounded()
  guard abs(scaled) < 1e15 else { return "\(value)" }
  let whole = Int(abs(scaled))
  let sign = scaled < 0 ? "-" : ""
  guard decimals > 0 else { return sign + String(whole) }
  let unit = Int(scale)
  let fraction = String(whole % unit)
  return sign + String(whole / unit) + "." + String(repeating: "0", count: decimals - fraction.count)
    + fraction
}
