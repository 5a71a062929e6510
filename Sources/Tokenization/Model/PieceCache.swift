/// The ids of short pieces that were encoded before: direct-mapped, exact, bounded.
///
/// Words repeat; one comparison of sixteen bytes then stands for all the merging. Pieces of up to 15 bytes and 4 tokens are kept.
final class PieceCache {
  private struct Entry {
    var low: UInt64 = 0
    /// The length in the top byte, so that no piece equals the empty entry.
    var high: UInt64 = 0
    var ids: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    var count = 0
  }

  /// Memory of its own: reading an array that others might hold counts a reference for each piece.
  private let entries: UnsafeMutableBufferPointer<Entry>
  private var owner: Int?

  private static let size = 1 << 15
  private static let longest = 15

  init() {
    entries = .allocate(capacity: Self.size)
    entries.initialize(repeating: Entry())
  }

  deinit { entries.deallocate() }

  /// Empties the cache if it holds pieces of another model.
  func prepare(for model: BytePairModel) {
    // A model's tables are never changed, so the address of the first tells models apart while both live.
    let identity = model.identity
    guard owner != identity else { return }
    if owner != nil { entries.update(repeating: Entry()) }
    owner = identity
  }

  @inline(__always)
  private static func key(_ piece: UnsafeBufferPointer<UInt8>) -> (low: UInt64, high: UInt64) {
    let raw = UnsafeRawBufferPointer(piece)
    var low: UInt64 = 0
    var high = UInt64(piece.count) << 56
    if raw.count >= 8 {
      low = raw.loadUnaligned(as: UInt64.self)
      // The last eight bytes overlap the first ones for pieces below sixteen; shifting drops what is there already.
      if raw.count > 8 {
        let tail = raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
        high |= tail >> UInt64((16 - raw.count) * 8)
      }
    } else {
      var index = raw.count
      while index > 0 {
        index -= 1
        low = low << 8 | UInt64(raw[index])
      }
    }
    return (low, high)
  }

  @inline(__always)
  private static func place(_ key: (low: UInt64, high: UInt64)) -> Int {
    let mixed = (key.low ^ (key.high &* 0x9e37_79b9_7f4a_7c15)) &* 0xff51_afd7_ed55_8ccd
    return Int(truncatingIfNeeded: mixed >> 40) & (size - 1)
  }

  /// Appends the ids of a piece if it is known.
  @inline(__always)
  func append(_ piece: UnsafeBufferPointer<UInt8>, to ids: inout [UInt32]) -> Bool {
    guard piece.count <= Self.longest else { return false }
    let key = Self.key(piece)
    let place = Self.place(key)
    guard entries[place].low == key.low, entries[place].high == key.high else { return false }
    let count = entries[place].count
    ids.append(entries[place].ids.0)
    if count > 1 { ids.append(entries[place].ids.1) }
    if count > 2 { ids.append(entries[place].ids.2) }
    if count > 3 { ids.append(entries[place].ids.3) }
    return true
  }

  /// Keeps the ids of a piece, in place of another one that has the same place.
  @inline(__always)
  func remember(_ piece: UnsafeBufferPointer<UInt8>, _ ids: ArraySlice<UInt32>) {
    guard piece.count <= Self.longest, (1...4).contains(ids.count) else { return }
    let key = Self.key(piece)
    let first = ids.startIndex
    func id(_ offset: Int) -> UInt32 { offset < ids.count ? ids[first + offset] : 0 }
    entries[Self.place(key)] = Entry(
      low: key.low, high: key.high, ids: (id(0), id(1), id(2), id(3)), count: ids.count)
  }
}
