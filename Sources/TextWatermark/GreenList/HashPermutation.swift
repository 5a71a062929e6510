import Kernels
import Synchronization

/// A fixed permutation of 1,000,003 numbers that the makers use as an integer hash.
///
/// It is `torch.randperm(1000003)` for one seed: 2971215073 in lm-watermarking, the hashing key in transformers. Entry x
/// stands for every integer that is x modulo 1,000,003, plus one so that no hash is zero. 4 MB; made once a seed (a few
/// milliseconds) and shared by the process.
///
/// Source: lm-watermarking `alternative_prf_schemes.py` (`rng`, `table_size`), transformers `WatermarkLogitsProcessor`.
public struct HashPermutation: Sendable {
  /// The number of entries.
  public static let size: UInt32 = 1_000_003
  /// The seed of lm-watermarking's table.
  public static let lmWatermarkingSeed: UInt32 = 2_971_215_073

  private let entries: [UInt32]

  private static let made = Mutex<[UInt32: HashPermutation]>([:])

  /// The table of one seed, made on first use.
  public static func seeded(_ seed: UInt32) -> HashPermutation {
    made.withLock { tables in
      if let table = tables[seed] { return table }
      let table = HashPermutation(seed: seed)
      // A key ring has a few keys; a hostile number of them must not hold memory for ever.
      if tables.count >= 16 { tables.removeAll() }
      tables[seed] = table
      return table
    }
  }

  /// Stands in where the function never hashes, so that a left hash under many keys makes no tables.
  static let unused = HashPermutation(entries: [])

  private init(entries: [UInt32]) { self.entries = entries }

  private init(seed: UInt32) {
    entries = PermutationKernel(elementCount: Self.size, steps: Self.size - 1).permutation(seed: seed)
  }

  /// The permutation itself, without the plus one.
  public var permutation: [UInt32] { entries }

  /// The hash of any signed integer: its residue is taken as Python does, never negative.
  @inline(__always)
  func callAsFunction(_ integer: Int64) -> Int64 {
    let size = Int64(Self.size)
    let residue = integer % size
    return Int64(entries[Int(residue < 0 ? residue + size : residue)]) + 1
  }
}
