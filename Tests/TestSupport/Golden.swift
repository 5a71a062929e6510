import Crypto
import FoundationEssentials

/// Vectors made by the real tools, read from `COUNTERMARK_GOLDEN` or from the copies in `Tests/Golden`.
public enum Golden {
  /// The folder that holds `text/`, `image/` and `bias/`.
  public static var folder: String {
    if let named = ProcessInfo.processInfo.environment["COUNTERMARK_GOLDEN"], !named.isEmpty { return named }
    return ownCopies
  }

  /// The copies in `Tests/Golden`, for tests that name a vector: another folder may hold others.
  public static var ownCopies: String { packageRoot + "/Tests/Golden" }

  /// The root of this package.
  public static var packageRoot: String {
    // …/Tests/TestSupport/Golden.swift
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  }

  /// Decodes one file of vectors, such as `text/torch_rng.json`.
  public static func load<Vectors: Decodable>(_ type: Vectors.Type, from file: String) throws -> Vectors {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .useDefaultKeys
    return try decoder.decode(type, from: Data(contentsOf: URL(filePath: folder + "/" + file)))
  }

  /// SHA-256 in hex of numbers written as consecutive little-endian 64-bit integers, as the vectors state it.
  public static func digest<Integers: Sequence>(_ numbers: Integers) -> String
  where Integers.Element: BinaryInteger {
    var hash = SHA256()
    for number in numbers {
      withUnsafeBytes(of: Int64(truncatingIfNeeded: number).littleEndian) { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}
