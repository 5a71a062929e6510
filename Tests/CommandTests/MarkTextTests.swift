import Foundation
import TestSupport
import Testing

/// `mark text` and `evaluate text` with a tiny model of random weights, which writes bytes by chance.
@Suite struct MarkTextTests {
  let scratch: Scratch
  let model: String
  let keys: String
  let profile: String

  init() throws {
    scratch = try Scratch()
    model = try scratch.file("tiny.gguf", Data(GGUFWriter.tinyLlama(context: 600).file()))
    keys = try scratch.file("ring.json", #"{"keys": [{"id": "k", "integer": "15485863"}]}"#, mode: 0o600)
    profile = try scratch.file(
      "profile.json",
      #"{"name": "tiny", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 262, "bias": 6, "context_width": 1}"#
    )
  }

  private func prompts(_ lines: [String]) throws -> String {
    try scratch.file("prompts.jsonl", lines.joined(separator: "\n"))
  }

  private var some: [String] {
    (0..<5).map { #"{"id": "p\#($0)", "prompt": "number \#($0)"}"# }
  }

  private func mark(_ more: [String], environment: [String: String] = [:]) throws -> Tool.Run {
    try Tool.run(
      ["mark", "text", "--raw", "--profile", profile, "--keys", keys, "-n", "200"] + more
        + (more.contains("--model") ? [] : ["--model", model]), environment: environment)
  }

  @Test(
    "texts come in the order of their prompts with ids, text and what the detector finds, and scan reads them"
  )
  func writesLines() throws {
    let run = try mark(["--prompts", prompts(some), "--seed", "3"])
    #expect(run.lines.map { $0["id"] as? String } == ["p0", "p1", "p2", "p3", "p4"])
    for line in run.lines {
      let ids = try #require(line["token_ids"] as? [Int])
      #expect(!ids.isEmpty && ids.allSatisfy { (0..<262).contains($0) })
      #expect(line["model"] as? String == "tiny.gguf")
      #expect((line["model_digest"] as? String)?.hasPrefix("sha256:") == true)
      #expect(line["key_id"] as? String == "k")
      #expect(line["seed"] as? String == "3")
    }
    #expect(!run.output.contains("15485863") && !run.errors.contains("15485863"))
    let scan = try Tool.run(
      ["scan", scratch.file("marked.jsonl", run.output), "--profile", profile, "--keys", keys, "--json"])
    let found = scan.lines("result")
    #expect(found.count == 5)
    for (line, result) in zip(run.lines, found) {
      let detection = try #require(line["detection"] as? [String: Any])
      #expect(detection["log10_p"] as? Double == result["log10_p"] as? Double)
      #expect(detection["verdict"] as? String == result["verdict"] as? String)
    }
  }

  @Test("the same seed writes the same bytes for any number of workers, another seed others")
  func isSeeded() throws {
    let file = try prompts((0..<40).map { #"{"prompt": "word \#($0)"}"# })
    let one = try mark(["--prompts", file, "-n", "20", "-j", "1"])
    #expect(try mark(["--prompts", file, "-n", "20", "-j", "3"]).output == one.output)
    #expect(try mark(["--prompts", file, "-n", "20", "--seed", "1"]).output != one.output)
    #expect(one.lines.count == 40)
  }

  @Test(
    "a text that its detector cannot find is not called marked, the reason is said, and the command ends with 3"
  )
  func refuses() throws {
    let short = try mark(["--prompt", "a", "--json", "-n", "8"])
    let line = try #require(short.lines.first)
    #expect(line["marked"] as? Bool == false)
    #expect((line["reason"] as? [String: Any])?["code"] as? String == "too-short")
    #expect(short.status == 3)
    // Random bytes are no UTF-8: where there are few, the mark is in the tokens and the text does not carry it.
    let texts = try ["30", "40", "50", "60", "80"].flatMap { count in
      try mark(["--prompts", prompts(some), "-n", count]).lines("generated")
    }
    let lost = texts.filter { ($0["reason"] as? [String: Any])?["code"] as? String == "reads-otherwise" }
    #expect(!lost.isEmpty)
    for line in lost {
      #expect(line["marked"] as? Bool == false)
      #expect((line["detection"] as? [String: Any])?["verdict"] as? String == "detected")
      #expect((line["detection_from_text"] as? [String: Any])?["verdict"] as? String != "detected")
    }
  }

  @Test("the twin comes from the same seed and without the mark")
  func compares() throws {
    let run = try mark(["--prompts", prompts(some), "--compare"])
    #expect(run.lines.map { $0["id"] as? String }.prefix(2) == ["p0", "p0-unmarked"])
    #expect(run.lines.count == 10)
    for (marked, twin) in zip(
      run.lines.filter { $0["intended"] as? Bool == true },
      run.lines.filter { $0["intended"] as? Bool == false })
    {
      #expect(marked["stream"] as? Int == twin["stream"] as? Int)
      #expect(twin["marked"] as? Bool == false)
      #expect(((twin["detection"] as? [String: Any])?["log10_p"] as? Double ?? -9) > -4)
    }
  }

  @Test("a bad prompt is a line of its own, and the others are written")
  func goesOn() throws {
    let long = String(repeating: "x", count: 700)
    let file = try prompts([
      some[0], "{", #"{"id": "none"}"#, #"{"id": "long", "prompt": "\#(long)"}"#,
      #"{"id": "empty", "prompt": ""}"#, "", some[1],
    ])
    let run = try mark(["--prompts", file, "-n", "10"])
    #expect(run.status == 3)
    #expect(run.lines("generated").map { $0["id"] as? String } == ["p0", "p1"])
    let errors = run.lines("error")
    #expect(errors.compactMap { $0["record"] as? Int } == [2, 3])
    #expect(errors.compactMap { $0["id"] as? String } == ["long", "empty"])
    #expect(errors.allSatisfy { ($0["hint"] as? String)?.isEmpty == false })
    #expect(errors.last?["code"] as? String == "empty-prompt")
  }

  @Test("what does not fit together is refused with what to do, before anything is written")
  func refusesConfigurations() throws {
    let other = try scratch.file(
      "other.json", #"{"name": "o", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 300}"#)
    func run(_ arguments: [String]) throws -> Tool.Run {
      try Tool.run(["mark", "text", "--prompt", "a", "--keys", keys] + arguments)
    }
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["--model", model, "--profile", other, "--raw"], 2, "262"),
      (["--model", scratch.path + "/none.gguf", "--profile", profile], 2, "none.gguf"),
      (["--model", try scratch.file("bad.gguf", "GGUX"), "--profile", profile], 2, "bad.gguf"),
      (["--profile", profile], 2, "COUNTERMARK_MODEL"),
      (["--model", model, "--profile", profile, "--temperature=-1", "--raw"], 2, "temperature"),
    ]
    for (arguments, status, words) in cases {
      let run = try run(arguments)
      #expect(run.status == status, "\(arguments)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(run.errors.contains("hint:"))
      #expect(run.output.isEmpty)
    }
    let noKeys = try Tool.run(["mark", "text", "--prompt", "a", "--model", model, "--profile", profile])
    #expect(noKeys.status == 4)
    // The tiny file has no chat template; with --raw it needs none.
    let noTemplate = try run(["--model", model, "--profile", profile])
    #expect(noTemplate.status == 3)
    #expect(noTemplate.errors.contains("chat template"))
  }

  @Test("interrupted, whole lines are left, the file keeps its partial name, and the command ends with 130")
  func stops() throws {
    let file = try prompts((0..<2000).map { #"{"prompt": "word \#($0)"}"# })
    let out = scratch.path + "/out.jsonl"
    let run = try Tool.launch(
      "/usr/bin/timeout",
      [
        "--preserve-status", "-s", "INT", "1", Tool.path, "mark", "text", "--raw", "--model", model,
        "--profile", profile, "--keys", keys,
      ]
        + ["--prompts", file, "-o", out, "-n", "400"])
    #expect(run.status == 130)
    #expect(!FileManager.default.fileExists(atPath: out))
    let text = try String(contentsOfFile: out + ".partial", encoding: .utf8)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    for line in text.split(separator: "\n") {
      #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
    }
  }

  @Test(
    "an evaluation prints its table and writes JSON, CSV and figures; the same bytes for any number of workers"
  )
  func evaluates() throws {
    let file = try prompts((0..<6).map { #"{"prompt": "word \#($0)"}"# })
    func evaluate(_ jobs: Int) throws -> (run: Tool.Run, files: [String]) {
      let names = ["e.json", "e.csv", "e.svg", "a.svg"].map { scratch.path + "/\(jobs)-" + $0 }
      let run = try Tool.run(
        [
          "evaluate", "text", "--raw", "--model", model, "--profile", profile, "--keys", keys, "--prompts",
          file,
        ]
          + [
            "--bias", "1,6", "--length", "20,60", "--attack", "delete:0.3", "--attack", "lowercase",
            "--full-length",
          ]
          + [
            "--json", names[0], "--csv", names[1], "--figure", names[2], "--attack-figure", names[3], "-j",
            "\(jobs)",
          ])
      return (run, try names.map { try String(contentsOfFile: $0, encoding: .utf8) })
    }
    let (run, files) = try evaluate(1)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("The price") && run.output.contains("The power"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(files[0].utf8)) as? [String: Any])
    #expect((object["power"] as? [Any])?.count == 2 * 2 * 3 * 3)
    #expect((object["attacks"] as? [Any])?.count == 2 * 2 * 3)
    #expect(files[1].split(separator: "\n").count == 1 + 36 + 2 * 12)
    for svg in files[2...] {
      let parsed = XMLDocumentCheck(svg)
      #expect(parsed.isWellFormed && svg.hasPrefix("<svg xmlns="))
    }
    #expect(try evaluate(2).files == files)
  }

  @Test("an evaluation without what it needs is refused")
  func refusesEvaluations() throws {
    let file = try prompts(some)
    for (arguments, words) in [
      (["--attack", "insert:0.1"], "--human"), (["--attack", "melt"], "delete"),
      (["--length", "0"], "--length"),
      (["--attack-figure", "x.svg"], "--attack"), (["--bias", "1,x"], "bias"),
    ] {
      let run = try Tool.run(
        [
          "evaluate", "text", "--raw", "--model", model, "--profile", profile, "--keys", keys, "--prompts",
          file,
        ] + arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains(words), "\(run.errors)")
    }
  }
}

/// Whether tags of a text are closed in the order in which they are opened.
private struct XMLDocumentCheck {
  var isWellFormed: Bool

  init(_ text: String) {
    var open: [Substring] = []
    isWellFormed = true
    for piece in text.split(separator: "<").dropFirst(0) where piece.contains(">") {
      let tag = piece.prefix { $0 != ">" && $0 != " " }
      if tag.hasPrefix("/") {
        if open.popLast() != tag.dropFirst() { isWellFormed = false }
      } else {
        open.append(tag)
      }
    }
    if !open.isEmpty { isWellFormed = false }
  }
}
