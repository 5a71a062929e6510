import CZlib

/// The chunks of a PNG, and what becomes of each when the pixels change.
///
/// Source: PNG specification, third edition (W3C 2025), sections 5 and 11.
struct PNGChunks {
  struct Chunk: Hashable {
    var type: String
    /// Length, type, data and CRC.
    var bytes: [UInt8]
    var data: ArraySlice<UInt8> { bytes[8..<(bytes.count - 4)] }
  }

  /// Chunks that are kept, in their order, before and after the pixels.
  var before: [Chunk] = []
  var after: [Chunk] = []
  var warnings: [String] = []
  var isAnimated = false

  /// Meaningless or wrong once palette and transparency became samples, or made anew.
  private static let replaced: Set<String> = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "hIST", "sBIT", "bKGD"]
  private static let animation: Set<String> = ["acTL", "fcTL", "fdAT"]
  private static let known: Set<String> = [
    "cHRM", "gAMA", "iCCP", "sRGB", "cICP", "mDCV", "cLLI", "pHYs", "sPLT", "eXIf", "tEXt", "zTXt", "iTXt",
    "tIME",
    "oFFs", "sCAL", "caBX",
  ]

  /// Walks over the chunks of a file; what lies after IEND is left out.
  init(_ file: [UInt8], limits: RasterLimits) throws(RasterError) {
    var place = 8
    var hasPixels = false
    var kept = 0
    while place + 12 <= file.count {
      let length = file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else { return }
      let bytes = Array(file[place..<(place + 12 + length)])
      let type = String(decoding: bytes[4..<8], as: UTF8.self)
      place += 12 + length
      if type == "IEND" { return }
      if type == "IDAT" { hasPixels = true }
      if Self.animation.contains(type) {
        if type == "acTL" {
          isAnimated = true
          warnings.append("the picture is animated: its first frame is read, the others are not written")
        }
        continue
      }
      if Self.replaced.contains(type) { continue }
      guard bytes[4..<8].allSatisfy({ (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }) else {
        warnings.append("a chunk without a proper name is not written")
        continue
      }
      // The fourth letter says whether a chunk that nobody knows outlives a change of pixels.
      guard Self.known.contains(type) || bytes[7] & 0x20 != 0 else {
        warnings.append(
          "the chunk \(Self.printable(bytes[4..<8])) depends on pixels that change, and is not written")
        continue
      }
      guard Self.hasSoundChecksum(bytes) else {
        warnings.append("the chunk \(Self.printable(bytes[4..<8])) is damaged, and is not written")
        continue
      }
      kept += bytes.count
      guard kept <= limits.metadataBytes else {
        throw RasterError(
          code: .tooLarge, message: "more than \(limits.metadataBytes) bytes of the file are not pixels",
          hint: "strip the metadata, or raise the limit")
      }
      if hasPixels {
        after.append(Chunk(type: type, bytes: bytes))
      } else {
        before.append(Chunk(type: type, bytes: bytes))
      }
    }
  }

  /// The orientation that an eXIf chunk gives.
  var orientation: Orientation? {
    (before + after).first { $0.type == "eXIf" }.flatMap { Orientation.inEXIF($0.data) }
  }

  /// Puts the kept chunks into a freshly encoded file.
  func spliced(into encoded: [UInt8]) -> [UInt8] {
    // Signature and IHDR take 33 bytes, IEND the last 12.
    guard encoded.count >= 45 else { return encoded }
    var out = Array(encoded[..<33])
    for chunk in before { out += chunk.bytes }
    out += encoded[33..<(encoded.count - 12)]
    for chunk in after { out += chunk.bytes }
    return out + encoded[(encoded.count - 12)...]
  }

  private static func hasSoundChecksum(_ chunk: [UInt8]) -> Bool {
    let stated = chunk.suffix(4).reduce(UInt(0)) { $0 << 8 | UInt($1) }
    let covered = Array(chunk[4..<(chunk.count - 4)])
    return UInt(crc32(0, covered, UInt32(covered.count))) == stated
  }

  private static func printable(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: name.map { (0x41...0x7a).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
