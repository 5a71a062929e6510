import Randomness
import Tabular

/// How far a run has come: what of the inputs was read, and which results of it are safe on the disk.
///
/// Written to a file that changes its name only when it is whole, after the results it speaks of were synced: at any instant the
/// disk holds one checkpoint, and at least the results that it promises. What is beyond them is cut off and made again, with
/// the same bytes.
public struct ScanCheckpoint: Sendable {
  /// The run's header line: everything that results depend on.
  public var header: String
  /// Where reading goes on.
  public var position: ScanPosition
  /// The counts up to there.
  public var tally: ScanTally
  /// The bytes of results that are safe.
  public var outputBytes: Int
  /// SHA-256 of these.
  public var outputDigest: String
  /// Whether the results are complete, their summary included.
  public var isComplete: Bool

  /// Makes a checkpoint.
  public init(
    header: String, position: ScanPosition, tally: ScanTally, outputBytes: Int, outputDigest: String,
    isComplete: Bool
  ) {
    (self.header, self.position, self.tally) = (header, position, tally)
    (self.outputBytes, self.outputDigest, self.isComplete) = (outputBytes, outputDigest, isComplete)
  }

  /// The checkpoint as a JSON text.
  func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.integer("checkpoint", 2)
      json.string("run", header)
      json.object("position") { json in
        json.integer("input", position.input)
        json.integer("member", position.member)
        json.integer("offset", position.offset)
        json.integer("line", position.line)
      }
      json.object("tally") { tally.write(to: &$0) }
      json.integer("output_bytes", outputBytes)
      json.string("output_digest", outputDigest)
      json.bool("complete", isComplete)
    }
    return Self.sealed(json.bytes)
  }

  private static let sealMark = Array(#","digest":"#.utf8)

  /// An object with the digest of its own text as its last member: a changed digit would go on from another place, and no other
  /// check would see it.
  private static func sealed(_ object: [UInt8]) -> [UInt8] {
    object.dropLast() + sealMark + Array("\"\(ContentDigest.of(object))\"}\n".utf8)
  }

  /// Whether the bytes are as ``sealed(_:)`` made them.
  private static func isSealed(_ bytes: [UInt8]) -> Bool {
    let length = sealMark.count + "\"sha256:\"}\n".utf8.count + 64
    guard bytes.count > length else { return false }
    return sealed(bytes.dropLast(length) + [UInt8(ascii: "}")]) == bytes
  }

  /// Reads a checkpoint.
  init(parsing bytes: [UInt8], place: String) throws(TabularError) {
    var reader = try ObjectReader(parsing: bytes, place: place)
    guard let form = try reader.integer("checkpoint") else { throw Self.missing("checkpoint", place) }
    guard form == 2 else {
      throw reader.invalid(
        "checkpoint", "is of another version of this program", hint: "remove the checkpoint to start over")
    }
    guard Self.isSealed(bytes) else {
      throw TabularError(
        code: .invalidJSON, message: "\(place) is damaged: its digest is not that of its content",
        hint: "remove the checkpoint to start over", offset: 0)
    }
    header = try reader.requiredString("run")
    guard var origin = try reader.object("position"), var counts = try reader.object("tally") else {
      throw Self.missing("position", place)
    }
    position = ScanPosition(
      input: try Self.number(&origin, "input"), member: try Self.number(&origin, "member"),
      offset: try Self.number(&origin, "offset"), line: try Self.number(&origin, "line"))
    tally = try ScanTally(reading: &counts)
    outputBytes = try Self.number(&reader, "output_bytes")
    outputDigest = try reader.requiredString("output_digest")
    guard let isComplete = try reader.bool("complete") else { throw Self.missing("complete", place) }
    self.isComplete = isComplete
  }

  private static func missing(_ name: String, _ place: String) -> TabularError {
    TabularError(
      code: .invalidJSON, message: "\(place): '\(name)' is missing",
      hint: "remove the checkpoint to start over",
      offset: 0)
  }

  /// A number that a run can count on from.
  static func number(
    _ object: inout ObjectReader, _ name: String, most: Int = 1 << 60
  ) throws(TabularError) -> Int {
    guard let value = try object.integer(name) else { throw missing(name, object.place) }
    guard value >= 0, value <= most else {
      throw object.invalid(name, "is out of range", hint: "remove the checkpoint to start over")
    }
    return value
  }
}
