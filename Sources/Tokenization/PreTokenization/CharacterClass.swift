/// The classes of characters that pre-tokenizers' patterns speak of, one bit each.
enum CharacterClass {
  /// \p{L}.
  static let letter: UInt8 = 1
  /// \p{N}.
  static let number: UInt8 = 2
  /// \s.
  static let space: UInt8 = 4
  /// \p{Lu}, \p{Lt}, \p{Lm}, \p{Lo} or \p{M}: what may stand in the first part of an o200k word.
  static let upper: UInt8 = 8
  /// \p{Ll}, \p{Lm}, \p{Lo} or \p{M}: what may stand in its second part.
  static let lower: UInt8 = 16
  /// \p{P} or \p{S}.
  static let symbol: UInt8 = 32
  /// \p{M}.
  static let mark: UInt8 = 64

  /// The class of every code point: 1.1 MB, spread out on first use and kept.
  static let all: CharacterClasses = {
    let classes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0x110000)
    let runs = CharacterClassTable.runs
    for index in runs.indices {
      let end = index + 1 < runs.count ? Int(runs[index + 1] >> 8) : classes.count
      for point in Int(runs[index] >> 8)..<end { classes[point] = UInt8(truncatingIfNeeded: runs[index]) }
    }
    return CharacterClasses(table: UnsafeBufferPointer(classes))
  }()
}

/// The table of classes, never freed.
struct CharacterClasses: @unchecked Sendable {
  let table: UnsafeBufferPointer<UInt8>
}

/// A stretch of well-formed UTF-8, read as code points and their classes.
struct ClassReader {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where the stretch ends: for a pattern the end of the text.
  let limit: Int
  let classes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) {
    (self.bytes, self.limit) = (bytes, limit)
    classes = CharacterClass.all.table
  }

  /// The code point at `index`, which lies before the limit, and the index after it.
  @inline(__always)
  func point(at index: Int, next: inout Int) -> Int {
    let first = Int(bytes[index])
    if first < 0x80 {
      next = index + 1
      return first
    }
    if first < 0xe0 {
      next = index + 2
      return (first & 0x1f) << 6 | Int(bytes[index + 1]) & 0x3f
    }
    if first < 0xf0 {
      next = index + 3
      return (first & 0x0f) << 12 | (Int(bytes[index + 1]) & 0x3f) << 6 | Int(bytes[index + 2]) & 0x3f
    }
    next = index + 4
    return (first & 0x07) << 18 | (Int(bytes[index + 1]) & 0x3f) << 12 | (Int(bytes[index + 2]) & 0x3f) << 6
      | Int(bytes[index + 3]) & 0x3f
  }

  /// The class at `index`, and the index after its code point.
  @inline(__always)
  func kind(at index: Int, next: inout Int) -> UInt8 { classes[point(at: index, next: &next)] }

  /// The end of the run of code points from `index` that have a class of `wanted` and none of `refused`.
  @inline(__always)
  func runEnd(from index: Int, having wanted: UInt8, refusing refused: UInt8 = 0) -> Int {
    var index = index
    var next = index
    while index < limit {
      let kind = kind(at: index, next: &next)
      guard kind & wanted != 0, kind & refused == 0 else { return index }
      index = next
    }
    return index
  }

  /// The end of the run of code points from `index` that have none of some classes.
  @inline(__always)
  func runEnd(from index: Int, lacking refused: UInt8) -> Int {
    var index = index
    var next = index
    while index < limit, kind(at: index, next: &next) & refused == 0 { index = next }
    return index
  }

  @inline(__always)
  func isNewline(at index: Int) -> Bool { bytes[index] == 0x0a || bytes[index] == 0x0d }

  /// The end of the run of line ends, and of slashes if wanted.
  @inline(__always)
  func newlinesEnd(from index: Int, orSlash: Bool = false) -> Int {
    var index = index
    while index < limit, isNewline(at: index) || (orSlash && bytes[index] == UInt8(ascii: "/")) { index += 1 }
    return index
  }
}

extension ClassReader {
  /// The length of an English contraction at `index`, where an apostrophe stands; 0 if there is none.
  ///
  /// Without regard to case the long s (U+017F) is an s, as in the makers' engines.
  @inline(__always)
  func contractionLength(at index: Int, ignoringCase: Bool) -> Int {
    guard index + 1 < limit else { return 0 }
    func folded(_ byte: UInt8) -> UInt8 { ignoringCase && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }
    let first = folded(bytes[index + 1])
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case 0xc5 where ignoringCase && index + 2 < limit && bytes[index + 2] == 0xbf: return 3
    default: break
    }
    guard index + 2 < limit else { return 0 }
    let second = folded(bytes[index + 2])
    switch (first, second) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 3
    default: return 0
    }
  }

  /// The end of a piece of white space that starts at `index`, as `\s+(?!\S)|\s+` finds it: all but the last character when
  /// something follows.
  @inline(__always)
  func spaceEnd(from index: Int) -> Int {
    var end = index
    var last = index
    var next = index
    while end < limit, kind(at: end, next: &next) & CharacterClass.space != 0 {
      last = end
      end = next
    }
    return end == limit || last == index ? end : last
  }

  /// The same after `\s*[\r\n]+` has had its turn: a piece ends after the last line end of the run.
  @inline(__always)
  func spaceEndAtNewline(from index: Int, takesTrailing: Bool = false) -> Int {
    var end = index
    var last = index
    var afterNewline = -1
    var next = index
    while end < limit, kind(at: end, next: &next) & CharacterClass.space != 0 {
      if isNewline(at: end) { afterNewline = next }
      last = end
      end = next
    }
    if takesTrailing, end == limit { return end }
    if afterNewline >= 0 { return afterNewline }
    return end == limit || last == index ? end : last
  }
}
