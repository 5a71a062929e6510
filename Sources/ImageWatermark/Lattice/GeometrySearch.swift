import Kernels

/// Proposes the geometries in which a key's lattice may lie in a picture, cheapest guesses first.
///
/// Only magnitudes of the spectrum and the key's points are looked at, never phases: so the list does not depend on what the
/// p-value is computed from, and hypotheses are counted by the geometries *decoded*, ``mostGeometries``, not by cells visited.
///
/// Cost: the first eight are a few milliseconds; any angle at the expected tile about 30 ms; the full search 0.2 to 0.4 s.
struct GeometrySearch {
  let suspect: SuspectSpectrum
  let power: LinePower
  /// Points by growing radius, as they are and with x negated.
  private let points: [LatticePoint]
  private let xs: [Float]
  private let ys: [Float]
  private let radii: [Double]
  private let inner: Int

  /// The most geometries that are ever decoded for one key: the union bound counts all of them, however early one succeeds.
  static let mostGeometries = 36
  /// Lines up to this radius are summed apart: reductions and blur live there, crops in the outer rings.
  private static let innerRadius = 12.0
  private static let stretched = 4
  private static let anyAngle = 4
  private static let anyTile = 12

  init(suspect: SuspectSpectrum, key: LatticeKey, level: CPULevel = .active) {
    self.suspect = suspect
    power = LinePower(size: suspect.size, power: suspect.power, level: level)
    self.level = level
    points = key.points
    xs = key.points.map { Float($0.x) }
    ys = key.points.map { Float($0.y) }
    radii = key.points.map(\.radius)
    inner = radii.firstIndex { $0 >= Self.innerRadius } ?? radii.count
  }

  private let level: CPULevel

  /// The logarithm of the tile's side if the picture's frame is the marked picture's.
  private var expectedLogTile: Double {
    logarithmOf((Double(suspect.width) * Double(suspect.height)).squareRoot() / 5)
  }

  /// The highest frequency that lines of a tile reach.
  private static func rim(_ logTile: Double) -> Double {
    min(0.46, Double(LatticeKey.outerRadius) * exponentialOf(-logTile))
  }

  /// Frame unchanged or resized, quarter turns and mirrors: as they are and climbed.
  ///
  /// As they are come first: climbing can only lose where lines are very weak.
  func unchanged() -> some Sequence<LatticeGeometry> {
    var guesses: [LatticeGeometry] = []
    var tiles = [expectedLogTile]
    // A small picture has the smallest tile, which its size alone does not give away.
    let small = logarithmOf(LatticeKey.smallestTile * suspect.enlargement)
    if small > tiles[0] { tiles.append(small) }
    for tile in tiles {
      for isMirrored in [false, true] {
        for angle in [0, Double.pi / 2] {
          guesses.append(LatticeGeometry(logTile: tile, angle: angle, isMirrored: isMirrored))
        }
      }
    }
    // Lazily, since most pictures that were not changed are read at the first guess.
    return (0..<(2 * guesses.count)).lazy.map { index in
      let guess = guesses[index / 2]
      return index % 2 == 0 ? guess : climb(guess)
    }
  }

  /// Frame kept, one side stretched against the other by up to a factor of two.
  ///
  /// The area of the tile is still a 25th of the picture's, so only one number is unknown.
  func stretched() -> [LatticeGeometry] {
    let step = 0.6 / (Double(max(suspect.width, suspect.height)) * Self.rim(expectedLogTile))
    let smooth = smoothed(width: 3)
    let reach = Int((0.36 / step).rounded(.up))
    var found: [Candidate] = []
    for isMirrored in [false, true] {
      for angle in [0, Double.pi / 2] {
        for index in -reach...reach {
          let geometry = LatticeGeometry(
            logTile: expectedLogTile, angle: angle, anisotropy: Double(index) * step, isMirrored: isMirrored)
          found.append(
            Candidate(
              score: suspect.score(geometry, points: points, power: smooth), geometry: geometry, step: step))
        }
      }
    }
    var chosen: [LatticeGeometry] = []
    for candidate in Self.best(found, found.count) {
      let geometry = candidate.geometry
      let isNear = chosen.contains {
        $0.isMirrored == geometry.isMirrored && $0.angle == geometry.angle
          && abs($0.anisotropy - geometry.anisotropy) < 3 * step
      }
      if !isNear { chosen.append(geometry) }
      if chosen.count == Self.stretched { break }
    }
    return chosen.map(climb)
  }

