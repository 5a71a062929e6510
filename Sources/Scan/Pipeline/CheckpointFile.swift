import Randomness
import Tabular

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file of a checkpoint, and the list of inputs beside it (`FILE.inputs`).
public struct CheckpointFile: Sendable {
  /// The path.
  public let path: String

  private var inputsPath: String { path + ".inputs" }

  /// Names the file.
  public init(_ path: String) {
    // Behind links, since the file is removed in the end.
    self.path = OutputName.behindLinks(path)
  }

  /// The checkpoint of an earlier run; nil where there is none.
  ///
  /// Refuses one of another configuration, version or state of the inputs, and says what differs.
  public func read(header: String, inventory: InputInventory) throws(ScanError) -> ScanCheckpoint? {
    guard access(path, F_OK) == 0 else { return nil }
    let bytes: [UInt8]
    let checkpoint: ScanCheckpoint
    do throws(TabularError) {
      bytes = try FileBytes.read(path, limit: 64 << 20)
    } catch {
      throw ScanError(code: .checkpointMismatch, message: error.message, hint: error.hint)
    }
    do throws(TabularError) {
      checkpoint = try ScanCheckpoint(parsing: bytes, place: "checkpoint \(path)")
    } catch {
      throw ScanError(
        code: .damagedCheckpoint, message: error.message,
        hint: "if it is the checkpoint of this run, remove it to start over; else name another file")
    }
    let old: [UInt8]
    do throws(TabularError) {
      old = try FileBytes.read(inputsPath, limit: 4 << 30)
    } catch {
      throw ScanError(code: .checkpointMismatch, message: error.message, hint: "remove \(path) to start over")
    }
    if let difference = inventory.difference(from: old) { throw mismatch("the inputs differ: \(difference)") }
    let differences = RunDifference.between(checkpoint.header, header)
    if !differences.isEmpty {
      throw mismatch("the run differs: " + differences.prefix(3).joined(separator: "; "))
    }
    return checkpoint
  }

  private func mismatch(_ what: String) -> ScanError {
    ScanError(
      code: .checkpointMismatch, message: "checkpoint \(path): \(what)",
      hint: "run the very same command again to go on, or remove the checkpoint to start over")
  }

  /// Takes the checkpoint of an earlier run, so that no two runs go on from it; nil where there is none.
  func lock() throws(ScanError) -> LockedFile? {
    guard access(inputsPath, F_OK) == 0 else { return nil }
    return try LockedFile(inputsPath, flags: O_RDWR) { number in
      ScanError(
        code: .cannotWrite, message: "\(inputsPath): \(String(cString: strerror(number)))",
        hint: "check its permissions")
    }
  }

  /// Writes the list of inputs, once, before the first checkpoint.
  ///
  /// - Returns: what keeps other runs from this checkpoint while it lives.
  @discardableResult
  public func begin(_ inventory: InputInventory) throws(ScanError) -> OutputSink {
    let sink = try OutputSink(file: inputsPath)
    // Another run may have begun since nothing was there.
    _ = try lock()
    try inventory.lines { line throws(ScanError) in try sink.write(line) }
    try sink.commit()
    return sink
  }

  /// Puts a checkpoint in the place of the one before.
  public func write(_ checkpoint: ScanCheckpoint) throws(ScanError) {
    let sink = try OutputSink(file: path)
    try sink.write(checkpoint.json())
    try sink.commit()
  }

  /// The run is over.
  public func remove() {
    // The checkpoint first: a list without one means nothing.
    unlink(path)
    unlink(inputsPath)
  }
}

/// What differs between two runs' header lines.
public enum RunDifference {
  /// Each difference in words, by the way to the field; `shard` is left out if asked.
  public static func between(_ old: String, _ new: String, leavingOutShard: Bool = false) -> [String] {
    guard old != new else { return [] }
    guard let first = try? JSONValue(parsing: Array(old.utf8)),
      let second = try? JSONValue(parsing: Array(new.utf8))
    else { return ["the run line is not JSON"] }
    var left: [(String, String)] = []
    var right: [(String, String)] = []
    flatten(first, "", &left)
    flatten(second, "", &right)
    let now = Dictionary(right, uniquingKeysWith: { first, _ in first })
    let before = Dictionary(left, uniquingKeysWith: { first, _ in first })
    func counts(_ name: String) -> Bool { !leavingOutShard || !name.hasPrefix("shard.") }
    var differences: [String] = []
    for (name, value) in left where counts(name) && now[name] != value {
      differences.append("\(name) was \(value) and is \(now[name] ?? "absent")")
    }
    for (name, value) in right where counts(name) && before[name] == nil {
      differences.append("\(name) was absent and is \(value)")
    }
    return differences
  }

  /// The fields of a header, each by the way to it.
  public static func fields(of header: JSONValue) -> [(name: String, value: String)] {
    var fields: [(String, String)] = []
    flatten(header, "", &fields)
    return fields
  }

  private static func flatten(_ value: JSONValue, _ name: String, _ into: inout [(String, String)]) {
    switch value {
    case .object(let members):
      for member in members {
        flatten(member.value, name.isEmpty ? member.name : "\(name).\(member.name)", &into)
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() { flatten(element, "\(name)[\(index)]", &into) }
    case .string(let text): into.append((name, text))
    case .integer(let number): into.append((name, "\(number)"))
    case .number(let number): into.append((name, "\(number)"))
    case .bool(let flag): into.append((name, "\(flag)"))
    case .null: into.append((name, "null"))
    }
  }
}
