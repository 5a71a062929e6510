import Kernels
import TestSupport
import Testing

@Suite("Kernels of language models")
struct ModelKernelTests {
  /// Bytes of a matrix whose scales are ordinary numbers, beside some that are tiny, zero or negative.
  private func weights(_ format: WeightFormat, blocks: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    func half() -> [UInt8] {
      let special: [UInt16] = [0, 0x8000, 1, 0x83ff, 0x0400, 0x7bff]
      let bits =
        random.next() % 9 == 0
        ? special[Int(random.next() % 6)]
        : UInt16(0x2000 + random.next() % 0x1c00) | UInt16(random.next() % 2) << 15
      return [UInt8(bits & 255), UInt8(bits >> 8)]
    }
    func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    var bytes: [UInt8] = []
    for _ in 0..<blocks {
      switch format {
      case .f32:
        for _ in 0..<32 {
          let value = Float.random(in: -2...2, using: &random).bitPattern
          bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
      case .f16: for _ in 0..<32 { bytes += half() }
      case .bf16:
        for _ in 0..<32 {
          let value = Float.random(in: -2...2, using: &random).bitPattern
          bytes += [UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 24)]
        }
      case .q8_0: bytes += half() + noise(32)
      case .q4_0: bytes += half() + noise(16)
      case .q4_1: bytes += half() + half() + noise(16)
      }
    }
    return bytes
  }

  private final class Owner {}

