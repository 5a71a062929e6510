import Kernels
import TestSupport
import Testing

@Suite("Planes and spectra")
struct PlaneKernelTests {
  private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -3...3, using: &generator) }
  }

  /// Sizes with tails of every kind, and planes smaller than the kernel.
  static let shapes = [(1, 1), (2, 3), (7, 5), (8, 8), (13, 40), (65, 17), (100, 64), (131, 33)]

  @Test(
    "filters equal the plain Swift ones bit for bit at every level", arguments: CPULevel.available, shapes)
  func filters(level: CPULevel, shape: (Int, Int)) {
    let kernels = PlaneKernels(level: level)
    let plane = noise(shape.0 * shape.1, seed: UInt64(shape.0))
    for taps in [
      [1], [0.5, 0.25], PlaneKernels.gaussianTaps(deviation: 2.5), PlaneKernels.meanTaps(radius: 7),
    ] {
      #expect(
        kernels.convolve(plane, width: shape.0, height: shape.1, taps: taps)
          == PlaneReference.convolve(plane, width: shape.0, height: shape.1, taps: taps))
    }
    for radius in [0, 1, 4] {
      #expect(
        kernels.minimum(plane, width: shape.0, height: shape.1, radius: radius)
          == PlaneReference.minimum(plane, width: shape.0, height: shape.1, radius: radius))
    }
  }

  @Test("a Gaussian kernel sums to one and keeps a flat plane flat")
  func gaussian() {
    let taps = PlaneKernels.gaussianTaps(deviation: 3)
    #expect(taps.count == 13 && abs(taps[0] + 2 * taps[1...].reduce(0, +) - 1) < 1e-6)
    let flat = PlaneKernels().convolve(
      [Float](repeating: 7, count: 30 * 20), width: 30, height: 20, taps: taps)
    #expect(flat.allSatisfy { abs($0 - 7) < 1e-4 })
  }

  @Test("transforms equal a naive one, at every level the same bits", arguments: [1, 2, 4, 32, 256])
  func transforms(count: Int) {
    let lanes = FourierTransform.lanes
    let real = noise(count * lanes, seed: 1)
    let imaginary = noise(count * lanes, seed: 2)
    var first: (re: [Float], im: [Float])?
    for level in CPULevel.available {
      var (re, im) = (real, imaginary)
      FourierTransform(count: count, level: level).forward(&re, &im)
      if let first { #expect(first.re == re && first.im == im) } else { first = (re, im) }
      for lane in [0, 3, lanes - 1] {
        for k in Set([0, 1, count / 2, count - 1]) where k < count {
          var sum = (0.0, 0.0)
          for j in 0..<count {
            let angle = -2 * Double.pi * Double(j * k % count) / Double(count)
            let (c, s) = (cosineOf(angle), sineOf(angle))
            let (a, b) = (Double(real[j * lanes + lane]), Double(imaginary[j * lanes + lane]))
            sum = (sum.0 + a * c - b * s, sum.1 + a * s + b * c)
          }
          let scale = Double(count).squareRoot() * 3
          #expect(abs(sum.0 - Double(re[k * lanes + lane])) < 1e-5 * scale)
          #expect(abs(sum.1 - Double(im[k * lanes + lane])) < 1e-5 * scale)
        }
      }
      // Exchanging the parts inverts it.
      FourierTransform(count: count, level: level).forward(&im, &re)
      for index in re.indices { #expect(abs(re[index] / Float(count) - real[index]) < 1e-4) }
    }
  }

  @Test("the half spectrum of a plane is that of the plane centred on the origin")
  func halfSpectrum() {
    let (width, height, size) = (21, 18, 32)
    let plane = noise(width * height, seed: 3)
    let spectrum = HalfSpectrum(
      plane, width: width, height: height, transform: FourierTransform(count: size))
    for (kx, ky) in [(0, 0), (1, 0), (5, 7), (16, 31), (3, 16), (16, 0)] {
      var sum = (0.0, 0.0)
      for y in 0..<height {
        for x in 0..<width {
          let turns = Double(kx * (x - width / 2) + ky * (y - height / 2)) / Double(size)
          sum.0 += Double(plane[y * width + x]) * cosineOf(2 * Double.pi * turns)
          sum.1 -= Double(plane[y * width + x]) * sineOf(2 * Double.pi * turns)
        }
      }
      #expect(abs(sum.0 - Double(spectrum.real[ky * spectrum.stride + kx])) < 1e-3)
      #expect(abs(sum.1 - Double(spectrum.imaginary[ky * spectrum.stride + kx])) < 1e-3)
    }
  }

  @Test("block whitening gives the same bits at every level, flattens a strong wave and keeps a weak one")
  func whitening() {
    let (width, height) = (200, 150)
    func wave(_ fx: Double, _ fy: Double, _ amplitude: Double) -> [Float] {
      (0..<(width * height)).map { index in
        Float(amplitude * cosineOf(2 * Double.pi * (fx * Double(index % width) + fy * Double(index / width))))
      }
    }
    let weak = wave(0.11, 0.2, 0.3)
    let plane = zip(zip(wave(0.25, 0.0, 9), weak), noise(width * height, seed: 4)).map {
      $0.0 + $0.1 + 0.2 * $1
    }
    let outputs = CPULevel.available.map { BlockWhitening(level: $0)(plane, width: width, height: height) }
    for output in outputs { #expect(output == outputs[0]) }
    func strength(_ plane: [Float], _ pattern: [Float]) -> Double {
      let product = zip(plane, pattern).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let own = pattern.reduce(0.0) { $0 + Double($1) * Double($1) }
      return product / own
    }
    let strong = wave(0.25, 0.0, 1)
    let before = strength(plane, strong) / strength(plane, weak)
    let after = strength(outputs[0], strong) / strength(outputs[0], weak)
    #expect(before > 8 && after < before / 4, "\(before), \(after)")
    // A plane smaller than a block is whitened, too.
    #expect(BlockWhitening()([1, 2, 3, 4, 5, 6], width: 3, height: 2).count == 6)
  }

  @Test("sums along lines equal a plain loop at every level", arguments: CPULevel.available)
  func lineSums(level: CPULevel) {
    let size = 64
    var generator = SplitMix64(seed: 5)
    let power = (0..<(size * (size / 2 + 1))).map { _ in Float.random(in: 0...5, using: &generator) }
    let line = LinePower(size: size, power: power, level: level)
    let x = (0..<150).map { _ in Float.random(in: 0...0.46, using: &generator) }
    let y = (0..<150).map { _ in Float.random(in: -0.46...0.46, using: &generator) }
    let gains: [Float] = [64, 50, 3]
    let counts: [UInt32] = [150, 90, 0]
    let sums = line.sums(x: x, y: y, inner: 100, gains: gains, counts: counts)
    for (index, gain) in gains.enumerated() {
      var (near, all) = (0, 0)
      for k in 0..<Int(counts[index]) {
        let value = Int(line.bin(x[k] * gain, y[k] * gain))
        all += value
        if k < 100 { near += value }
      }
      #expect(Int(sums.all[index]) == all && Int(sums.inner[index]) == near)
    }
  }

  @Test("waves add up the same at every level", arguments: [1, 15, 16, 17, 200], [1, 5, 6, 13])
  func waves(width: Int, rows: Int) {
    let waves = noise(width * 98, seed: 6)
    let weights = noise(98 * rows, seed: 7)
    let blocks = PlaneKernels.waveBlocks(count: 98, width: width) { waves[$0 * width + $1] }
    for level in CPULevel.available {
      let out = PlaneKernels(level: level).combine(waves: blocks, weights: weights, count: 98, width: width)
      for y in 0..<rows {
        for x in 0..<width {
          var sum: Float = 0
          for j in 0..<98 { sum += weights[y * 98 + j] * waves[j * width + x] }
          #expect(out[y * width + x] == sum)
        }
      }
    }
  }

  @Test("mask strengths are those of plain Swift at every level, and v^0.85", arguments: [1, 7, 16, 333])
  func maskStrengths(count: Int) {
    let deviation = noise(count, seed: 8).map { abs($0) * 12 }
    let quiet = noise(count, seed: 9).map { $0 * $0 * 20 }
    let plain = PlaneReference.maskStrengths(deviation: deviation, quiet: quiet)
    for level in CPULevel.available {
      #expect(PlaneKernels(level: level).maskStrengths(deviation: deviation, quiet: quiet) == plain)
    }
    for index in 0..<count {
      let limited = min(Double(deviation[index]), Double(quiet[index]).squareRoot() * 1.6 + 0.5)
      let wanted = expOf(0.85 * logOf(min(max(limited + 1.5, 1.5), 25)))
      #expect(abs(Double(plain[index]) / wanted - 1) < 1e-4)
    }
  }

  @Test("products and their energy are those of plain Swift at every level", arguments: [1, 15, 16, 17, 333])
  func products(count: Int) {
    let (values, factors) = (noise(count, seed: 15), noise(count, seed: 16))
    for level in CPULevel.available {
      var products = values
      let energy = PlaneKernels(level: level).multiply(&products, by: factors[...])
      #expect(products == zip(values, factors).map { $0 * $1 })
      #expect(energy == PlaneReference.energy(values, factors))
    }
  }

  @Test("every third row of a filtered plane is as if all had been made", arguments: CPULevel.available)
  func someRows(level: CPULevel) {
    let (width, height) = (70, 23)
    let plane = noise(width * height, seed: 17)
    let taps = PlaneKernels.gaussianTaps(deviation: 1.5)
    let all = PlaneReference.convolve(plane, width: width, height: height, taps: taps)
    let some = PlaneKernels(level: level).convolve(
      plane, width: width, height: height, taps: taps, first: 1, step: 3)
    #expect(some.count == 8 * width)
    for (row, y) in stride(from: 1, to: height, by: 3).enumerated() {
      for x in 0..<width { #expect(abs(some[row * width + x] - all[y * width + x]) < 1e-5) }
    }
    #expect(
      some
        == PlaneKernels(level: .base).convolve(
          plane, width: width, height: height, taps: taps, first: 1, step: 3))
  }

  @Test("similarities add up the same at every level", arguments: [1, 15, 16, 17, 333])
  func similarities(count: Int) {
    let mean = noise(count, seed: 10).map { 128 + 30 * $0 }
    let (patternMean, covariance) = (noise(count, seed: 11), noise(count, seed: 12))
    let variance = noise(count, seed: 13).map { 1 + 20 * abs($0) }
    let patternVariance = noise(count, seed: 14).map { abs($0) }
    let gains: [Float] = [0, 1, 2.5]
    let plain = gains.map {
      PlaneReference.similaritySum(
        mean: mean, patternMean: patternMean, variance: variance, covariance: covariance,
        patternVariance: patternVariance, gain: $0)
    }
    #expect(abs(plain[0] - Double(count)) < 1e-3 && plain[2] < plain[1])
    for level in CPULevel.available {
      #expect(
        PlaneKernels(level: level).similaritySums(
          mean: mean[...], patternMean: patternMean[...], variance: variance[...],
          covariance: covariance[...],
          patternVariance: patternVariance[...], gains: gains) == plain)
    }
  }
}
