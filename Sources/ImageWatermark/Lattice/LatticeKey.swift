import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A frequency of the periodic pattern: whole cycles along each side of the tile.
struct LatticePoint: Hashable, Sendable {
  var x: Int
  var y: Int

  /// Distance from zero frequency.
  var radius: Double { Double(x * x + y * y).squareRoot() }
}

/// What a key decides about a lattice mark: which lines there are, their phases, and which of them are pilots.
///
/// Three independent streams of HKDF-SHA-256: the points (which also fix the list of geometries that a search tries), the
/// phases and the roles. The proof of the false-positive bound needs just that: phases uniform and independent of everything
/// that the search looks at.
public struct LatticeKey: Sendable {
  /// The lines, by growing radius; upper half plane only, as the others are their conjugates.
  let points: [LatticePoint]
  /// Uniform phases, one a line.
  let phases: [Double]
  /// Indices of the lines whose values are known beforehand: they give the translation.
  let pilots: [Int]
  /// Indices of the lines that carry the payload.
  let data: [Int]

  /// The smallest radius of a line.
  static let innerRadius = 3
  /// The largest radius of a line.
  static let outerRadius = 24
  /// The share of lattice points that are lines.
  static let keptShare = 0.8
  /// The share of lines that are pilots.
  static let pilotShare = 0.2

  /// Derives a lattice from a secret.
  public init(secret: [UInt8]) {
    func words(_ stream: String, _ count: Int) -> [UInt32] {
      // HKDF gives at most 255 blocks, so long streams come in numbered parts.
      var words: [UInt32] = []
      var part = 0
      while words.count < count {
        let bytes = KeyDerivation.bytes(
          secret: secret, purpose: "countermark/v1/lattice-1/\(stream)/\(part)", count: 4096)
        for index in Swift.stride(from: 0, to: bytes.count, by: 4) {
          words.append(bytes[index..<(index + 4)].reduce(0) { $0 << 8 | UInt32($1) })
        }
        part += 1
      }
      return Array(words.prefix(count))
    }
    var candidates: [LatticePoint] = []
    for x in -Self.outerRadius...Self.outerRadius {
      for y in 0...Self.outerRadius where y > 0 || x > 0 {
        let square = x * x + y * y
        guard square >= Self.innerRadius * Self.innerRadius, square <= Self.outerRadius * Self.outerRadius
        else { continue }
        candidates.append(LatticePoint(x: x, y: y))
      }
    }
    let limit = UInt32(Self.keptShare * 0x1p32)
    let kept = zip(candidates, words("points", candidates.count)).filter { $0.1 < limit }.map(\.0)
    points = kept.enumerated().sorted { ($0.1.radius, $0.0) < ($1.1.radius, $1.0) }.map(\.element)
    phases = words("phases", points.count).map { 2 * Double.pi * (Double($0) + 0.5) / 0x1p32 }
    let ranks = words("roles", points.count).enumerated().sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      .map(\.offset)
    let pilotCount = Int(Double(points.count) * Self.pilotShare)
    pilots = ranks[..<pilotCount].sorted()
    // The payload's symbols are laid on the data lines in the key's order, so that no ring holds neighbouring bits.
    data = Array(ranks[pilotCount...])
  }

  /// The side of the tile, in pixels, for a picture of some size.
  ///
  /// A fifth of the geometric mean of the sides, at least 64: small enough for a crop to hold several tiles, large enough for a
  /// reduced picture to keep enough lines.
  static func tileSide(width: Int, height: Int) -> Double {
    max(smallestTile, (Double(width) * Double(height)).squareRoot() / 5)
  }

  /// The smallest side of a tile.
  static let smallestTile = 64.0
}
