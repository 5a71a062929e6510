import Kernels

/// Reads lattice marks of one key out of spectra.
///
/// The proof of the bound: given the picture, the key's points fix the geometries that are tried; the key's phases are uniform
/// and independent of them. For one geometry and one translation the statistic is S = Σ aⱼ cos Uⱼ with fixed aⱼ, and
/// E exp(λ a cos U) = I₀(λ a) ≤ exp(λ² a² ⁄ 4), so P(S ≥ s) ≤ exp(−s² ⁄ Σ aⱼ²): for every picture, even one made by somebody
/// who does not have the key. The union runs over all geometries, both half turns, all translations, and all payloads.
public struct LatticeReader: Sendable {
  /// The key.
  public let key: LatticeKey
  /// The payload lengths that are tried, in bits.
  public let lengths: [Int]
  private let level: CPULevel

  /// The translation grid along each side of a tile.
  static let shifts = 256
  /// How many translations of a geometry are decoded.
  private static let translations = 8
  /// How many paths of the code are checked.
  private static let paths = 16

  /// How far a picture may have been changed.
  public enum Effort: String, CaseIterable, Sendable {
    /// The frame as it was marked, resized, stretched, turned by quarters or mirrored: milliseconds once the spectrum is there.
    case unchanged
    /// Everything: any angle, any crop.
    case full
  }

  /// Makes a reader.
  public init(key: LatticeKey, lengths: [Int] = LatticePayload.lengths, level: CPULevel = .active) {
    (self.key, self.lengths, self.level) = (key, lengths, level)
  }

  /// Looks for the mark.
  ///
  /// - Parameter logThreshold: the bound, as a natural logarithm, at which a payload is accepted and the search stops.
  public func read(
    _ suspect: SuspectSpectrum, effort: Effort = .full, logThreshold: Double
  ) -> LatticeDetection {
    let search = GeometrySearch(suspect: suspect, key: key, level: level)
    var best = LatticeDetection(
      payload: nil, logPValue: 0, geometry: LatticeGeometry(logTile: 0, angle: 0), tried: 0,
      enlargement: suspect.enlargement, width: suspect.width, height: suspect.height)
    let stages: [() -> any Sequence<LatticeGeometry>] =
      effort == .full
      ? [search.unchanged, search.stretched, search.anyAngle, search.anyTile]
      : [search.unchanged, search.stretched]
    for stage in stages {
      for geometry in stage() {
        best.tried += 1
        read(suspect, geometry, logThreshold: logThreshold, best: &best)
        if best.payload != nil { return best }
      }
    }
    return best
  }

  /// The hypotheses among which the union bound chooses, without payloads.
  private static let logUnion = logarithmOf(
    Double(GeometrySearch.mostGeometries * 2) * Double(shifts) * Double(shifts))

  private func read(
    _ suspect: SuspectSpectrum, _ geometry: LatticeGeometry, logThreshold: Double,
    best: inout LatticeDetection
  ) {
    let lines = suspect.lines(geometry, points: key.points)
    let gains = ringGains(lines)
    for candidate in translations(lines, gains: gains) {
      var values = [Complex](repeating: .zero, count: lines.count)
      for index in lines.indices {
        let line = candidate.isHalfTurned ? lines[index].conjugate : lines[index]
        let point = key.points[index]
        let turns = Double(point.x * candidate.x + point.y * candidate.y) / Double(Self.shifts)
        values[index] =
          line * Complex.unit(2 * Double.pi * turns - key.phases[index]) * gains[index].squareRoot()
      }
      let energy = key.pilots.reduce(0.0) { $0 + values[$1].squaredMagnitude }
      if energy > 0, candidate.score > 0 {
        let bound = min(0, -candidate.score * candidate.score / energy + Self.logUnion)
        if bound < best.logPValue {
          best.logPValue = bound
          (best.geometry, best.shift, best.isHalfTurned) =
            (geometry, (candidate.x, candidate.y), candidate.isHalfTurned)
        }
      }
      for length in lengths {
        guard
          let (payload, bound) = decode(values, gains: gains, length: length, logThreshold: logThreshold)
        else { continue }
        best.payload = payload
        best.logPValue = min(bound, best.logPValue)
        (best.geometry, best.shift, best.isHalfTurned) =
          (geometry, (candidate.x, candidate.y), candidate.isHalfTurned)
        return
      }
    }
  }

  /// How much the lines of each of six rings rise above noise; from magnitudes only.
  private func ringGains(_ lines: [Complex]) -> [Double] {
    let inner = Double(LatticeKey.innerRadius)
    let span = Double(LatticeKey.outerRadius) - inner + 0.01
    let rings = key.points.map { min(Int(($0.radius - inner) / span * 6), 5) }
    var sums = [Double](repeating: 0, count: 6)
    var counts = sums
    for (ring, line) in zip(rings, lines) {
      sums[ring] += line.squaredMagnitude
      counts[ring] += 1
    }
    let gains = zip(sums, counts).map { max(0.03, $0 / max($1, 1) - 0.6) }
    return rings.map { gains[$0] }
  }

