/// A set of pairs of 32-bit numbers that is emptied in constant time, for the distinct units of one record after another.
struct DistinctPairs {
  private var keys: [UInt64] = []
  private var stamps: [UInt32] = []
  private var stamp: UInt32 = 0

  /// Empties the set and makes room for `count` pairs.
  mutating func reset(capacity count: Int) {
    var size = 64
    while size < count * 2 { size *= 2 }
    if keys.count < size {
      keys = [UInt64](repeating: 0, count: size)
      stamps = [UInt32](repeating: 0, count: size)
      stamp = 0
    }
    if stamp == .max {
      for index in stamps.indices { stamps[index] = 0 }
      stamp = 0
    }
    stamp += 1
  }

  /// Adds a pair; false if it was there.
  mutating func insert(_ first: UInt32, _ second: UInt32) -> Bool {
    let key = UInt64(first) << 32 | UInt64(second)
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 24) & mask
    while stamps[place] == stamp {
      if keys[place] == key { return false }
      place = (place + 1) & mask
    }
    stamps[place] = stamp
    keys[place] = key
    return true
  }
}
