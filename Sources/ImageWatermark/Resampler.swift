#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Changes the size of a plane with a filter that widens when the plane gets smaller, so that nothing aliases.
///
/// Enlarging uses a bicubic kernel (a = −0.5), reducing a Lanczos kernel of three lobes. Separable; the direction that leaves less
/// for the other comes first.
enum Resampler {
  /// The plane at another size.
  static func resize(_ plane: Plane, width: Int, height: Int) -> Plane {
    // A pass along columns goes sample by sample over whole rows, which is fast: it may as well reduce them first.
    if height < plane.height { return horizontal(vertical(plane, height: height), width: width) }
    return vertical(horizontal(plane, width: width), height: height)
  }

  private struct Weights {
    var starts: [Int] = []
    var counts: [Int] = []
    var values: [Float] = []
    var most = 0
  }

  private static func weights(from source: Int, to target: Int) -> Weights {
    let scale = Double(source) / Double(target)
    let isReduced = scale > 1
    let support = (isReduced ? 3.0 : 2.0) * max(scale, 1)
    let stretch = 1 / max(scale, 1)
    var weights = Weights()
    var rows: [[Double]] = []
    for index in 0..<target {
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int((centre - support + 0.5).rounded(.down)))
      let last = min(source, Int((centre + support + 0.5).rounded(.down)))
      var row: [Double] = []
      for place in first..<max(last, first + 1) {
        let distance = (Double(place) - centre + 0.5) * stretch
        row.append(isReduced ? lanczos(distance) : cubic(distance))
      }
      let sum = row.reduce(0, +)
      rows.append(row.map { $0 / (sum == 0 ? 1 : sum) })
      weights.starts.append(min(first, source - 1))
      weights.counts.append(row.count)
      weights.most = max(weights.most, row.count)
    }
    for row in rows {
      weights.values += row.map(Float.init) + [Float](repeating: 0, count: weights.most - row.count)
    }
    return weights
  }

  private static func cubic(_ x: Double) -> Double {
    let x = abs(x)
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
  }

  private static func lanczos(_ x: Double) -> Double {
    if x == 0 { return 1 }
    guard abs(x) < 3 else { return 0 }
    let angle = Double.pi * x
    return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
  }

  private static func horizontal(_ plane: Plane, width: Int) -> Plane {
    guard width != plane.width else { return plane }
    let weights = weights(from: plane.width, to: width)
    let source = plane.width
    let made = plane.samples.withUnsafeBufferPointer { samples in
      weights.values.withUnsafeBufferPointer { values in
        weights.starts.withUnsafeBufferPointer { starts in
          weights.counts.withUnsafeBufferPointer { counts in
            [Float](unsafeUninitializedCapacity: width * plane.height) { out, filled in
              for y in 0..<plane.height {
                for x in 0..<width {
                  let start = y * source + starts[x]
                  let weight = x * weights.most
                  // Four sums, so that an addition need not wait for the last one.
                  var sums = SIMD4<Float>.zero
                  var index = 0
                  while index + 4 <= counts[x] {
                    sums += SIMD4(
                      values[weight + index] * samples[start + index],
                      values[weight + index + 1] * samples[start + index + 1],
                      values[weight + index + 2] * samples[start + index + 2],
                      values[weight + index + 3] * samples[start + index + 3])
                    index += 4
                  }
                  var sum = sums.sum()
                  while index < counts[x] {
                    sum += values[weight + index] * samples[start + index]
                    index += 1
                  }
                  out[y * width + x] = sum
                }
              }
              filled = width * plane.height
            }
          }
        }
      }
    }
    return Plane(width: width, height: plane.height, samples: made)
  }

  private static func vertical(_ plane: Plane, height: Int) -> Plane {
    guard height != plane.height else { return plane }
    let weights = weights(from: plane.height, to: height)
    let width = plane.width
    var out = [Float](repeating: 0, count: width * height)
    plane.samples.withUnsafeBufferPointer { samples in
      out.withUnsafeMutableBufferPointer { out in
        for y in 0..<height {
          let row = UnsafeMutableBufferPointer(rebasing: out[(y * width)..<((y + 1) * width)])
          for index in 0..<weights.counts[y] {
            let weight = weights.values[y * weights.most + index]
            let place = (weights.starts[y] + index) * width
            let source = UnsafeBufferPointer(rebasing: samples[place..<(place + width)])
            for x in 0..<width { row[x] += weight * source[x] }
          }
        }
      }
    }
    return Plane(width: width, height: height, samples: out)
  }
}
