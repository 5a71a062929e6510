/// From a pair of neighbouring symbols to what they merge into, and how early: open addressing, two probes on average.
struct PairTable: Sendable {
  /// What a pair becomes.
  struct Merge {
    var rank: UInt32
    var result: UInt32
  }

  private var keys: [UInt64]
  private var values: [UInt64]
  private var count = 0

  private static let empty = UInt64.max

  init(capacity: Int) {
    var size = 64
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: Self.empty, count: size)
    values = [UInt64](repeating: 0, count: size)
  }

  /// Adds a merge; the first of a pair stays.
  mutating func insert(_ left: UInt32, _ right: UInt32, rank: UInt32, result: UInt32) {
    if count * 2 >= keys.count { grow() }
    let key = UInt64(left) << 32 | UInt64(right)
    var place = Self.home(key) & (keys.count - 1)
    while keys[place] != Self.empty {
      if keys[place] == key { return }
      place = (place + 1) & (keys.count - 1)
    }
    keys[place] = key
    values[place] = UInt64(rank) << 32 | UInt64(result)
    count += 1
  }

  private mutating func grow() {
    let old = (keys, values)
    keys = [UInt64](repeating: Self.empty, count: old.0.count * 2)
    values = [UInt64](repeating: 0, count: old.0.count * 2)
    for (key, value) in zip(old.0, old.1) where key != Self.empty {
      var place = Self.home(key) & (keys.count - 1)
      while keys[place] != Self.empty { place = (place + 1) & (keys.count - 1) }
      keys[place] = key
      values[place] = value
    }
  }

  @inline(__always)
  private static func home(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20)
  }

  /// Gives read access without checks that cost: the table does not change while it is used.
  @inline(__always)
  func withReader<Result>(_ body: (PairReader) -> Result) -> Result {
    keys.withUnsafeBufferPointer { keys in
      values.withUnsafeBufferPointer { values in body(PairReader(keys: keys, values: values)) }
    }
  }

  struct PairReader {
    let keys: UnsafeBufferPointer<UInt64>
    let values: UnsafeBufferPointer<UInt64>

    /// The rank in the upper half and the result in the lower, or all ones where the pair does not merge.
    @inline(__always)
    func merge(_ left: UInt32, _ right: UInt32) -> UInt64 {
      let key = UInt64(left) << 32 | UInt64(right)
      var place = PairTable.home(key) & (keys.count - 1)
      while true {
        let found = keys[place]
        if found == key { return values[place] }
        if found == PairTable.empty { return .max }
        place = (place + 1) & (keys.count - 1)
      }
    }
  }
}
