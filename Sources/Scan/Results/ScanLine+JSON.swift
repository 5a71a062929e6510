import TextWatermark

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension ScanLine {
  /// Writes the line as one JSON object, as the command-line contract has it.
  public func write(to json: inout JSONWriter) {
    switch self {
    case .result(let result): result.write(to: &json)
    case .image(let result): result.write(to: &json)
    case .error(let error): error.write(to: &json)
    }
    json.endLine()
  }
}

extension TextResult {
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "result")
      json.string("id", id)
      json.string("source", source)
      json.string("kind", "text")
      json.string("profile", profile)
      json.string("scheme", scheme)
      json.string("key_id", keyID)
      json.string("evidence", evidence.rawValue)
      if let differingTokens { json.integer("tokens_differing", differingTokens) }
      json.integer("tokens", detection.tokens)
      json.integer("scored", detection.scored)
      json.object("statistic") { json in
        json.string("name", detection.statistic)
        json.integer("value", detection.value)
        json.number("null_rate", detection.nullRate)
      }
      json.number("z", detection.z, digits: 12)
      json.number("p_value", exp(detection.logPValue), digits: 12)
      json.number("log10_p", detection.log10PValue, digits: 12)
      json.number("adjusted_log10_p", adjustedLog10PValue, digits: 12)
      json.number("power", power, digits: 4)
      json.string("verdict", verdict.rawValue)
      json.array("spans") { json in
        for span in spans {
          json.object { json in
            json.integer("start", span.start)
            json.integer("end", span.end)
            json.string("unit", span.unit)
            json.number("log10_p", span.log10PValue, digits: 12)
          }
        }
      }
      if let makerFigures { write(makerFigures, to: &json) }
    }
  }

  private func write(
    _ maker: (detector: MakerDetector, figures: Result<MakerFigures, TextWatermarkError>),
    to json: inout JSONWriter
  ) {
    json.object("maker_figures") { json in
      json.string("detector", maker.detector.rawValue)
      switch maker.figures {
      case .success(let figures):
        json.integer("num_tokens_scored", figures.scored)
        json.integer("num_green_tokens", figures.green)
        json.number("z_score", figures.z)
        json.number("p_value", figures.pValue)
        json.bool("prediction", figures.prediction)
      case .failure(let error):
        json.string("error", error.message)
      }
    }
  }
}

extension ErrorLine {
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "error")
      json.string("outcome", outcome.rawValue)
      json.string("source", source)
      if let id { json.string("id", id) }
      if let record { json.integer("record", record) }
      if let offset { json.integer("offset", offset) }
      if let profile { json.string("profile", profile) }
      json.string("code", code)
      json.string("message", message)
      json.string("hint", hint)
    }
  }
}

/// A number to some significant digits, so that a last bit of a library's logarithm does not change a report.
///
/// log₁₀ p keeps twelve: far below what any reader uses, and far above rounding noise.
public func rounded(_ value: Double, _ digits: Int) -> Double {
  guard value != 0, value.isFinite else { return value }
  let exponent = Int(log10(abs(value)).rounded(.down))
  let shift = digits - 1 - exponent
  // Beyond what a power of ten can express the value is left alone.
  guard abs(shift) <= 300 else { return value }
  let power = pow(10, Double(abs(shift)))
  return shift >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
}
