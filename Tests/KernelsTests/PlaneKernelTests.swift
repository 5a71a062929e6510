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

  @Test("waves add up the same at every level", arguments: [1, 63, 64, 65, 200])
  func waves(width: Int) {
    let waves = noise(width * 98, seed: 6)
    let weights = noise(98, seed: 7)
    for level in CPULevel.available {
      var row = [Float](repeating: 0, count: width)
      row.withUnsafeMutableBufferPointer {
        PlaneKernels(level: level).combine(waves: waves, weights: weights, into: $0)
      }
      for x in 0..<width {
        var sum: Float = 0
        for j in 0..<98 { sum += weights[j] * waves[j * width + x] }
        #expect(row[x] == sum)
      }
    }
  }
}