  @Test(
    "products equal the plain Swift ones bit for bit at every level, for any number of rows and vectors",
    arguments: CPULevel.available, WeightFormat.allCases)
  func products(level: CPULevel, format: WeightFormat) throws {
    var random = SplitMix64(seed: UInt64(format.rawValue))
    for (rows, columns, vectors) in [
      (1, 32, 1), (3, 64, 1), (5, 96, 2), (13, 32, 3), (12, 64, 8), (14, 96, 13), (29, 576, 16), (2, 1536, 5),
    ] {
      let bytes = weights(format, blocks: rows * columns / 32, seed: UInt64(rows))
      // A place that is aligned to nothing.
      let shifted = [UInt8](repeating: 0, count: 1) + bytes
      let x = try #require(AlignedFloats(count: vectors * columns))
      for index in 0..<x.count { x.all[index] = Float.random(in: -3...3, using: &random) }
      let out = try #require(AlignedFloats(count: vectors * rows))
      try shifted.withUnsafeBytes { raw in
        let matrix = try #require(
          WeightMatrix(
            UnsafeRawBufferPointer(rebasing: raw[1...]), format: format, rows: rows, columns: columns,
            owner: Owner()))
        let scratch = try #require(AlignedFloats(count: matrix.scratchCount))
        matrix.products(x.all, vectors: vectors, into: out.all, scratch: scratch.all, level: level)
        let row = try #require(AlignedFloats(count: columns))
        for r in 0..<rows {
          let size = format.blockBytes * columns / 32
          let own = Array(bytes[r * size..<(r + 1) * size])
          let spread = stride(from: 0, to: size, by: format.blockBytes).flatMap {
            ModelReference.spread(Array(own[$0..<$0 + format.blockBytes]), format: format)
          }
          matrix.spread(row: r, into: row.all, level: level)
          #expect(row.all.array == spread)
          for v in 0..<vectors {
            #expect(
              out.all[v * rows + r]
                == ModelReference.product(spread, Array(x.all.array[v * columns..<(v + 1) * columns])))
          }
        }
      }
    }
  }

  @Test("a matrix whose bytes do not fit its shape is refused")
  func shapes() {
    let bytes = [UInt8](repeating: 0, count: 36)
    bytes.withUnsafeBytes { raw in
      func matrix(_ rows: Int, _ columns: Int) -> WeightMatrix? {
        WeightMatrix(raw, format: .q4_0, rows: rows, columns: columns, owner: Owner())
      }
      #expect(matrix(2, 32) != nil && matrix(1, 64) != nil)
      for (rows, columns) in [(0, 32), (1, 32), (2, 33), (-2, -32), (Int.max, 64), (Int.max / 8, 32 << 40)] {
        #expect(matrix(rows, columns) == nil)
      }
    }
  }

  @Test("memory that is not there is nil, and what is there is zero")
  func memory() throws {
    #expect(AlignedFloats(count: Int.max) == nil && AlignedFloats(count: -1) == nil)
    #expect(AlignedFloats(count: 1 << 50) == nil)
    let floats = try #require(AlignedFloats(count: 100))
    #expect(floats.all.array.allSatisfy { $0 == 0 })
  }

  @Test("layers equal the plain Swift ones bit for bit at every level", arguments: CPULevel.available)
  func layers(level: CPULevel) throws {
    let kernels = ModelKernels(level: level)
    var random = SplitMix64(seed: 3)
    func floats(_ values: [Float]) throws -> AlignedFloats {
      let made = try #require(AlignedFloats(count: values.count))
      for (index, value) in values.enumerated() { made.all[index] = value }
      return made
    }
    func noise(_ count: Int, _ width: Float = 3) -> [Float] {
      (0..<count).map { _ in Float.random(in: -width...width, using: &random) }
    }
    for count in [16, 32, 64, 112, 576] {
      let (x, scale) = (noise(count), noise(count))
      let out = try floats(noise(count))
      kernels.normalize(
        try floats(x).all, scale: try floats(scale).all, epsilon: 1e-5, into: out.all)
      #expect(out.all.array == ModelReference.normalize(x, scale: scale, epsilon: 1e-5))
    }
    for count in [1, 7, 16, 63, 64, 65, 200] {
      var (gate, up) = (noise(count, 20), noise(count))
      gate[0] = [0, -200, 200, -87.5, 88.5, 1e-20, -1e30][count % 7]
      let (a, b) = (try floats(gate), try floats(up))
      kernels.gate(a.all, up: b.all)
      #expect(a.all.array == ModelReference.gate(gate, up: up))
      kernels.add(b.all, to: a.all)
      #expect(a.all.array == zip(ModelReference.gate(gate, up: up), up).map { $0 + $1 })
      up[count - 1] = .nan
      kernels.add(try floats(up).all, to: a.all)
      #expect(a.all[count - 1].isNaN)
    }
    for (size, rotated, isSplit) in [(64, 64, false), (64, 64, true), (32, 16, false), (48, 32, true)] {
      let (x, turns) = (noise(3 * size), noise(rotated, 1))
      let all = try floats(x)
      kernels.rotate(all.all, size: size, turns: try floats(turns).all, isSplit: isSplit)
      for head in 0..<3 {
        #expect(
          Array(all.all.array[head * size..<(head + 1) * size])
            == ModelReference.rotate(
              Array(x[head * size..<(head + 1) * size]), cosines: Array(turns[..<(rotated / 2)]),
              sines: Array(turns[(rotated / 2)...]), isSplit: isSplit))
      }
    }
    for (size, stride, count) in [(16, 16, 1), (64, 192, 5), (32, 96, 16), (48, 48, 37), (64, 192, 130)] {
      let (query, keys, values) = (noise(size), noise(stride * count), noise(stride * count))
      let out = try floats(noise(size))
      kernels.attend(
        try floats(query).all, keys: try floats(keys).all, values: try floats(values).all, stride: stride,
        count: count, scale: 0.25, scores: try floats(noise(count)).all, into: out.all)
      func rows(_ all: [Float]) -> [[Float]] {
        (0..<count).map { Array(all[$0 * stride..<$0 * stride + size]) }
      }
      #expect(
        out.all.array
          == ModelReference.attend(query, keys: rows(keys), values: rows(values), scale: 0.25))
    }
  }

  @Test("our e^x is within two units in the last place, and half precision is exact")
  func exponential() {
    for step in -8600...8700 {
      let x = Float(step) / 100
      let exact = expOf(Double(x))
      #expect(abs(Double(ModelReference.exponential(x)) - exact) <= 2.5e-7 * exact)
    }
    #expect(ModelReference.exponential(0) == 1)
    for (bits, value) in [
      (0x3c00, 1), (0xc000, -2), (0x7bff, 65504), (0x0001, 0x1p-24), (0x0400, 0x1p-14),
      (0x3555, 0.333251953125),
    ] as [(UInt16, Float)] { #expect(ModelReference.half(bits) == value) }
  }
}