  private func decode(
    _ values: [Complex], gains: [Double], length: Int, logThreshold: Double
  ) -> (LatticePayload, Double)? {
    let codeLength = LatticeCode.codeLength(payload: length)
    var soft = [Float](repeating: 0, count: codeLength)
    for (place, index) in key.data.enumerated() {
      let weight = gains[index].squareRoot().squareRoot()
      soft[2 * place % codeLength] += Float(values[index].re * weight)
      soft[(2 * place + 1) % codeLength] += Float(values[index].im * weight)
    }
    let energy = values.reduce(0.0) { $0 + $1.squaredMagnitude }
    let logHypotheses =
      Self.logUnion + Double(length) * 0.6931471805599453 + logarithmOf(Double(lengths.count))
    var found: (LatticePayload, Double)?
    let decoder = ListViterbi(soft: soft, inputs: length + LatticeCode.checkBits)
    decoder.paths(limit: Self.paths) { bits in
      let payload = Array(bits[..<length])
      guard Array(bits[length...]) == LatticeCode.check(payload) else { return false }
      let symbols = LatticeSymbols.values(of: payload, key: key)
      let sum = zip(values, symbols).reduce(0.0) { $0 + ($1.0 * $1.1.conjugate).re }
      let bound = -sum * sum / energy + logHypotheses
      guard sum > 0, bound <= logThreshold else { return false }
      found = (LatticePayload(unchecked: payload), bound)
      return true
    }
    return found
  }
}

// MARK: - Calibration

extension LatticeReader {
  /// The agreement of the pilots at one geometry and translation, in deviations of its null distribution.
  ///
  /// Given the picture this is a sum of cosines of uniform phases over keys: nearly standard normal, with the proved bound
  /// P(z ≥ t) ≤ exp(−t² ⁄ 2). For testing the null model on one's own pictures.
  public func pilotDeviations(_ suspect: SuspectSpectrum, tileSide: Double, x: Int, y: Int) -> Double {
    let geometry = LatticeGeometry(logTile: logarithmOf(tileSide * suspect.enlargement), angle: 0)
    let lines = suspect.lines(geometry, points: key.points)
    let gains = ringGains(lines)
    var (sum, energy) = (0.0, 0.0)
    for index in key.pilots {
      let point = key.points[index]
      let turns = Double(point.x * x + point.y * y) / Double(Self.shifts)
      let value =
        lines[index] * Complex.unit(2 * Double.pi * turns - key.phases[index]) * gains[index].squareRoot()
      sum += value.re
      energy += value.squaredMagnitude
    }
    return energy > 0 ? sum / (energy / 2).squareRoot() : 0
  }
}

// MARK: - Translation

extension LatticeReader {
  private struct Translation {
    var score: Double
    var x: Int
    var y: Int
    var isHalfTurned: Bool
  }

  /// The translations at which the pilots agree most, for the picture and for its half turn.
  private func translations(_ lines: [Complex], gains: [Double]) -> [Translation] {
    var found: [Translation] = []
    for isHalfTurned in [false, true] {
      var map = pilotMap(lines, gains: gains, isHalfTurned: isHalfTurned)
      let count = Self.shifts
      for _ in 0..<Self.translations {
        var best = 0
        for index in map.indices where map[index] > map[best] { best = index }
        let (y, x) = (best / count, best % count)
        found.append(Translation(score: Double(map[best]), x: x, y: y, isHalfTurned: isHalfTurned))
        for dy in -2...2 {
          for dx in -2...2 { map[((y + dy) & (count - 1)) * count + ((x + dx) & (count - 1))] = -1e9 }
        }
      }
    }
    return found.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .prefix(Self.translations).map(\.element)
  }

  /// Σ Re(Zₖ exp(2πi k·d ⁄ 256)) over the pilots for every translation d: an inverse transform of 49 rows of lines.
  private func pilotMap(_ lines: [Complex], gains: [Double], isHalfTurned: Bool) -> [Float] {
    let count = Self.shifts
    let lanes = FourierTransform.lanes
    let transform = FourierTransform(count: count, level: level)
    // Along x: one signal a row of the lattice, y from 0 to the outer radius.
    let rows = LatticeKey.outerRadius + 1
    let groups = (rows + lanes - 1) / lanes
    var re = [[Float]](repeating: [Float](repeating: 0, count: count * lanes), count: groups)
    var im = re
    for index in key.pilots {
      let line = isHalfTurned ? lines[index].conjugate : lines[index]
      let value = line * Complex.unit(-key.phases[index]) * gains[index].squareRoot()
      let point = key.points[index]
      let place = (point.x & (count - 1)) * lanes + point.y % lanes
      re[point.y / lanes][place] += Float(value.re)
      im[point.y / lanes][place] += Float(value.im)
    }
    for group in 0..<groups { transform.forward(&im[group], &re[group]) }
    // Along y: eight translations in x at a time.
    var map = [Float](repeating: 0, count: count * count)
    var columnRe = [Float](repeating: 0, count: count * lanes)
    var columnIm = columnRe
    for start in Swift.stride(from: 0, to: count, by: lanes) {
      for index in columnRe.indices { (columnRe[index], columnIm[index]) = (0, 0) }
      for row in 0..<rows {
        for lane in 0..<lanes {
          columnRe[row * lanes + lane] = re[row / lanes][(start + lane) * lanes + row % lanes]
          columnIm[row * lanes + lane] = im[row / lanes][(start + lane) * lanes + row % lanes]
        }
      }
      transform.forward(&columnIm, &columnRe)
      for y in 0..<count {
        for lane in 0..<lanes { map[y * count + start + lane] = columnRe[y * lanes + lane] }
      }
    }
    return map
  }
}

/// The values that lines take for a payload: one for a pilot, one of four phases for two code bits on a data line.
enum LatticeSymbols {
  static func values(of payload: [Bool], key: LatticeKey) -> [Complex] {
    let code = LatticeCode.encode(payload)
    var values = [Complex](repeating: Complex(re: 1, im: 0), count: key.points.count)
    let root = 0.5.squareRoot()
    for (place, index) in key.data.enumerated() {
      values[index] = Complex(
        re: code[2 * place % code.count] ? root : -root, im: code[(2 * place + 1) % code.count] ? root : -root
      )
    }
    return values
  }
}
