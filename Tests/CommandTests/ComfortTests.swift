import Foundation
import TestSupport
import Testing

/// Explanations, configuration files, suggestions and the doctor.
@Suite struct ComfortTests {
  @Test("every code that the sources can print is explained")
  func explainsEveryCode() throws {
    let pattern = try Regex(#"Code\(rawValue: "([a-z0-9-]+)"\)|code: "([a-z0-9-]+)""#)
    var codes: Set<String> = []
    let sources = try #require(FileManager.default.enumerator(atPath: Golden.packageRoot + "/Sources"))
    for case let name as String in sources where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: Golden.packageRoot + "/Sources/" + name, encoding: .utf8)
      for match in text.matches(of: pattern) {
        if let code = match.output[1].substring ?? match.output[2].substring { codes.insert(String(code)) }
      }
    }
    #expect(codes.count > 80)
    let listed = Set(
      try Tool.run(["explain"]).output.split(whereSeparator: { " ,:\n".contains($0) }).map(String.init))
    #expect(codes.subtracting(listed).sorted() == [])
    for code in ["insufficient", "line-too-long", "disparity"] {
      let run = try Tool.run(["explain", code])
      #expect(run.status == 0 && run.output.hasPrefix(code + ": "))
      #expect(try Tool.run(["--explain", code]).output == run.output)
    }
    let wrong = try Tool.run(["explain", "line-to-long"])
    #expect(wrong.status == 2 && wrong.errors.contains("line-too-long"))
  }

  @Test("a misspelt command is told what was meant")
  func suggests() throws {
    let run = try Tool.run(["scna", "x"])
    #expect(run.status == 2 && run.errors.contains("Did you mean 'scan'?"))
    #expect(try !Tool.run(["zzzzzz"]).errors.contains("Did you mean"))
  }

  @Test(
    "on a terminal a long run tells its share, rate and end; nothing where it is quiet or on a build server")
  func progress() throws {
    let scratch = try Scratch()
    let keys = try scratch.file(
      "keys.json", Data(contentsOf: URL(fileURLWithPath: Bench.corpora + "/demo-keys.json")), mode: 0o600)
    // A run that takes some seconds, with a terminal of its own from python's pty.
    let script = """
      import os, pty, sys
      child, terminal = pty.fork()
      if child == 0:
          os.execv(sys.argv[1], sys.argv[1:])
      seen = b""
      while True:
          try:
              piece = os.read(terminal, 65536)
          except OSError:
              break
          if not piece:
              break
          seen += piece
      os.waitpid(child, 0)
      sys.stdout.buffer.write(seen)
      """
    func terminal(
      _ inputs: [String], _ more: [String] = [], _ environment: [String: String] = [:]
    ) throws
      -> String
    {
      let scan = ["scan"] + inputs + ["--keys", keys, "-j", "1", "-o", scratch.path + "/out.jsonl"]
      return try Tool.launch(
        "/usr/bin/env", ["python3", "-c", script, Tool.path] + scan + more,
        environment: ["CI": "", "TERM": "xterm"].merging(environment) { $1 }
      ).output
    }
    let photos = ["attacked", "unmarked"].map { Bench.corpora + "/photos/" + $0 }
    let seen = try terminal(photos)
    let lines = seen.split(separator: "\r")
    #expect(
      lines.contains {
        $0.contains(try! Regex(#"^\u{1b}\[K\d+ records · \d+ % · [\d.,]+ records/s · \d+ flagged"#))
      },
      "\(seen.debugDescription)")
    #expect(lines.contains { $0.hasSuffix(" left") }, "\(seen.debugDescription)")
    #expect(seen.hasSuffix("\r\u{1b}[K"), "the line is cleared")
    for quiet in ["--quiet", "--no-progress"] { #expect(try terminal(photos, [quiet]).isEmpty) }
    #expect(try terminal(photos, [], ["CI": "true"]).isEmpty)
  }

  @Test("options come from flags before the environment before the file")
  func precedence() throws {
    let bench = try Bench()
    let record = try bench.scratch.file("r.jsonl", #"{"token_ids": [1, 2, 3]}"#)
    let config = try bench.scratch.file(
      "countermark.json",
      #"{"keys": "\#(bench.keys)", "scan": {"profile": ["\#(bench.profile)"], "alpha": 0.001, "json": true}, "audit": {"tau": 0.7}}"#
    )
    func alpha(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Double? {
      let run = try Tool.run(arguments, environment: environment)
      #expect(run.status == 0, "\(run.errors)")
      return run.lines("run").first?["alpha"] as? Double
    }
    #expect(try alpha(["scan", record, "--config", config]) == 0.001)
    #expect(try alpha(["--config=\(config)", "scan", record]) == 0.001)
    #expect(try alpha(["scan", record], ["COUNTERMARK_CONFIG": config]) == 0.001)
    #expect(try alpha(["scan", record, "--config", config], ["COUNTERMARK_ALPHA": "0.01"]) == 0.01)
    #expect(
      try alpha(["scan", record, "--config", config, "--alpha", "0.1"], ["COUNTERMARK_ALPHA": "0.01"]) == 0.1)
    // A ring of the environment goes before the file's.
    let other = try Tool.run(
      ["scan", record, "--config", config],
      environment: ["COUNTERMARK_KEYS": bench.scratch.path + "/none.json"])
    #expect(other.status == 4 && other.errors.contains("none.json"))
  }

  @Test("a configuration file that says what nothing reads is refused")
  func refusesConfigurations() throws {
    let scratch = try Scratch()
    for (text, words) in [
      (#"{"alhpa": 1}"#, "did you mean 'alpha'"), (#"{"scan": {"tau": 1}}"#, "tau"), ("[]", "object"),
      ("{", "line"),
      (#"{"scan": {"json": "maybe"}}"#, "true or false"), (#"{"scan": 3}"#, "object"),
    ] {
      let file = try scratch.file("c.json", text)
      let run = try Tool.run(["scan", "x", "--config", file])
      #expect(run.status == 2, "\(text)")
      #expect(run.errors.contains(words), "\(text): \(run.errors)")
    }
    #expect(try Tool.run(["scan", "x", "--config", scratch.path + "/no.json"]).status == 2)
    #expect(try Tool.run(["scan", "x", "--config"]).status == 2)
    #expect(try Tool.run(["scan", "x"], environment: ["COUNTERMARK_JSON": "maybe"]).status == 2)
  }

  @Test("the doctor says what is well, what is not, and what to do")
  func doctor() throws {
    let bench = try Bench()
    let well = try Tool.run(["doctor", "--keys", bench.keys, "--profile", bench.profile])
    #expect(well.status == 0, "\(well.output)")
    #expect(!well.output.contains("WRONG") && well.output.contains("1 key"))
    #expect(!well.output.contains("15485863"))
    let open = try bench.scratch.file("open.json", #"{"keys": []}"#, mode: 0o644)
    let ill = try Tool.run(["doctor", "--keys", open, "--profile", bench.scratch.path + "/none.json"])
    #expect(ill.status == 4)
    #expect(ill.output.contains("chmod 600") && ill.output.contains("none.json"))
  }
}
