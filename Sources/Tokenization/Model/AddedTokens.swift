import Kernels

/// A token that is found in text before anything else: special tokens, and words that were added later.
struct AddedToken: Sendable {
  var content: [UInt8]
  var id: UInt32
  var isSpecial = false
  /// Only where no word character is next to it.
  var isSingleWord = false
  /// Takes the white space before it.
  var stripsLeft = false
  /// Takes the white space after it.
  var stripsRight = false
  /// Looked for in the normalised text instead of the text itself.
  var isNormalized = false
}

/// Finds added tokens in text: leftmost, and the longest of those that begin in one place.
struct AddedTokenFinder: Sendable {
  private let tokens: [AddedToken]
  private var startsToken = [Bool](repeating: false, count: 256)
  /// Indices of tokens by their first two bytes, longest first.
  private var byStart: [UInt16: [Int]] = [:]
  private var ofOneByte: [UInt8: Int] = [:]
  /// The byte that all tokens begin with, if there is one.
  private var onlyStart: UInt8?

  init(_ tokens: [AddedToken]) {
    self.tokens = tokens
    for index in tokens.indices.sorted(by: { tokens[$0].content.count > tokens[$1].content.count }) {
      let content = tokens[index].content
      guard let first = content.first else { continue }
      startsToken[Int(first)] = true
      if content.count == 1 {
        if ofOneByte[first] == nil { ofOneByte[first] = index }
      } else {
        byStart[UInt16(first) << 8 | UInt16(content[1]), default: []].append(index)
      }
    }
    let starts = startsToken.indices.filter { startsToken[$0] }
    onlyStart = starts.count == 1 ? UInt8(starts[0]) : nil
  }

  var isEmpty: Bool { tokens.isEmpty }

  /// The stretches of a text: those between tokens (`token` nil), and the tokens with the white space they take.
  func stretches(_ bytes: UnsafeBufferPointer<UInt8>) -> [(range: Range<Int>, token: AddedToken?)] {
    guard !tokens.isEmpty else { return bytes.isEmpty ? [] : [(0..<bytes.count, nil)] }
    var found: [(range: Range<Int>, token: AddedToken?)] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      if let onlyStart { index = ByteSearch.first(onlyStart, in: bytes, index..<bytes.count) }
      guard index < bytes.count, startsToken[Int(bytes[index])], let token = token(bytes, at: index) else {
        index += 1
        continue
      }
      var range = index..<(index + token.content.count)
      if token.isSingleWord, isWordNear(bytes, range) {
        index = range.upperBound
        continue
      }
      if token.stripsLeft {
        range = max(start, Self.spaceStart(bytes, before: range.lowerBound))..<range.upperBound
      }
      if token.stripsRight {
        let reader = ClassReader(bytes, limit: bytes.count)
        range = range.lowerBound..<reader.runEnd(from: range.upperBound, having: CharacterClass.space)
      }
      if range.lowerBound > start { found.append((start..<range.lowerBound, nil)) }
      found.append((range, token))
      start = range.upperBound
      index = start
    }
    if start < bytes.count { found.append((start..<bytes.count, nil)) }
    return found
  }

  private func token(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> AddedToken? {
    if index + 1 < bytes.count, let candidates = byStart[UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])]
    {
      for candidate in candidates {
        let content = tokens[candidate].content
        guard index + content.count <= bytes.count else { continue }
        var offset = 2
        while offset < content.count, bytes[index + offset] == content[offset] { offset += 1 }
        if offset == content.count { return tokens[candidate] }
      }
    }
    return ofOneByte[bytes[index]].map { tokens[$0] }
  }

  private func isWordNear(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let reader = ClassReader(bytes, limit: bytes.count)
    let word = CharacterClass.letter | CharacterClass.number | CharacterClass.mark
    func isWord(at index: Int) -> Bool {
      var next = index
      return bytes[index] == UInt8(ascii: "_") || reader.kind(at: index, next: &next) & word != 0
    }
    if range.upperBound < bytes.count, isWord(at: range.upperBound) { return true }
    return range.lowerBound > 0 && isWord(at: Self.characterStart(bytes, before: range.lowerBound))
  }

  private static func characterStart(_ bytes: UnsafeBufferPointer<UInt8>, before index: Int) -> Int {
    var start = index - 1
    while start > 0, bytes[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  private static func spaceStart(_ bytes: UnsafeBufferPointer<UInt8>, before index: Int) -> Int {
    let reader = ClassReader(bytes, limit: bytes.count)
    var start = index
    while start > 0 {
      let previous = characterStart(bytes, before: start)
      var next = previous
      guard reader.kind(at: previous, next: &next) & CharacterClass.space != 0 else { return start }
      start = previous
    }
    return start
  }
}
