import ImageWatermark
import Kernels
import Statistics
import TestSupport
import Testing

@Suite("Lattice mark")
struct LatticeTests {
  static let key = LatticeKey(secret: Array("a test's own secret, 32 bytes...".utf8))
  static let payload = try! LatticePayload(hex: "0123456789abcdef")
  static let threshold = logOf(1e-9)
  static let picture = TestPictures.photograph(width: 560, height: 420, seed: 1)
  static let marked = try! TestPictures.marked(picture, key: key, payload: payload)

  private func read(
    _ plane: Plane, key: LatticeKey = Self.key, effort: LatticeReader.Effort = .full
  ) -> LatticeDetection {
    LatticeReader(key: key).read(SuspectSpectrum(luma: plane), effort: effort, logThreshold: Self.threshold)
  }

  @Test(
    "payloads of every length come back, at the strength that was asked for",
    arguments: ["89abcdef", "0123456789abcdef", "00112233445566778899aabbccddeeff"])
  func lengths(hex: String) throws {
    let payload = try LatticePayload(hex: hex)
    #expect(payload.hex == hex)
    let marked = try TestPictures.marked(Self.picture, key: Self.key, payload: payload, strength: .psnr(40))
    #expect(abs(TestPictures.psnr(Self.picture, marked) - 40) < 0.3)
    let seen = read(marked, effort: .unchanged)
    #expect(seen.payload == payload && seen.log10PValue < -12 && seen.tried == 1)
  }

  @Test(
    "what is no payload is refused",
    arguments: ["", "0", "0123456789abcdeg", "0123456789", "é123456789abcdef"])
  func wrongPayload(hex: String) {
    let error = #expect(throws: ImageWatermarkError.self) { try LatticePayload(hex: hex) }
    #expect(error?.code == .invalidPayload)
  }

  @Test("frame unchanged: mirrored, turned by quarters, darker, inverted contrast, reduced")
  func unchangedFrame() {
    let plane = Self.marked
    var mirrored = plane
    var quarter = Plane(width: plane.height, height: plane.width, samples: plane.samples)
    var dark = plane
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        let value = plane.samples[y * plane.width + x]
        mirrored.samples[y * plane.width + plane.width - 1 - x] = value
        quarter.samples[x * plane.height + plane.height - 1 - y] = value
        dark.samples[y * plane.width + x] = (value * 0.5 + 3).rounded()
      }
    }
    let half = Plane(
      width: plane.width / 2, height: plane.height / 2,
      samples: (0..<(plane.width / 2 * (plane.height / 2))).map { index in
        let (x, y) = (index % (plane.width / 2) * 2, index / (plane.width / 2) * 2)
        let p = y * plane.width + x
        return
          ((plane.samples[p] + plane.samples[p + 1] + plane.samples[p + plane.width]
          + plane.samples[p + plane.width + 1]) / 4)
          .rounded()
      })
    for (name, changed, isMirrored) in [
      ("mirrored", mirrored, true), ("quarter", quarter, false), ("dark", dark, false), ("half", half, false),
    ] {
      let seen = read(changed, effort: .unchanged)
      #expect(seen.payload == Self.payload, "\(name): \(seen.log10PValue)")
      #expect(seen.geometry.isMirrored == isMirrored, "\(name)")
    }
  }

  @Test("one side stretched against the other", arguments: [0.75, 0.9, 1.1, 1.33, 1.8])
  func stretched(factor: Double) {
    let width = Int((Double(Self.marked.width) * factor).rounded())
    var wide = Plane(
      width: width, height: Self.marked.height,
      samples: .init(repeating: 0, count: width * Self.marked.height))
    for y in 0..<wide.height {
      for x in 0..<width {
        let place = min(max((Double(x) + 0.5) / factor - 0.5, 0), Double(Self.marked.width) - 1.001)
        let (left, share) = (Int(place), Float(place - place.rounded(.down)))
        let row = y * Self.marked.width
        wide.samples[y * width + x] =
          Self.marked.samples[row + left] * (1 - share) + Self.marked.samples[row + left + 1] * share
      }
    }
    let seen = read(wide, effort: .unchanged)
    #expect(seen.payload == Self.payload, "\(factor): \(seen.log10PValue)")
  }

  @Test("any angle and crop: geometry is found and named")
  func search() {
    for degrees in [4.98, -33.3, 171] {
      let seen = read(TestPictures.turned(Self.marked, degrees: degrees))
      #expect(seen.payload == Self.payload, "\(degrees): \(seen.log10PValue)")
      let turn = (seen.rotationDegrees + degrees).truncatingRemainder(dividingBy: 360)
      #expect(
        min(abs(turn), 360 - abs(turn)) < 0.3 || min(abs(seen.rotationDegrees - degrees), 360) < 0.3,
        "\(seen.rotationDegrees)")
    }
    let crop = read(TestPictures.crop(Self.marked, x: 133, y: 61, width: 300, height: 260))
    #expect(crop.payload == Self.payload, "crop: \(crop.log10PValue)")
    #expect(abs(crop.tileSide - LatticeReaderTile.side(560, 420)) < 2)
    let zoomed = read(TestPictures.turned(Self.marked, degrees: 10, zoom: 1.6))
    #expect(zoomed.payload == Self.payload, "zoom: \(zoomed.log10PValue)")
  }

  @Test("another key reads nothing, and says how little it saw")
  func otherKey() {
    let seen = read(Self.marked, key: LatticeKey(secret: Array("another secret".utf8)))
    #expect(seen.payload == nil && seen.log10PValue > -4)
    let unmarked = read(Self.picture)
    #expect(unmarked.payload == nil && unmarked.log10PValue > -4 && unmarked.tried <= 36)
  }

  @Test("two keys in one picture are both read from one spectrum")
  func twoKeys() throws {
    let second = LatticeKey(secret: Array("second".utf8))
    let other = try LatticePayload(hex: "fedcba9876543210")
    let both = try TestPictures.marked(Self.marked, key: second, payload: other)
    let suspect = SuspectSpectrum(luma: both)
    for (key, payload) in [(Self.key, Self.payload), (second, other)] {
      let seen = LatticeReader(key: key).read(suspect, effort: .unchanged, logThreshold: Self.threshold)
      #expect(seen.payload == payload)
    }
  }

  @Test("the same payload and bound at every CPU level", arguments: CPULevel.available)
  func levels(level: CPULevel) {
    let noisy = TestPictures.turned(Self.marked, degrees: 3)
    func seen(_ level: CPULevel) -> LatticeDetection {
      LatticeReader(key: Self.key, level: level).read(
        SuspectSpectrum(luma: noisy, level: level), logThreshold: Self.threshold)
    }
    let (base, own) = (seen(.base), seen(level))
    #expect(base.payload == Self.payload && own.payload == base.payload)
    #expect(own.logPValue == base.logPValue && own.geometry == base.geometry)
  }

  @Test("equal visibility: textured pictures get more, within the range")
  func visibility() throws {
    let rough = TestPictures.photograph(width: 400, height: 300, seed: 7, texture: 60)
    let smooth = TestPictures.photograph(width: 400, height: 300, seed: 8, texture: 0)
    func psnr(_ plane: Plane) throws -> Double {
      TestPictures.psnr(
        plane, try TestPictures.marked(plane, key: Self.key, payload: Self.payload, strength: .standard))
    }
    let (strong, weak) = (try psnr(rough), try psnr(smooth))
    #expect(strong < weak - 1, "\(strong), \(weak)")
    #expect(strong > 38 && weak < 45.5)
  }

  @Test("pictures that are too small are refused with their size")
  func tooSmall() {
    let tiny = TestPictures.photograph(width: 191, height: 300, seed: 2)
    let error = #expect(throws: ImageWatermarkError.self) {
      try LatticeEmbedder(key: Self.key, payload: Self.payload).change(tiny, strength: .standard)
    }
    #expect(error?.code == .unsupportedSize && error?.message.contains("191 × 300") == true)
  }

  @Test("a picture of one colour, and one of a single pixel, give no mark and no trap")
  func degenerate() {
    for (width, height) in [(1, 1), (1, 500), (300, 2), (256, 256)] {
      let flat = Plane(width: width, height: height, samples: [Float](repeating: 128, count: width * height))
      let seen = read(flat)
      #expect(seen.payload == nil && seen.log10PValue > -6, "\(width) × \(height)")
    }
  }
}

