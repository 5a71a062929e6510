import FoundationEssentials
import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The secrets of a user, by name.
///
/// It never prints one.
///
/// A ring is a JSON file that only its owner may read: `{"keys": [{"id": "…", "secret": "<64 hex digits>"}, {"id": "…",
/// "integer": "15485863"}, {"id": "…", "integers": [654, 400]}]}`. A secret serves every scheme; integers are keys that an
/// engine already uses.
public struct KeyRing: Sendable {
  /// One key, without a printable form of its value.
  public struct Key: Sendable, CustomStringConvertible, CustomReflectable {
    /// Its name.
    public let id: String
    let material: Material

    /// Name and form; never the value.
    public var description: String { "\(id) (\(form))" }
    /// Reflection shows no more than the description.
    public var customMirror: Mirror { Mirror(self, children: ["id": id, "form": form]) }

    /// How the key is given: `secret`, `integer` or `integers`.
    public var form: String {
      switch material {
      case .secret: "secret"
      case .integer: "integer"
      case .integers(let list): "\(list.count) integers"
      }
    }
  }

  enum Material: Sendable {
    case secret([UInt8])
    case integer(Int128)
    case integers([Int64])
  }

  /// The keys in the file's order.
  public let keys: [Key]

  /// The largest ring that is read, in bytes.
  public static let largestFile = 1 << 20

  /// A ring without keys.
  public static let empty = KeyRing(keys: [])

  private init(keys: [Key]) { self.keys = keys }

  /// Reads a ring from a file that no one but its owner may read.
  public init(contentsOfFile path: String) throws(TextWatermarkError) {
    let bytes = try Self.readPrivateFile(path)
    try self.init(json: bytes, place: "key ring \(path)")
  }

  /// Reads a ring from JSON; `place` names it in messages.
  public init(json bytes: [UInt8], place: String) throws(TextWatermarkError) {
    func invalid(_ message: String, _ hint: String) -> TextWatermarkError {
      TextWatermarkError(code: .invalidKeyRing, message: "\(place): \(message)", hint: hint)
    }
    // The decoder's own message could quote the file, so it is not passed on.
    guard let root = try? JSONDecoder().decode([String: JSONValue].self, from: Data(bytes)) else {
      throw invalid(
        "it is not a JSON object", "it looks like {\"keys\": [{\"id\": \"…\", \"secret\": \"…\"}]}")
    }
    var reader = FieldReader(root, place: place, code: .invalidKeyRing)
    guard case .array(let entries)? = reader.value("keys") else {
      throw invalid(
        "'keys' is missing or no array", "it looks like {\"keys\": [{\"id\": \"…\", \"secret\": \"…\"}]}")
    }
    try reader.finish()
    var keys: [Key] = []
    for (index, entry) in entries.enumerated() {
      guard case .object(let fields) = entry else {
        throw invalid("entry \(index) is no object", "see 'key new'")
      }
      let key = try Self.key(fields, place: "\(place), entry \(index)")
      guard !keys.contains(where: { $0.id == key.id }) else {
        throw invalid("the id '\(key.id)' stands twice", "give each key an id of its own")
      }
      keys.append(key)
    }
    self.keys = keys
  }

  /// The key of a name.
  public func key(named id: String) throws(TextWatermarkError) -> Key {
    guard let key = keys.first(where: { $0.id == id }) else {
      let known = keys.map(\.id).joined(separator: ", ")
      throw TextWatermarkError(
        code: .keyUnavailable, message: "the key ring has no key '\(id)'",
        hint: known.isEmpty ? "add one with 'key new'" : "it has: \(known)")
    }
    return key
  }

