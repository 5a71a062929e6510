import CKernels

/// The discrete Fourier transform of a power-of-two length, of eight signals side by side.
///
/// X(k) = Σ x(j) exp(−2πi jk ⁄ n), in place, single precision; the relative error grows as log₂ n roundings. Equal bit for
/// bit at every ``CPULevel``. Cost: about 4 ns a sample of eight lanes at n = 2048.
public struct FourierTransform: Sendable {
  /// The length.
  public let count: Int
  /// The level that runs.
  public let level: CPULevel
  let twiddles: [Float]
  let reversed: [UInt32]

  /// Signals that are transformed side by side: sample i of signal l lies at 8 i + l.
  public static let lanes = Int(CM_LANES)

  /// Prepares transforms of `count` samples, a power of two up to 2²⁰.
  public init(count: Int, level: CPULevel = .active) {
    precondition(count > 0 && count <= 1 << 20 && count & (count - 1) == 0, "a power of two")
    self.count = count
    self.level = level
    var twiddles: [Float] = []
    for k in 0..<max(count / 2, 1) {
      let angle = 2 * Double.pi * Double(k) / Double(count)
      twiddles += [Float(cosine(angle)), Float(-sine(angle))]
    }
    self.twiddles = twiddles
    let bits = count.trailingZeroBitCount
    reversed = (0..<count).map { index in
      var place: UInt32 = 0
      for bit in 0..<bits where index >> bit & 1 == 1 { place |= 1 << UInt32(bits - 1 - bit) }
      return place
    }
  }

  /// Transforms eight signals in place; each array holds 8 × ``count`` samples.
  ///
  /// Exchange the two arguments for the inverse, which is then larger by a factor of ``count``.
  public func forward(_ real: inout [Float], _ imaginary: inout [Float]) {
    precondition(
      real.count == count * Self.lanes && imaginary.count == real.count, "eight signals of \(count)")
    level.imageTable.fft_lanes!(&real, &imaginary, count, twiddles, reversed)
  }
}

/// The spectrum of a real plane: all rows of frequencies, the columns from 0 to half the size.
///
/// The other half is its conjugate: F(−k) = F(k)*.
public struct HalfSpectrum: Sendable {
  /// Rows, and the size of the transform.
  public let size: Int
  /// Floats from one row to the next; columns beyond size ⁄ 2 hold nothing.
  public let stride: Int
  /// Real parts.
  public var real: [Float]
  /// Imaginary parts.
  public var imaginary: [Float]

  /// Transforms a plane padded with zeros to `transform.count` in both directions, its centre at the origin.
  public init(
    _ plane: [Float], width: Int, height: Int, transform: FourierTransform
  ) {
    let size = transform.count
    precondition(plane.count == width * height && width <= size && height <= size, "the plane fits")
    self.size = size
    stride = size / 2 + FourierTransform.lanes
    real = [Float](repeating: 0, count: size * stride)
    imaginary = real
    transformRows(plane, width: width, height: height, transform: transform)
    transformColumns(transform)
  }

  /// Two real rows make one complex signal, so sixteen rows are transformed at a time.
  private mutating func transformRows(
    _ plane: [Float], width: Int, height: Int, transform: FourierTransform
  ) {
    let lanes = FourierTransform.lanes
    let size = size
    let stride = stride
    var re = [Float](repeating: 0, count: size * lanes)
    var im = re
    for start in Swift.stride(from: 0, to: height, by: 2 * lanes) {
      for index in re.indices { (re[index], im[index]) = (0, 0) }
      let rows = min(2 * lanes, height - start)
      plane.withUnsafeBufferPointer { plane in
        re.withUnsafeMutableBufferPointer { re in
          im.withUnsafeMutableBufferPointer { im in
            for row in 0..<rows {
              let source = (start + row) * width
              let lane = row % lanes
              for x in 0..<width {
                let place = (x - width / 2) & (size - 1)
                if row < lanes {
                  re[place * lanes + lane] = plane[source + x]
                } else {
                  im[place * lanes + lane] = plane[source + x]
                }
              }
            }
          }
        }
      }
      transform.forward(&re, &im)
      re.withUnsafeBufferPointer { re in
        im.withUnsafeBufferPointer { im in
          real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
              for row in 0..<rows {
                let target = ((start + row - height / 2) & (size - 1)) * stride
                let lane = row % lanes
                for k in 0...(size / 2) {
                  let p = k * lanes + lane
                  let q = ((size - k) & (size - 1)) * lanes + lane
                  if row < lanes {
                    real[target + k] = 0.5 * (re[p] + re[q])
                    imaginary[target + k] = 0.5 * (im[p] - im[q])
                  } else {
                    real[target + k] = 0.5 * (im[p] + im[q])
                    imaginary[target + k] = 0.5 * (re[q] - re[p])
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private mutating func transformColumns(_ transform: FourierTransform) {
    let lanes = FourierTransform.lanes
    var re = [Float](repeating: 0, count: size * lanes)
    var im = re
    let (size, stride) = (size, stride)
    for start in Swift.stride(from: 0, to: stride, by: lanes) {
      Self.copyLanes(from: real, to: &re, rows: size, source: (start, stride), target: (0, lanes))
      Self.copyLanes(from: imaginary, to: &im, rows: size, source: (start, stride), target: (0, lanes))
      transform.forward(&re, &im)
      Self.copyLanes(from: re, to: &real, rows: size, source: (0, lanes), target: (start, stride))
      Self.copyLanes(from: im, to: &imaginary, rows: size, source: (0, lanes), target: (start, stride))
    }
  }

  /// Copies eight neighbours of each row; source and target are a first place and the distance between rows.
  private static func copyLanes(
    from: [Float], to: inout [Float], rows: Int, source: (Int, Int), target: (Int, Int)
  ) {
    from.withUnsafeBufferPointer { from in
      to.withUnsafeMutableBufferPointer { to in
        for row in 0..<rows {
          let (a, b) = (source.0 + row * source.1, target.0 + row * target.1)
          for lane in 0..<FourierTransform.lanes { to[b + lane] = from[a + lane] }
        }
      }
    }
  }
}
