import Crypto

/// Keys of other sizes and purposes, derived from one secret.
///
/// Engines take small integers as keys. Deriving them means that one secret in a ring serves every scheme, that no two schemes
/// share a key, and that a key seen in an engine's configuration tells nothing of the secret.
///
/// Source: RFC 5869 (HKDF) with SHA-256.
public enum KeyDerivation {
  /// `count` bytes for one purpose.
  ///
  /// `purpose` is part of the derivation: another purpose gives unrelated bytes.
  public static func bytes(secret: [UInt8], purpose: String, count: Int) -> [UInt8] {
    let key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: secret), info: Array(purpose.utf8), outputByteCount: count)
    return key.withUnsafeBytes { Array($0) }
  }

  /// A positive integer below 2⁶² for one purpose, which every engine that takes 64-bit keys accepts.
  public static func integer(secret: [UInt8], purpose: String) -> Int64 {
    let word = bytes(secret: secret, purpose: purpose, count: 8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(word >> 2)
  }
}

/// SHA-256 as text, for digests of profiles and results.
public struct ContentDigest {
  private var hash = SHA256()

  /// An empty digest.
  public init() {}

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

  /// `sha256:` and 64 hex digits of all bytes so far.
  public func text() -> String {
    "sha256:"
      + hash.finalize().map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// The digest of some bytes.
  public static func of(_ bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.text()
  }
}
