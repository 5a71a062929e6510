import CKernels

/// Divides each neighbourhood of a plane by the root of its own power spectrum.
///
/// Blocks of 32 × 32 samples, half overlapping, under a sine window; the power is smoothed over 3 × 3 bins. A block full of
/// parallel edges keeps its clean directions, so a faint periodic pattern stands out everywhere. Zero frequency goes.
/// Equal bit for bit at every ``CPULevel``. Cost: about 25 ns a sample.
public struct BlockWhitening: Sendable {
  private let transform: FourierTransform
  private let window: [Float]
  private static let block = Int(CM_BLOCK)
  private static let group = Int(CM_BLOCK_GROUP)

  /// What is added to the power, relative to the window's energy.
  public static let floor: Float = 0.05

  /// Prepares the window and the transform.
  public init(level: CPULevel = .active) {
    transform = FourierTransform(count: Self.block, level: level)
    window = (0..<Self.block).map { Float(sine(Double.pi * (Double($0) + 0.5) / Double(Self.block))) }
  }

  /// The whitened plane, of the same size.
  public func callAsFunction(_ plane: [Float], width: Int, height: Int) -> [Float] {
    precondition(plane.count == width * height && width > 0 && height > 0, "a plane of its size")
    let half = Self.block / 2
    func blocks(_ count: Int) -> Int { (count + half - 1) / half + 1 }
    let rows = blocks(height)
    let columns = blocks(width)
    // Half a block on every side, and room for a whole group at the end of a row.
    let stride = ((columns + Self.group - 1) / Self.group * Self.group + 1) * half
    var padded = [Float](repeating: 0, count: (rows + 1) * half * stride)
    let places = (0..<((columns + 1) * half)).map { Self.mirrored($0 - half, count: width) }
    plane.withUnsafeBufferPointer { plane in
      padded.withUnsafeMutableBufferPointer { padded in
        for y in 0..<((rows + 1) * half) {
          let source = Self.mirrored(y - half, count: height) * width
          let target = y * stride
          for x in 0..<half { padded[target + x] = plane[source + places[x]] }
          for x in 0..<width { padded[target + half + x] = plane[source + x] }
          for x in (half + width)..<max(places.count, half + width) {
            padded[target + x] = plane[source + places[x]]
          }
        }
      }
    }
    var out = [Float](repeating: 0, count: padded.count)
    var scratch = [Float](repeating: 0, count: Int(CM_WHITEN_SCRATCH))
    let table = transform.level.imageTable
    let floor = Self.floor * window.reduce(0) { $0 + $1 * $1 } * window.reduce(0) { $0 + $1 * $1 }
    padded.withUnsafeBufferPointer { padded in
      out.withUnsafeMutableBufferPointer { out in
        for row in 0..<rows {
          for column in Swift.stride(from: 0, to: columns, by: Self.group) {
            let place = row * half * stride + column * half
            table.whiten_blocks!(
              padded.baseAddress! + place, out.baseAddress! + place, stride,
              min(Self.group, columns - column), window, floor, transform.twiddles, transform.reversed,
              &scratch)
          }
        }
      }
    }
    var whitened = [Float](repeating: 0, count: plane.count)
    out.withUnsafeBufferPointer { out in
      whitened.withUnsafeMutableBufferPointer { whitened in
        for y in 0..<height {
          let source = (y + half) * stride + half
          for x in 0..<width { whitened[y * width + x] = out[source + x] }
        }
      }
    }
    return whitened
  }

  /// The index that a border stands for: d c b | a b c d | c b a.
  static func mirrored(_ index: Int, count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return place < count ? place : period - place
  }
}
