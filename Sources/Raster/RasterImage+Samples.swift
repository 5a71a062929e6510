extension RasterImage {
  /// The weights of luma: ITU-R BT.601.
  private static let weights: (Float, Float, Float) = (0.299, 0.587, 0.114)

  /// Luma on the scale 0 to 255, one a pixel; alpha is ignored.
  public func luma() -> [Float] {
    switch samples {
    case .bytes(let bytes): Self.luma(bytes, model: model, scale: 1)
    case .words(let words): Self.luma(words, model: model, scale: 255 / 65_535)
    }
  }

  private static func luma<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: [Sample], model: ColorModel, scale: Float
  ) -> [Float] {
    let step = model.channelCount
    let count = samples.count / step
    return [Float](unsafeUninitializedCapacity: count) { out, filled in
      samples.withUnsafeBufferPointer { samples in
        if step < 3 {
          for index in 0..<count { out[index] = Float(samples[index * step]) * scale }
        } else {
          for index in 0..<count {
            let place = index * step
            out[index] =
              (weights.0 * Float(samples[place]) + weights.1 * Float(samples[place + 1]) + weights.2
                * Float(samples[place + 2])) * scale
          }
        }
      }
      filled = count
    }
  }

  /// Red, green and blue in 8 bits, three bytes a pixel; gray three times, alpha left out.
  public func rgbBytes() -> [UInt8] {
    switch samples {
    case .bytes(let bytes):
      if model == .rgb { return bytes }
      return Self.rgb(bytes, model: model) { $0 }
    case .words(let words): return Self.rgb(words, model: model) { UInt8((Int($0) * 255 + 32_767) / 65_535) }
    }
  }

  private static func rgb<Sample>(
    _ samples: [Sample], model: ColorModel, _ byte: (Sample) -> UInt8
  ) -> [UInt8] {
    let step = model.channelCount
    let count = samples.count / step
    return [UInt8](unsafeUninitializedCapacity: count * 3) { out, filled in
      for index in 0..<count {
        let place = index * step
        for channel in 0..<3 { out[index * 3 + channel] = byte(samples[step < 3 ? place : place + channel]) }
      }
      filled = count * 3
    }
  }

  /// The picture with a change of luma added to each colour channel, rounded to whole levels and kept in range.
  ///
  /// - Parameters:
  ///   - change: one value a pixel on the scale of 255; 16-bit pictures get 257 times as much.
  ///   - gain: a factor for all of it.
  /// - Returns: the picture, and the mean squared error over the colour channels on the scale of 255.
  public func adding(_ change: [Float], gain: Float) -> (image: RasterImage, meanSquaredError: Double) {
    precondition(change.count == width * height, "one value a pixel")
    let error: Double
    let made: Samples
    switch samples {
    case .bytes(let bytes):
      let result = Self.adding(bytes, change, gain: gain, model: model)
      (made, error) = (.bytes(result.0), result.1)
    case .words(let words):
      let result = Self.adding(words, change, gain: gain * 257, model: model)
      (made, error) = (.words(result.0), result.1 / (257 * 257))
    }
    return (RasterImage(width: width, height: height, model: model, samples: made), error)
  }

  private static func adding<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: [Sample], _ change: [Float], gain: Float, model: ColorModel
  ) -> ([Sample], Double) {
    let step = model.channelCount
    let colours = step < 3 ? 1 : 3
    let most = Float(Sample.max)
    var total = 0.0
    var out = samples
    out.withUnsafeMutableBufferPointer { out in
      change.withUnsafeBufferPointer { change in
        for start in Swift.stride(from: 0, to: change.count, by: 1024) {
          let end = min(start + 1024, change.count)
          // Channel by channel, so that the sums do not wait for each other.
          for channel in 0..<colours {
            var part: Float = 0
            for index in start..<end {
              let old = Float(out[index * step + channel])
              // Adding 1.5 · 2²³ leaves the nearest whole number, halves to even, in the lowest bits.
              let shifted = min(max(old + gain * change[index], 0), most) + 12_582_912
              out[index * step + channel] = Sample(truncatingIfNeeded: shifted.bitPattern)
              let moved = (shifted - 12_582_912) - old
              part += moved * moved
            }
            total += Double(part)
          }
        }
      }
    }
    return (out, total / Double(change.count * colours))
  }
}
