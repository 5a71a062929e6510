import Foundation
import TestSupport
import Testing

@Suite("What a person sees")
struct ExplainTests {
  private let ids = "[" + (0..<60).map { String($0 * 37 % 300 + 20) }.joined(separator: ", ") + "]"

  @Test("--explain spells out arithmetic that can be checked by hand")
  func arithmetic() throws {
    let bench = try Bench()
    let file = try bench.scratch.file("in.jsonl", "{\"id\": \"x\", \"ids\": \(ids)}\n")
    let json = try bench.scan([file]).lines("result")[0]
    let run = try Tool.run(["detect", "text", file, "--explain", "--color", "never"] + bench.known)
    let scored = json["scored"] as! Int
    let green = (json["statistic"] as! [String: Any])["value"] as! Int
    let text = run.output
    #expect(text.contains("x  p under k"))
    #expect(text.contains("12288/49152 = 0.250000"))
    #expect(text.contains("Tokens: 60 seen, \(scored) scored"))
    #expect(text.contains("P(at least \(green) of \(scored) green)"))
    #expect(text.contains("detected if at most 1e-06"))
    // Each token is shown with its colour: as many as were counted.
    #expect(text.components(separatedBy: "[+").count - 1 == green + 1, "the legend has one more")
    #expect(text.components(separatedBy: "[-").count - 1 == scored - green + 1)
    #expect(!text.contains("\u{1b}["))
  }

  @Test("colours follow --color, then NO_COLOR, then CLICOLOR_FORCE, then the terminal")
  func colours() throws {
    let bench = try Bench()
    let file = try bench.scratch.file("in.jsonl", "{\"id\": \"x\", \"ids\": \(ids)}\n")
    func hasColour(_ arguments: [String], _ environment: [String: String]) throws -> Bool {
      try Tool.run(
        ["detect", "text", file, "--explain"] + bench.known + arguments, environment: environment
      ).output.contains("\u{1b}[30;42m")
    }
    #expect(try hasColour(["--color", "always"], ["NO_COLOR": "1"]))
    #expect(try !hasColour([], ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]))
    #expect(try hasColour([], ["CLICOLOR_FORCE": "1"]))
    #expect(try !hasColour([], [:]))
  }

  @Test("a table shows verdicts, hides quiet records with --only-flagged, and never says who wrote a text")
  func table() throws {
    let bench = try Bench()
    let marked = try #require(try Bench.corpus("hf-kgw-lefthash").first)
    let plain = try #require(try Bench.corpus(nil).first)
    var lines = ""
    for record in [marked, plain] {
      let ids = record["token_ids"] as! [Int]
      lines += "{\"id\": \"\(record["id"]!)\", \"ids\": \(ids)}\n"
    }
    lines += "{\"id\": \"short\", \"ids\": [4, 5, 6]}\nnonsense\n"
    let file = try bench.scratch.file("in.jsonl", lines)
    let all = try Tool.run(["scan", file, "--table", "--color", "never"] + bench.known)
    #expect(all.status == 3)
    for part in [
      "VERDICT", "not detected", "insufficient", "failed invalid-json",
      "4 records seen: 3 scanned, 0 skipped, 1 failed",
      "p (kgw-transformers) under key k: 1 detected", "Not detected is not unmarked",
      "too short or too repetitive",
    ] { #expect(all.output.contains(part), "\(part) is missing:\n\(all.output)") }
    let flagged = try Tool.run(["scan", file, "--table", "--only-flagged", "--color", "never"] + bench.known)
    #expect(flagged.output.contains("open-hf-kgw-lefthash") && !flagged.output.contains("open-none"))
    #expect(flagged.output.contains("failed invalid-json"), "what was not examined is always shown")
    for word in ["AI", "human", "machine-written", "clean"] {
      #expect(!all.output.contains(word), "a verdict is about a mark, not about an author")
    }
  }

  @Test("control characters of an input never reach the terminal")
  func controlCharacters() throws {
    let bench = try Bench()
    let file = try bench.scratch.file(
      "in.jsonl", #"{"id": "a\u001b[2Jb\u202ec", "ids": [1, 2, 3, 4]}"# + "\n")
    let run = try Tool.run(["scan", file, "--table", "--color", "never"] + bench.known)
    #expect(!run.output.contains("\u{1b}") && !run.output.contains("\u{202e}"))
  }

  @Test("one record of many can be explained by its id")
  func oneRecord() throws {
    let bench = try Bench(tokenizer: true)
    let run = try Tool.run(
      [
        "detect", "text", Bench.corpora + "/llm-open.jsonl", "--record", "open-hf-kgw-lefthash-06", "--color",
        "never",
      ]
        + bench.known)
    #expect(run.output.contains("open-hf-kgw-lefthash-06  p under k"))
    #expect(run.output.contains(" bread") && !run.output.contains("open-none-00"))
    #expect(run.output.contains("Verdict: detected"))
    #expect(run.output.contains("Found in characters"))
  }
}
