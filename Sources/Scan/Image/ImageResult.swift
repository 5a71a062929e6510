import ImageWatermark
import TextWatermark

/// What one reader saw in one picture.
public struct ImageResult: Sendable {
  /// What was seen, by kind of mark.
  public enum Evidence: Sendable {
    /// A lattice mark, with a map of where it is when that was asked for.
    case lattice(LatticeDetection, map: LatticeMap?)
    /// The most likely message of a deployed generator.
    case deployed(DeployedFinding, hypotheses: Int)
    /// What blind-watermark's decoder reads, nil in a picture with too few blocks, and the message that was looked for.
    case blind(BlindWatermark.Reading?, message: DeployedMessage?)
  }

  /// The file.
  public var source: String
  /// The id of the key, for marks that have one.
  public var keyID: String?
  /// The stored size of the picture.
  public var width: Int
  /// Its rows.
  public var height: Int
  /// What was seen.
  public var evidence: Evidence
  /// log₁₀ of the p-value or of the bound on it.
  public var log10PValue: Double
  /// The same after correction for the number of readers.
  public var adjustedLog10PValue: Double
  /// The verdict.
  public var verdict: Verdict
  /// What the file's reader said.
  public var warnings: [String]

  /// The scheme looked for.
  public var scheme: String {
    switch evidence {
    case .lattice: "lattice-1"
    case .deployed(let finding, _): finding.method.rawValue
    case .blind: "blind-watermark"
    }
  }

  private var profile: String { if case .lattice = evidence { "lattice" } else { "deployed" } }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "result")
      json.string("id", source)
      json.string("source", source)
      json.string("kind", "image")
      json.string("profile", profile)
      json.string("scheme", scheme)
      if let keyID { json.string("key_id", keyID) }
      json.integer("width", width)
      json.integer("height", height)
      switch evidence {
      case .lattice(let seen, _): writeStatistic(seen, to: &json)
      case .deployed(let finding, let hypotheses): write(finding, hypotheses: hypotheses, to: &json)
      case .blind(let reading, let message): write(reading, message: message, to: &json)
      }
      json.number("log10_p", log10PValue, digits: 12)
      json.number("adjusted_log10_p", adjustedLog10PValue, digits: 12)
      json.string("verdict", verdict.rawValue)
      if case .lattice(let seen, let map) = evidence {
        if verdict == .detected { writeGeometry(seen, to: &json) }
        if let map { write(map, to: &json) }
      }
      if !warnings.isEmpty {
        json.array("warnings") { json in
          for warning in warnings { json.string(nil, warning) }
        }
      }
    }
  }

  private func writeStatistic(_ seen: LatticeDetection, to json: inout JSONWriter) {
    if let payload = seen.payload { json.string("payload", payload.hex) }
    json.object("statistic") { json in
      json.string("name", seen.payload == nil ? "pilot_bound" : "lattice_bound")
      json.integer("geometries_decoded", seen.tried)
    }
  }

  private func writeGeometry(_ seen: LatticeDetection, to json: inout JSONWriter) {
    json.object("geometry") { json in
      json.number("rotation_degrees", seen.rotationDegrees, digits: 5)
      json.number("scale", seen.relativeScale, digits: 5)
      json.bool("mirrored", seen.geometry.isMirrored)
      json.number("tile_side", seen.tileSide, digits: 5)
    }
  }

  /// What was read is told where the message is unknown, though it is no evidence: the decoder reads one in every picture.
  private func write(
    _ reading: BlindWatermark.Reading?, message: DeployedMessage?, to json: inout JSONWriter
  ) {
    if let reading, let message, verdict == .detected {
      let bits = message.blindWatermarkBits
      json.string("message", message.name)
      json.integer("matching_bits", zip(reading.bits, bits).count { $0 == $1 })
      json.integer("message_bits", bits.count)
    } else if let reading, message == nil {
      json.string("decoded", reading.bits.map { $0 ? "1" : "0" }.joined())
      if let text = reading.text { json.string("decoded_text", text) }
    }
    json.object("statistic") { json in
      json.string("name", message == nil ? "none" : "permutation_bound")
      json.integer("blocks", reading?.blocks ?? 0)
    }
  }

  private func write(_ map: LatticeMap, to json: inout JSONWriter) {
    json.object("map") { json in
      json.integer("columns", map.columns)
      json.integer("rows", map.rows)
      json.array("log10_p") { json in
        for value in map.log10PValues { json.number(nil, value, digits: 4) }
      }
    }
  }

  /// The message is named only where it was detected: the likeliest of many is no finding.
  private func write(_ finding: DeployedFinding, hypotheses: Int, to json: inout JSONWriter) {
    if verdict == .detected {
      json.string("message", finding.message.name)
      json.string("feed", finding.feed.arithmetic.rawValue)
      json.string("channel_order", finding.feed.order.rawValue)
      if finding.isInverted { json.bool("inverted", true) }
      json.object("phase") { json in
        json.integer("x", finding.phase.x)
        json.integer("y", finding.phase.y)
      }
      json.integer("matching_bits", finding.matches)
      json.integer("message_bits", finding.message.bits.count)
    }
    json.object("statistic") { json in
      json.string("name", "permutation_bound")
      json.integer("hypotheses", hypotheses)
    }
  }
}