  /// Frame kept, any angle.
  func anyAngle() -> [LatticeGeometry] {
    let side = Double(max(suspect.width, suspect.height))
    let step = 0.6 / (side * Self.rim(expectedLogTile))
    let smooth = smoothed(width: 3)
    var found: [Candidate] = []
    for isMirrored in [false, true] {
      let map = scores(
        smooth, isMirrored: isMirrored, logTiles: (-2...2).map { expectedLogTile + Double($0) * step },
        firstAngle: 0, angleStep: step, angles: Int((Double.pi / step).rounded(.up)))
      found += map.all.peaks(Self.anyAngle).map {
        Candidate(
          score: $0.score, geometry: map.geometry($0.row, $0.column, isMirrored: isMirrored), step: step)
      }
    }
    return Self.best(found, Self.anyAngle).map { climb($0.geometry) }
  }

  /// Any tile from 0.47 to 3.9 times the expected one, any angle.
  func anyTile() -> [LatticeGeometry] {
    let side = Double(max(suspect.width, suspect.height))
    let coarse = min(side, 400 * max(suspect.enlargement, 1))
    let width = side > coarse ? Int((Double(suspect.size) / coarse).rounded()) | 1 : 1
    let smooth = smoothed(width: width)
    var found: [Candidate] = []
    for isMirrored in [false, true] {
      var first = expectedLogTile - 0.75
      while first < expectedLogTile + 1.35 {
        let step = 0.75 / (coarse * Self.rim(first))
        let tiles = Swift.stride(from: first, to: first + 0.35, by: step).map { $0 }
        let maps = scores(
          smooth, isMirrored: isMirrored, logTiles: tiles, firstAngle: 0, angleStep: step,
          angles: Int((Double.pi / step).rounded(.up)))
        for map in [maps.all, maps.inner] {
          let deviation = max(map.deviation, 0.2)
          found += map.peaks(10).map {
            Candidate(
              score: $0.score / deviation, geometry: maps.geometry($0.row, $0.column, isMirrored: isMirrored),
              step: step)
          }
        }
        first += 0.35
      }
    }
    return refined(Self.best(found, 100))
  }

  /// The coarse cells looked at again with all lines on a fine grid; the best that are not the same one twice.
  private func refined(_ cells: [Candidate]) -> [LatticeGeometry] {
    let side = Double(max(suspect.width, suspect.height))
    var fine: [Candidate] = []
    for cell in cells {
      let step = 0.6 / (side * Self.rim(cell.geometry.logTile))
      let reach = Int((0.6 * cell.step / step).rounded(.up))
      let offsets = (-reach...reach).map { Double($0) * step }
      let maps = scores(
        power, isMirrored: cell.geometry.isMirrored, logTiles: offsets.map { cell.geometry.logTile + $0 },
        firstAngle: cell.geometry.angle - Double(reach) * step, angleStep: step, angles: offsets.count)
      for map in [maps.all, maps.inner] {
        guard let peak = map.peaks(1).first else { continue }
        fine.append(
          Candidate(
            score: peak.score,
            geometry: maps.geometry(peak.row, peak.column, isMirrored: cell.geometry.isMirrored), step: step))
      }
    }
    var found: [LatticeGeometry] = []
    for candidate in Self.best(fine, fine.count) {
      let geometry = candidate.geometry
      let isKnown = found.contains {
        $0.isMirrored == geometry.isMirrored && abs($0.logTile - geometry.logTile) < 0.003
          && abs($0.angle - geometry.angle) < 0.004
      }
      if !isKnown { found.append(geometry) }
      if found.count == Self.anyTile { break }
    }
    return found.map(climb)
  }

  private func climb(_ geometry: LatticeGeometry) -> LatticeGeometry {
    suspect.climbed(geometry, points: points, power: power)
  }

  private func smoothed(width: Int) -> LinePower {
    LinePower(
      size: suspect.size,
      power: PowerSmoothing.boxMean(
        suspect.power, size: suspect.size, stride: suspect.powerStride, width: width), level: level)
  }

