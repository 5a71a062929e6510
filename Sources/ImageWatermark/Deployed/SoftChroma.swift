import Kernels
import Raster

/// The U channel of a picture in single precision, for soft reading: rounding of the last digit does not matter there.
struct SoftChroma {
  private let width: Int
  private let height: Int
  private let samples: [Float]

  init(_ image: RasterImage, feed: DeployedFeed) {
    (width, height) = (image.width, image.height)
    let rgb = image.rgbBytes()
    let count = width * height
    let (blue, red) = feed.order == .bgr ? (2, 0) : (0, 2)
    samples = [Float](unsafeUninitializedCapacity: count) { out, filled in
      rgb.withUnsafeBufferPointer { rgb in
        switch feed.arithmetic {
        case .uint8:
          for index in 0..<count {
            let b = Int32(rgb[3 * index + blue])
            let (g, r) = (Int32(rgb[3 * index + 1]), Int32(rgb[3 * index + red]))
            out[index] = Float(FixedPoint.u(b, FixedPoint.luma(b, g, r)))
          }
        case .float32:
          for index in 0..<count {
            let b = Float(rgb[3 * index + blue])
            let (g, r) = (Float(rgb[3 * index + 1]), Float(rgb[3 * index + red]))
            out[index] = (b - (b * 0.114 + g * 0.587 + r * 0.299)) * 0.492 + 0.5
          }
        }
      }
      filled = count
    }
  }

  /// The Haar approximation whose cells begin at an even or odd column and row: one serves a quarter of all grid positions.
  func approximation(_ parity: DeployedFinding.Phase) -> Grid {
    let (rows, columns) = ((height - parity.y) / 2, (width - parity.x) / 2)
    var values = [Float](repeating: 0, count: rows * columns)
    samples.withUnsafeBufferPointer { samples in
      values.withUnsafeMutableBufferPointer { values in
        for row in 0..<rows {
          let upper = (parity.y + 2 * row) * width + parity.x
          for column in 0..<columns {
            let (left, right) = (upper + 2 * column, upper + 2 * column + 1)
            let sum = samples[left] + samples[right] + samples[left + width] + samples[right + width]
            values[row * columns + column] = 0.5 * sum
          }
        }
      }
    }
    return Grid(width: width, height: height, columns: columns, values: values)
  }

  /// An approximation, and the picture's size that decides which blocks are whole.
  struct Grid {
    let width: Int
    let height: Int
    let columns: Int
    let values: [Float]

    /// The votes at a grid position of this approximation's parity.
    func votes(
      _ phase: DeployedFinding.Phase, methods: [DeployedMethod]
    ) -> (largest: [Float], singular: [Float]) {
      var readings: BlockVoteKernel.Readings = []
      if methods.contains(.dwtDct) { readings.insert(.largest) }
      if methods.contains(.dwtDctSvd) { readings.insert(.singular) }
      return BlockVoteKernel(step: Float(DeployedMethod.step)).votes(
        values, stride: columns, x: phase.x / 2, y: phase.y / 2, columns: (width - phase.x) / 8,
        rows: (height - phase.y) / 8, readings: readings)
    }
  }
}

/// Mean votes bit by bit for many messages, with one pass over the blocks for several lengths at once.
struct MessageFolds {
  private struct Fold {
    var period: Int
    /// Messages whose length divides the period.
    var messages: [Int]
  }

  private let lengths: [Int]
  private let folds: [Fold]

  /// Periods stay small enough to be added up in the first cache level.
  private static let longestPeriod = 1024

  init(_ messages: [DeployedMessage]) {
    lengths = messages.map(\.bits.count)
    var folds: [Fold] = []
    for (index, length) in lengths.enumerated() where length > 0 {
      func common(_ fold: Fold) -> Int { fold.period / Self.divisor(fold.period, length) * length }
      if let place = folds.firstIndex(where: { common($0) <= max(Self.longestPeriod, $0.period) }) {
        folds[place].period = common(folds[place])
        folds[place].messages.append(index)
      } else {
        folds.append(Fold(period: length, messages: [index]))
      }
    }
    self.folds = folds
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

  /// One list a message, empty where there are fewer blocks than bits.
  func means(_ votes: [Float]) -> [[Double]] {
    var out = [[Double]](repeating: [], count: lengths.count)
    for fold in folds {
      var sums = [Float](repeating: 0, count: fold.period)
      votes.withUnsafeBufferPointer { votes in
        sums.withUnsafeMutableBufferPointer { sums in
          for start in stride(from: 0, to: votes.count, by: fold.period) {
            for place in 0..<min(fold.period, votes.count - start) { sums[place] += votes[start + place] }
          }
        }
      }
      for message in fold.messages where votes.count >= lengths[message] {
        let length = lengths[message]
        var means = [Double](repeating: 0, count: length)
        for (place, sum) in sums.enumerated() { means[place % length] += Double(sum) }
        for bit in 0..<length { means[bit] /= Double((votes.count - bit + length - 1) / length) }
        out[message] = means
      }
    }
    return out
  }
}