  private static func key(_ fields: [String: JSONValue], place: String) throws(TextWatermarkError) -> Key {
    func invalid(_ message: String, _ hint: String) -> TextWatermarkError {
      TextWatermarkError(code: .invalidKeyRing, message: "\(place): \(message)", hint: hint)
    }
    var reader = FieldReader(fields, place: place, code: .invalidKeyRing)
    let id = try reader.requiredString("id")
    guard isValidID(id) else { throw invalid("the id cannot be printed safely", idHint) }
    let secret = try reader.string("secret")
    let single = reader.value("integer")
    let several = reader.value("integers")
    try reader.finish()
    guard [secret != nil, single != nil, several != nil].filter({ $0 }).count == 1 else {
      throw invalid("it has not exactly one of 'secret', 'integer' and 'integers'", "keep one of them")
    }
    if let secret {
      guard let bytes = hexBytes(secret), bytes.count == 32 else {
        throw invalid("'secret' is not 64 hex digits", "make one with 'key new'")
      }
      return Key(id: id, material: .secret(bytes))
    }
    if let single {
      let value: Int128? =
        switch single {
        case .string(let text): Int128(text)
        case .integer(let number): Int128(number)
        default: nil
        }
      guard let value, value >= Int128(Int64.min), value <= Int128(UInt64.max) else {
        throw invalid("'integer' is not a whole number of 64 bits", "write it as a string of decimal digits")
      }
      return Key(id: id, material: .integer(value))
    }
    guard case .array(let elements)? = several else {
      throw invalid("'integers' is no array", "write whole numbers")
    }
    var numbers: [Int64] = []
    for element in elements {
      guard case .integer(let number) = element else {
        throw invalid("'integers' holds something else", "write whole numbers")
      }
      numbers.append(number)
    }
    guard !numbers.isEmpty else { throw invalid("'integers' is empty", "write at least one number") }
    return Key(id: id, material: .integers(numbers))
  }
}

extension KeyRing {
  /// The integer that a green-list scheme takes: the key's own, or one derived from its secret for this scheme alone.
  static func integer(of key: Key, scheme: String) throws(TextWatermarkError) -> Int128 {
    switch key.material {
    case .integer(let value): return value
    case .secret(let bytes):
      return Int128(
        KeyDerivation.integer(secret: bytes, purpose: "countermark/v1/\(scheme)/\(key.id)/hashing-key"))
    case .integers:
      throw TextWatermarkError(
        code: .keyUnavailable, message: "the key '\(key.id)' is a list of integers; \(scheme) takes one",
        hint: "name a key that has 'integer' or 'secret'")
    }
  }

  /// 32 bytes derived from a key's secret for one scheme alone, for schemes whose keys are not integers.
  ///
  /// Another scheme or another id gives unrelated bytes. Keys that are integers cannot serve.
  public func derivedSecret(of key: Key, scheme: String) throws(TextWatermarkError) -> [UInt8] {
    guard case .secret(let bytes) = key.material else {
      throw TextWatermarkError(
        code: .keyUnavailable,
        message: "the key '\(key.id)' is given as \(key.form); \(scheme) needs a secret",
        hint: "make one with 'countermark key new'")
    }
    return KeyDerivation.bytes(
      secret: bytes, purpose: "countermark/v1/\(scheme)/\(key.id)/secret", count: 32)
  }

  /// The two seeds of 32 bits that blind-watermark calls passwords: `"integers": [password_img, password_wm]`.
  public func passwords(of key: Key) throws(TextWatermarkError) -> (image: UInt32, mark: UInt32) {
    guard case .integers(let list) = key.material, list.count == 2,
      let image = UInt32(exactly: list[0]), let mark = UInt32(exactly: list[1])
    else {
      throw TextWatermarkError(
        code: .keyUnavailable,
        message: "the key '\(key.id)' is no pair of passwords; blind-watermark needs two numbers of 32 bits",
        hint: "write it into the ring as \"integers\": [password_img, password_wm]")
    }
    return (image, mark)
  }

  /// Ids appear in results, file names and shells.
  static func isValidID(_ id: String) -> Bool {
    !id.isEmpty && id.utf8.count <= 128
      && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }

  static let idHint = "use letters, digits, '-', '_' and '.'"

  static func hexBytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