  private struct Candidate {
    var score: Double
    var geometry: LatticeGeometry
    var step: Double
  }

  /// The best by score; equal scores keep their order, so that the list is the same everywhere.
  private static func best(_ candidates: [Candidate], _ count: Int) -> [Candidate] {
    candidates.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .prefix(count).map(\.element)
  }
}

// MARK: - Maps of scores

extension GeometrySearch {
  /// Scores over tiles (rows) and angles (columns), for all lines and for the inner ones.
  private struct Maps {
    var all: ScoreMap
    var inner: ScoreMap
    var logTiles: [Double]
    var firstAngle: Double
    var angleStep: Double

    func geometry(_ row: Int, _ column: Int, isMirrored: Bool) -> LatticeGeometry {
      LatticeGeometry(
        logTile: logTiles[row], angle: firstAngle + Double(column) * angleStep, isMirrored: isMirrored)
    }
  }

  private func scores(
    _ power: LinePower, isMirrored: Bool, logTiles: [Double], firstAngle: Double, angleStep: Double,
    angles: Int
  ) -> Maps {
    var all = ScoreMap(rows: logTiles.count, columns: angles)
    var near = all
    let gains = logTiles.map { Float(Double(power.size) * exponentialOf(-$0)) }
    // Lines beyond the picture's frequencies do not count; too few say nothing.
    let counts = logTiles.map { tile -> UInt32 in
      let limit = 0.46 * exponentialOf(tile)
      let count = radii.partitioningIndex { $0 >= limit }
      return count < 25 ? 0 : UInt32(count)
    }
    var x = [Float](repeating: 0, count: points.count)
    var y = x
    for column in 0..<angles {
      let angle = firstAngle + Double(column) * angleStep
      let (cosine, sine) = (Float(cosineOf(angle)), Float(sineOf(angle)))
      for index in points.indices {
        let px = isMirrored ? -xs[index] : xs[index]
        let (fx, fy) = (px * cosine - ys[index] * sine, px * sine + ys[index] * cosine)
        // A line and its conjugate have the same power: the one on the right is asked.
        (x[index], y[index]) = fx < 0 ? (-fx, -fy) : (fx, fy)
      }
      let sums = power.sums(x: x, y: y, inner: inner, gains: gains, counts: counts)
      for row in logTiles.indices where counts[row] > 0 {
        let count = Int(counts[row])
        let scale = Double(LinePower.scale)
        all[row, column] = Float(
          (Double(sums.all[row]) / scale - Double(count)) / Double(max(count, 40)).squareRoot())
        let few = min(count, inner)
        near[row, column] = Float(
          (Double(sums.inner[row]) / scale - Double(few)) / Double(max(few, 40)).squareRoot())
      }
    }
    return Maps(all: all, inner: near, logTiles: logTiles, firstAngle: firstAngle, angleStep: angleStep)
  }
}

/// A small map of scores and its highest places.
struct ScoreMap {
  let rows: Int
  let columns: Int
  private var values: [Float]

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    values = [Float](repeating: -9, count: rows * columns)
  }

  subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The deviation of all values.
  var deviation: Double {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(max(values.count, 1))
    let square = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (square / Double(max(values.count, 1))).squareRoot()
  }

  /// Up to `count` places by falling score, none within two cells of another, none below zero.
  func peaks(_ count: Int) -> [(score: Double, row: Int, column: Int)] {
    var left = values
    var found: [(score: Double, row: Int, column: Int)] = []
    while found.count < count {
      var best = -1
      var most: Float = 0
      for (index, value) in left.enumerated() where value > most || (best < 0 && value == 0) {
        (best, most) = (index, value)
      }
      guard best >= 0 else { break }
      let (row, column) = (best / columns, best % columns)
      found.append((Double(most), row, column))
      for near in max(0, row - 2)...min(rows - 1, row + 2) {
        for beside in max(0, column - 2)...min(columns - 1, column + 2) { left[near * columns + beside] = -9 }
      }
    }
    return found
  }
}

extension Array {
  /// The first index whose element is in the second part, where no element of the first part follows one of the second.
  func partitioningIndex(where isInSecondPart: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
