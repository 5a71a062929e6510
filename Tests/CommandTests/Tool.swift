import Foundation
import TestSupport

/// The built command, run as a user would.
struct Tool {
  struct Run {
    var status: Int32
    var output: String
    var errors: String

    /// Output lines as JSON objects.
    var lines: [[String: Any]] {
      output.split(separator: "\n").compactMap {
        try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
    }

    func lines(_ type: String) -> [[String: Any]] { lines.filter { $0["type"] as? String == type } }
    var summary: [String: Any] { lines("summary").first ?? [:] }
    func count(_ name: String) -> Int { summary[name] as? Int ?? -1 }
  }

  /// The command lies beside the tests' own executable.
  static let path: String = {
    let own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    return (own as NSString).deletingLastPathComponent + "/countermark"
  }()

  /// Runs the command; `input` goes to its standard input.
  static func run(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:]
  ) throws -> Run {
    try launch(path, arguments, input: input, environment: environment)
  }

  /// Runs the command without its output, and tells the most that was resident, in KiB, as the system counts it.
  static func peak(_ arguments: [String]) throws -> (status: Int32, kibibytes: Int) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    var peak = 0
    while process.isRunning {
      let status =
        (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
      if let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) {
        peak = max(peak, Int(line.split(separator: " ").dropLast().last ?? "") ?? 0)
      }
      usleep(2_000)
    }
    process.waitUntilExit()
    return (process.terminationStatus, peak)
  }

  /// Whether memory is the tool's own; a sanitizer takes as much again and reserves terabytes.
  static let measuresMemory = ProcessInfo.processInfo.environment["COUNTERMARK_SANITIZED"] == nil

  /// Runs any program.
  static func launch(
    _ program: String, _ arguments: [String], input: Data = Data(), environment: [String: String] = [:]
  ) throws -> Run {
    let folder = try Scratch()
    let files = ["in", "out", "err"].map { folder.path + "/" + $0 }
    try input.write(to: URL(fileURLWithPath: files[0]))
    for file in files[1...] { FileManager.default.createFile(atPath: file, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COUNTERMARK_KEYS"] { variables[name] = nil }
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = FileHandle(forReadingAtPath: files[0])
    process.standardOutput = FileHandle(forWritingAtPath: files[1])
    process.standardError = FileHandle(forWritingAtPath: files[2])
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: files[1])), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: files[2])), as: UTF8.self))
  }
}

/// A folder that goes when the test ends.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/countermark-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  @discardableResult
  func file(_ name: String, _ contents: String, mode: Int = 0o644) throws -> String {
    try file(name, Data(contents.utf8), mode: mode)
  }

  @discardableResult
  func file(_ name: String, _ contents: Data, mode: Int = 0o644) throws -> String {
    let file = path + "/" + name
    try contents.write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }
}

/// Real keys, profiles and texts of the package, and small ones made for a test.
struct Bench {
  let scratch: Scratch
  let keys: String
  let profile: String

  static let corpora = Golden.packageRoot + "/Corpora"

  /// A ring with the public default key, and a left-hash profile for SmolLM2 without a tokenizer.
  init(tokenizer: Bool = false, vocabulary: Int = 49_152) throws {
    scratch = try Scratch()
    keys = try scratch.file("ring.json", #"{"keys": [{"id": "k", "integer": "15485863"}]}"#, mode: 0o600)
    let path = tokenizer ? #", "tokenizer": "\#(Self.corpora)/smollm2/tokenizer.json""# : ""
    profile = try scratch.file(
      "profile.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": \#(vocabulary)\#(path)}"#)
  }

  /// Arguments that name the keys and the profile.
  var known: [String] { ["--keys", keys, "--profile", profile] }

  /// Scans some inputs with JSON output.
  func scan(_ inputs: [String], _ more: [String] = [], input: Data = Data()) throws -> Tool.Run {
    try Tool.run(["scan"] + inputs + known + ["--json"] + more, input: input)
  }

  /// Ids of the unmarked and marked records of a scheme in the shipped corpus.
  static func corpus(_ scheme: String?) throws -> [[String: Any]] {
    let text = try String(contentsOfFile: corpora + "/llm-open.jsonl", encoding: .utf8)
    return text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }.filter { ($0["watermark"] as? [String: Any])?["scheme"] as? String == scheme }
  }
}
