/// One of several runs over the same inputs that share the records between them.
///
/// A record belongs to a shard by a hash of its id, not by its line: adding or sorting lines moves no other record.
public struct ScanShard: Hashable, Sendable {
  /// Which one, from 1.
  public var index: Int
  /// How many there are.
  public var count: Int

  /// A shard; nil unless 1 ≤ index ≤ count ≤ 100,000.
  public init?(index: Int, count: Int) {
    guard count >= 1, count <= 100_000, index >= 1, index <= count else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// Reads `i/N`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, count: count)
  }

  /// Whether a record of this id belongs here.
  public func accepts(_ id: String) -> Bool {
    count == 1 || Self.hash(id) % UInt64(count) == UInt64(index - 1)
  }

  /// FNV-1a over the id's UTF-8, its bits then mixed so that the remainder depends on all of them (finaliser of MurmurHash3).
  ///
  /// Part of the format: shards made on several machines and by several versions must agree.
  static func hash(_ id: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}
