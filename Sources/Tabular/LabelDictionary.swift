/// Codes for the distinct texts of a column, so that no cell becomes a `String`.
///
/// Code 0 is "missing". Others come in order of first appearance, which depends on how rows were divided among workers: whoever
/// merges sorts by text. Cost: 3 to 5 nanoseconds a lookup of up to eight bytes.
public struct LabelDictionary: Sendable {
  /// The texts; `labels[code − 1]` has the code.
  public private(set) var labels: [[UInt8]] = []
  /// The most labels a column may have.
  public let limit: Int
  /// The most labels of a column of a table.
  public static let largest = 4096

  fileprivate struct Slot {
    var word: UInt64 = 0
    var length: UInt32 = 0
    var code: UInt32 = 0
  }
  private var slots = [Slot](repeating: Slot(), count: 64)
  private var mask = 63

  /// An empty dictionary.
  public init(limit: Int = LabelDictionary.largest) { self.limit = limit }

  /// What to say of a column with more labels than an audit can group by.
  public static func tooMany(column: String, offset: Int) -> TabularError {
    TabularError(
      code: .tooManyLabels, message: "column '\(column)' has more than \(largest) distinct values",
      hint: "it looks like numbers or names; group it, as in '\(column): <25|25-45|>45'", offset: offset)
  }

  /// The labels of up to eight bytes, for a loop that looks many up.
  struct ShortLabels {
    fileprivate let slots: UnsafePointer<Slot>
    fileprivate let mask: Int

    /// The code of 1 to 8 bytes that are a label already; eight bytes must be readable.
    @inline(__always)
    func code(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
      guard count &- 1 < 8, count > 0 else { return nil }
      let all = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
      let word = all & (UInt64.max >> UInt64(64 &- 8 &* count))
      let slot = slots[Int(truncatingIfNeeded: LabelDictionary.mix(word ^ UInt64(count))) & mask]
      return slot.word == word && slot.length == UInt32(count) && slot.code != 0 ? slot.code : nil
    }
  }

  /// Lends the labels to a loop.
  @inline(__always)
  func withShortLabels(_ body: (ShortLabels) -> Void) {
    slots.withUnsafeBufferPointer { slots in
      if let start = slots.baseAddress { body(ShortLabels(slots: start, mask: mask)) }
    }
  }

  /// The code of a text, made if need be; nil beyond the limit.
  @inline(__always)
  mutating func code(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
    let word = Self.word(bytes, count)
    var place = Int(truncatingIfNeeded: Self.mix(word ^ UInt64(count))) & mask
    while true {
      let slot = slots[place]
      if slot.code == 0 { return insert(bytes, count, word) }
      if slot.word == word, Int(slot.length) == count,
        count <= 8 || isLabel(slot.code, equalTo: bytes, count)
      {
        return slot.code
      }
      place = (place + 1) & mask
    }
  }

  @inline(__always)
  fileprivate static func mix(_ word: UInt64) -> UInt64 {
    let product = word &* 0x9e37_79b9_7f4a_7c15
    return product ^ (product >> 29)
  }

  /// Up to eight bytes as they are; of longer texts a hash.
  @inline(__always)
  private static func word(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    let raw = UnsafeRawPointer(bytes)
    if count >= 8 {
      var hash = raw.loadUnaligned(as: UInt64.self)
      if count == 8 { return hash }
      var offset = 8
      while offset + 8 <= count {
        hash = mix(hash) ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      return mix(hash) ^ raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }
    if count >= 4 {
      let low = UInt64(raw.loadUnaligned(as: UInt32.self))
      let high = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
      return low | high << (UInt64(count - 4) * 8)
    }
    var word: UInt64 = 0
    for offset in 0..<count { word |= UInt64(bytes[offset]) << UInt64(8 * offset) }
    return word
  }

  private func isLabel(_ code: UInt32, equalTo bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    labels[Int(code) - 1].elementsEqual(UnsafeBufferPointer(start: bytes, count: count))
  }

  @inline(never)
  private mutating func insert(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ word: UInt64) -> UInt32? {
    guard labels.count < limit else { return nil }
    labels.append(Array(UnsafeBufferPointer(start: bytes, count: count)))
    let added = Slot(word: word, length: UInt32(count), code: UInt32(labels.count))
    if labels.count * 2 > slots.count {
      let old = slots
      slots = [Slot](repeating: Slot(), count: old.count * 2)
      mask = slots.count - 1
      for slot in old where slot.code != 0 { place(slot) }
    }
    place(added)
    return added.code
  }

  private mutating func place(_ slot: Slot) {
    var place = Int(truncatingIfNeeded: Self.mix(slot.word ^ UInt64(slot.length))) & mask
    while slots[place].code != 0 { place = (place + 1) & mask }
    slots[place] = slot
  }
}
