/// A text as token ids, and where each token stands in it.
public struct Encoding: Hashable, Sendable {
  /// The ids.
  public var ids: [UInt32]
  /// For each id the bytes of the given UTF-8 text that it stands for.
  ///
  /// Ranges follow each other without gaps where the tokenizer changes nothing. A token that was added around the text has
  /// an empty range. Where a normaliser changed characters, each token made of them stands for all of them. A character that is split over tokens is split here, too: ranges are of bytes.
  public var offsets: [Range<Int>]

  /// Makes an encoding.
  public init(ids: [UInt32] = [], offsets: [Range<Int>] = []) { (self.ids, self.offsets) = (ids, offsets) }
}
