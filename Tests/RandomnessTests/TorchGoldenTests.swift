import Kernels
import Randomness
import TestSupport
import Testing

private struct Vectors: Decodable {
  struct Item: Decodable {
    var seed: String
    var randint_0_2_first64: [Int64]
    var randint_0_1000003_first16: [Int64]
    var randint_0_2pow40_first8_uses_64bit: [Int64]
    var rand_float32_times_2pow24: [Int64]
    var rand_float64_times_2pow53: [Int64]
    var randperm_20: [UInt32]
  }
  struct Small: Decodable {
    var seed: String
    var n: UInt32
    var perm: [UInt32]
  }
  struct Big: Decodable {
    var seed: String
    var n: UInt32
    var first64: [UInt32]
    var last16: [UInt32]
    var sha256_le_i64: String
  }
  var items: [Item]
  var randperm_small: [Small]
  var randperm_big: [Big]
}

/// A seed as the vectors write it: any decimal that `manual_seed` takes, negative ones included.
private func generator(_ seed: String) throws -> TorchGenerator {
  if let unsigned = UInt64(seed) { return TorchGenerator(seed: unsigned) }
  return TorchGenerator(seed: try #require(Int64(seed)))
}

@Suite("torch's CPU generator, Golden")
struct TorchGoldenTests {
  @Test("randint, rand and randperm")
  func draws() throws {
    for item in try Golden.load(Vectors.self, from: "text/torch_rng.json").items {
      func fresh() throws -> TorchGenerator { try generator(item.seed) }
      var source = try fresh()
      #expect(source.integers(in: 0..<2, count: item.randint_0_2_first64.count) == item.randint_0_2_first64)
      source = try fresh()
      #expect(
        source.integers(in: 0..<1_000_003, count: item.randint_0_1000003_first16.count)
          == item.randint_0_1000003_first16)
      source = try fresh()
      #expect(
        source.integers(in: 0..<(1 << 40), count: item.randint_0_2pow40_first8_uses_64bit.count)
          == item.randint_0_2pow40_first8_uses_64bit)
      source = try fresh()
      #expect(
        source.uniformFloats(count: item.rand_float32_times_2pow24.count).map { Int64($0 * 0x1p24) }
          == item.rand_float32_times_2pow24)
      source = try fresh()
      #expect(
        source.uniformDoubles(count: item.rand_float64_times_2pow53.count).map { Int64($0 * 0x1p53) }
          == item.rand_float64_times_2pow53)
      source = try fresh()
      #expect(try source.permutation(of: UInt32(item.randperm_20.count)) == item.randperm_20)
    }
  }

  @Test("randperm whole, by generator and by kernel")
  func permutations() throws {
    let vectors = try Golden.load(Vectors.self, from: "text/torch_rng.json")
    for item in vectors.randperm_small {
      var source = try generator(item.seed)
      #expect(try source.permutation(of: item.n) == item.perm)
    }
    for item in vectors.randperm_big {
      var source = try generator(item.seed)
      let permutation = try source.permutation(of: item.n)
      #expect(Array(permutation.prefix(64)) == item.first64)
      #expect(Array(permutation.suffix(16)) == item.last16)
      #expect(Golden.digest(permutation) == item.sha256_le_i64)
      let seed = try #require(UInt64(item.seed))
      for level in CPULevel.available {
        let kernel = PermutationKernel(elementCount: item.n, steps: item.n - 1, level: level)
        #expect(
          Golden.digest(kernel.permutation(seed: UInt32(truncatingIfNeeded: seed))) == item.sha256_le_i64)
      }
    }
  }
}

@Suite("torch's CPU generator")
struct TorchGeneratorTests {
  @Test("the seed counts modulo 2^32, negative seeds modulo 2^64")
  func seedsModulo() throws {
    var low = TorchGenerator(seed: UInt64(7))
    var high = TorchGenerator(seed: UInt64(7) + 1 << 32)
    #expect(low.next32() == high.next32())
    var negative = TorchGenerator(seed: Int64(-1))
    var unsigned = TorchGenerator(seed: UInt64(0xffff_ffff))
    #expect(negative.next32() == unsigned.next32())
  }

  @Test("a permutation torch would draw otherwise is refused, and the smallest need no draw")
  func permutationSizes() throws {
    var source = TorchGenerator(seed: UInt64(1))
    #expect(throws: RandomnessError.self) {
      try source.permutation(of: TorchGenerator.largestPermutation + 1)
    }
    #expect(try source.permutation(of: 0) == [])
    #expect(try source.permutation(of: 1) == [0])
    var untouched = TorchGenerator(seed: UInt64(1))
    #expect(source.next32() == untouched.next32())
  }
}