@Suite("Lattice mark, null calibration")
struct LatticeCalibrationTests {
  @Test(
    "under keys that had no part in a picture, marked or not, pilots agree as often as chance and never beyond the bound"
  )
  func wrongKeys() throws {
    var generator = SplitMix64(seed: 31)
    var values: [Double] = []
    let pictures = [
      LatticeTests.picture, LatticeTests.marked, TestPictures.photograph(width: 640, height: 400, seed: 32),
    ]
    for picture in pictures {
      let suspect = SuspectSpectrum(luma: picture)
      for _ in 0..<700 {
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let reader = LatticeReader(key: LatticeKey(secret: secret))
        values.append(
          reader.pilotDeviations(
            suspect, tileSide: LatticeReaderTile.side(picture.width, picture.height),
            x: Int.random(in: 0..<256, using: &generator), y: Int.random(in: 0..<256, using: &generator)))
      }
    }
    let test = try KolmogorovSmirnov(
      uniform: try values.map { expOf(try Normal.standard.logUpperTail(above: $0)) })
    #expect(test.p > 1e-3, "distance \(test.statistic)")
    for threshold in [1.0, 2.0, 3.0] {
      let hits = values.count { $0 >= threshold }
      let interval = try ProportionInterval.clopperPearson(
        successes: hits, trials: values.count, level: 0.999)
      #expect(interval.lower <= expOf(-threshold * threshold / 2), "\(hits) at \(threshold)")
    }
    // At one of the translations the right key stands far out: the statistic does see marks.
    let suspect = SuspectSpectrum(luma: LatticeTests.marked)
    let reader = LatticeReader(key: LatticeTests.key)
    let side = LatticeReaderTile.side(560, 420)
    var most = 0.0
    for y in stride(from: 0, to: 256, by: 3) {
      for x in stride(from: 0, to: 256, by: 3) {
        most = max(most, reader.pilotDeviations(suspect, tileSide: side, x: x, y: y))
      }
    }
    #expect(most > 9, "\(most)")
  }

  @Test("a full search under random keys reports nothing")
  func fullSearch() {
    var generator = SplitMix64(seed: 33)
    for seed in 0..<12 {
      let picture = TestPictures.photograph(width: 330, height: 280, seed: UInt64(500 + seed))
      let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let seen = LatticeReader(key: LatticeKey(secret: secret)).read(
        SuspectSpectrum(luma: picture), logThreshold: logOf(1e-3))
      #expect(seen.payload == nil && seen.log10PValue > -3)
    }
  }
}

enum LatticeReaderTile {
  /// The tile's side for a marked picture, as the format has it.
  static func side(_ width: Int, _ height: Int) -> Double {
    max(64, (Double(width) * Double(height)).squareRoot() / 5)
  }
}
