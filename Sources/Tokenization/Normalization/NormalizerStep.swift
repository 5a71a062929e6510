import CUTF8Proc

/// One step of a tokenizer's normaliser.
enum NormalizerStep: Sendable {
  /// A Unicode normalisation form.
  case form(Form)
  /// Text put before a non-empty text.
  case prepend([UInt8])
  /// Every occurrence of a text replaced by another.
  case replace([UInt8], by: [UInt8])

  enum Form: String, Sendable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    fileprivate var isCompatible: Bool { self == .nfkc || self == .nfkd }

    fileprivate var options: utf8proc_option_t {
      let composes = self == .nfc || self == .nfkc ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE
      let compatible: UInt32 = isCompatible ? UTF8PROC_COMPAT.rawValue : 0
      return utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | composes.rawValue | compatible)
    }
  }

  func apply(to text: MappedText) -> MappedText {
    switch self {
    case .form(let form): return Self.normalized(text, form)
    case .prepend(let prefix):
      guard !text.bytes.isEmpty else { return text }
      var builder = MappedTextBuilder(from: text)
      builder.replace(0..<0, by: prefix)
      builder.copy(0..<text.bytes.count)
      return builder.text
    case .replace(let pattern, let replacement): return Self.replaced(text, pattern, replacement)
    }
  }

  private static func replaced(_ text: MappedText, _ pattern: [UInt8], _ replacement: [UInt8]) -> MappedText {
    guard !pattern.isEmpty, text.bytes.count >= pattern.count else { return text }
    var builder = MappedTextBuilder(from: text)
    var index = 0
    while index < text.bytes.count {
      if index + pattern.count <= text.bytes.count, text.bytes[index] == pattern[0],
        text.bytes[index..<(index + pattern.count)].elementsEqual(pattern)
      {
        builder.replace(index..<(index + pattern.count), by: replacement)
        index += pattern.count
      } else {
        builder.copy(index..<(index + 1))
        index += 1
      }
    }
    return builder.text
  }

  /// Normalises stretch by stretch, so that offsets stay close and unchanged text costs no copy.
  private static func normalized(_ text: MappedText, _ form: Form) -> MappedText {
    var changes: [(range: Range<Int>, bytes: [UInt8])] = []
    text.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        // ASCII is normal in every form, unless something combines with its last character.
        var end = start
        while end < bytes.count, bytes[end] < 0x80 { end += 1 }
        guard end < bytes.count else { return }
        start = max(start, end - 1)
        end = stretchEnd(bytes, from: start, form)
        if !isUnknown(point(bytes, at: start)), let changed = map(bytes, start..<end, form) {
          changes.append((start..<end, changed))
        }
        start = end
      }
    }
    guard !changes.isEmpty else { return text }
    var builder = MappedTextBuilder(from: text)
    var copied = 0
    for change in changes {
      builder.copy(copied..<change.range.lowerBound)
      builder.replace(change.range, by: change.bytes)
      copied = change.range.upperBound
    }
    builder.copy(copied..<text.bytes.count)
    return builder.text
  }

  /// The end of the shortest stretch from `start` that normalises by itself.
  ///
  /// It lies before the next character that combines with nothing before it; marks of any class and the vowels and finals of
  /// Hangul may combine. A character that the maker's normaliser does not know is a stretch by itself and stays as it is.
  private static func stretchEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ form: Form
  ) -> Int {
    var index = start + length(bytes[start])
    if bytes[start] >= 0x80, isUnknown(point(bytes, at: start)) { return index }
    while index < bytes.count, bytes[index] >= 0x80 {
      let point = point(bytes, at: index)
      let category = utf8proc_category(point)
      let combines =
        category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC
        || category == UTF8PROC_CATEGORY_ME
        || (0x1160...0x11ff).contains(point) || form.isCompatible && becomesCombining(point)
      guard combines, !isUnknown(point) else { return index }
      index += length(bytes[index])
    }
    return index
  }

  /// Whether a compatibility form makes of the character something that combines with what stands before it.
  ///
  /// These are the Hangul vowels and finals of older and of half width, and the half-width voicing marks of kana.
  private static func becomesCombining(_ point: Int32) -> Bool {
    (0x3131...0x318e).contains(point) || (0xff9e...0xffdc).contains(point)
  }

  private static func point(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int32 {
    var next = index
    return Int32(ClassReader(bytes, limit: bytes.count).point(at: index, next: &next))
  }

  /// Whether the maker's normaliser, of Unicode 9.0, does not know the character.
  private static func isUnknown(_ point: Int32) -> Bool {
    // All of them lie beyond the marks of Europe's scripts, which are most of what is asked.
    guard point >= 0x700 else { return false }
    let ranges = UnknownToNormalizer.ranges
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < point { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(point)
  }

  private static func length(_ first: UInt8) -> Int {
    first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  }

  /// The normal form of a stretch, or nil if it is normal already.
  private static func map(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ form: Form) -> [UInt8]?
  {
    let stretch = UnsafeBufferPointer(rebasing: bytes[range])
    // Decomposing can make three bytes out of one and more code points out of one; the call says how many.
    var points = [utf8proc_int32_t](repeating: 0, count: stretch.count * 4 + 8)
    var count = utf8proc_decompose(stretch.baseAddress, stretch.count, &points, points.count, form.options)
    if count > points.count {
      points = .init(repeating: 0, count: count)
      count = utf8proc_decompose(stretch.baseAddress, stretch.count, &points, points.count, form.options)
    }
    guard count >= 0 else { return nil }
    count = utf8proc_normalize_utf32(&points, count, form.options)
    guard count >= 0 else { return nil }
    var made: [UInt8] = []
    for point in points[..<count] {
      guard let scalar = UnicodeScalar(UInt32(bitPattern: point)), let bytes = UTF8.encode(scalar) else {
        return nil
      }
      made.append(contentsOf: bytes)
    }
    return made.elementsEqual(stretch) ? nil : made
  }
}
