import ImageWatermark
import TextWatermark

/// What one reader saw in one picture.
public struct ImageResult: Sendable {
  /// The file.
  public var source: String
  /// The scheme looked for.
  public var scheme: String
  /// The key's id.
  public var keyID: String
  /// The stored size of the picture.
  public var width: Int
  /// Its rows.
  public var height: Int
  /// What was seen.
  public var detection: LatticeDetection
  /// log₁₀ of the bound after correction for the number of keys.
  public var adjustedLog10PValue: Double
  /// The verdict.
  public var verdict: Verdict
  /// What the file's reader said.
  public var warnings: [String]
  /// Where the mark is, when asked for.
  public var map: LatticeMap?

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "result")
      json.string("id", source)
      json.string("source", source)
      json.string("kind", "image")
      json.string("profile", "lattice")
      json.string("scheme", scheme)
      json.string("key_id", keyID)
      json.integer("width", width)
      json.integer("height", height)
      if let payload = detection.payload { json.string("payload", payload.hex) }
      json.object("statistic") { json in
        json.string("name", detection.payload == nil ? "pilot_bound" : "lattice_bound")
        json.integer("geometries_decoded", detection.tried)
      }
      json.number("log10_p", rounded(detection.log10PValue, 12))
      json.number("adjusted_log10_p", rounded(adjustedLog10PValue, 12))
      json.string("verdict", verdict.rawValue)
      if verdict == .detected {
        json.object("geometry") { json in
          json.number("rotation_degrees", rounded(detection.rotationDegrees, 5))
          json.number("scale", rounded(detection.relativeScale, 5))
          json.bool("mirrored", detection.geometry.isMirrored)
          json.number("tile_side", rounded(detection.tileSide, 5))
        }
      }
      if let map {
        json.object("map") { json in
          json.integer("columns", map.columns)
          json.integer("rows", map.rows)
          json.array("log10_p") { json in
            for value in map.log10PValues { json.number(nil, rounded(value, 4)) }
          }
        }
      }
      if !warnings.isEmpty {
        json.array("warnings") { json in
          for warning in warnings { json.string(nil, warning) }
        }
      }
    }
  }
}
