/// Bytes written one after another into memory that is kept for the next ones.
struct ByteRoom: Sendable {
  /// Its first `count` bytes are written.
  private var room: [UInt8] = []
  private var count = 0

  /// Memory beyond this is given back when what it held is forgotten.
  private static let keptRoom = 1 << 20

  /// What has been written; a copy.
  var bytes: [UInt8] { Array(room[..<count]) }

  /// Forgets what was written.
  mutating func removeAll() {
    count = 0
    if room.count > Self.keptRoom { room = [] }
  }

  /// Lets `body` write at most `size` bytes after those there are.
  @inline(__always)
  mutating func write(atMost size: Int, _ body: (inout ByteCursor) -> Void) {
    if room.count - count < size { grow(by: size) }
    let start = count
    count = room.withUnsafeMutableBufferPointer { bytes in
      var cursor = ByteCursor(bytes: bytes, place: start)
      body(&cursor)
      return cursor.place
    }
  }

  @inline(never)
  private mutating func grow(by size: Int) {
    let wanted = max(count + size, room.count * 2, 512)
    room.append(contentsOf: repeatElement(0, count: wanted - room.count))
  }
}

/// A place in a ``ByteRoom`` that is written to; to write beyond its end is a mistake of the program's, and ends it.
struct ByteCursor {
  fileprivate let bytes: UnsafeMutableBufferPointer<UInt8>
  fileprivate(set) var place: Int

  /// The most bytes of a whole number with its sign.
  static let integerSize = 20
  /// The most bytes of a ``ShortDecimal`` with its sign and point.
  static let decimalSize = 24

  /// Writes one byte.
  @inline(__always)
  mutating func write(_ byte: UInt8) {
    precondition(place < bytes.count, "there is room for a byte")
    bytes[place] = byte
    place += 1
  }

  /// Writes bytes as they are.
  @inline(__always)
  mutating func write(_ source: UnsafeBufferPointer<UInt8>) {
    precondition(source.count <= bytes.count - place, "there is room for the bytes")
    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[place...]).copyMemory(
      from: UnsafeRawBufferPointer(source))
    place += source.count
  }

  /// Writes text as it is.
  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { write($0) }
  }

  /// Writes a whole number, with zeros before it if it has fewer than `width` digits.
  mutating func write(_ number: UInt, width: Int = 1) {
    var (digits, rest) = (1, number / 10)
    while rest > 0 { (digits, rest) = (digits + 1, rest / 10) }
    digits = max(digits, width)
    precondition(digits <= bytes.count - place, "there is room for the digits")
    rest = number
    for offset in stride(from: digits - 1, through: 0, by: -1) {
      bytes[place + offset] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
      rest /= 10
    }
    place += digits
  }

  /// Writes a number as Swift describes it.
  mutating func write(_ decimal: ShortDecimal) {
    if decimal.isNegative { write(UInt8(ascii: "-")) }
    write(decimal.whole)
    write(UInt8(ascii: "."))
    write(decimal.fraction, width: decimal.fractionDigits)
  }
}
