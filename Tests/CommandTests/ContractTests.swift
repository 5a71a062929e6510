import Foundation
import TestSupport
import Testing

@Suite("The command's contract")
struct ContractTests {
  private let line = #"{"id": "x", "ids": [5, 6, 7, 8, 9, 10]}"#

  @Test("exit statuses: 0 nothing, 1 flagged, 0 with --exit-zero, 3 wins over 1, 2 for usage")
  func statuses() throws {
    let bench = try Bench()
    let quiet = try bench.scratch.file("quiet.jsonl", line)
    #expect(try bench.scan([quiet]).status == 0)
    let corpus = Bench.corpora + "/llm-open.jsonl"
    #expect(try bench.scan([corpus]).status == 1)
    #expect(try bench.scan([corpus], ["--exit-zero"]).status == 0)
    let broken = try bench.scratch.file("broken.jsonl", "nonsense\n")
    #expect(try bench.scan([corpus, broken]).status == 3)
    for arguments in [
      ["scan"], ["scan", quiet, "--alpha", "2"], ["scan", quiet, "-j", "0"],
      ["scan", quiet, "--json", "--table"],
      ["scan", quiet, "--text-field", "a..b"], ["scan", quiet, "--no-such-flag"],
    ] {
      #expect(try Tool.run(arguments + (arguments.count > 1 ? bench.known : [])).status == 2, "\(arguments)")
    }
    #expect(try Tool.run(["scan", quiet] + bench.known, environment: ["COUNTERMARK_CPU": "v9"]).status == 2)
  }

  @Test(
    "output lines are those of the contract: run, results in input order, summary with a digest of the rest")
  func lines() throws {
    let bench = try Bench()
    let file = try bench.scratch.file(
      "in.jsonl", (0..<300).map { "{\"id\": \($0), \"ids\": [1, \($0), 3, \($0 + 1)]}\n" }.joined())
    let run = try bench.scan([file], ["-j", "3"])
    let lines = run.lines
    #expect(lines.first?["type"] as? String == "run" && lines.last?["type"] as? String == "summary")
    #expect(run.lines("result").map { $0["id"] as? String } == (0..<300).map(String.init))
    #expect(lines[0]["schema"] as? Int == 1 && lines[0]["alpha"] as? Double == 1e-6)
    for name in [
      "id", "source", "kind", "profile", "scheme", "key_id", "evidence", "scored", "statistic", "z",
      "p_value", "log10_p",
      "adjusted_log10_p", "verdict", "spans",
    ] { #expect(lines[1][name] != nil, "\(name)") }
    let before = run.output.dropLast().lastIndex(of: "\n").map { run.output[...$0] }
    let sum = try Tool.launch("/usr/bin/sha256sum", [], input: Data(try #require(before).utf8))
    #expect(lines.last?["digest"] as? String == "sha256:" + sum.output.prefix(64))
  }

  @Test("fields are named by paths; a prompt's ids are context and not scored")
  func fields() throws {
    let bench = try Bench()
    let ids = (0..<50).map { $0 * 31 % 400 + 7 }
    func record(_ prompt: Int) -> String {
      "{\"meta\": {\"name\": \"r\"}, \"choices\": [{\"p\": \(Array(ids[..<prompt])), \"t\": \(Array(ids[prompt...]))}]}"
    }
    let arguments = [
      "--ids-field", "choices[-1].t", "--prompt-ids-field", "choices[0].p", "--id-field", "meta.name",
    ]
    func result(_ prompt: Int) throws -> [String: Any] {
      try #require(
        try bench.scan(["-"], arguments, input: Data(record(prompt).utf8)).lines("result").first)
    }
    let whole = try result(0)
    #expect(whole["id"] as? String == "r" && whole["scored"] as? Int == 49)
    // The prompt's last token is the context of the first generated one, so nothing of the text is lost.
    let prompted = try result(20)
    #expect(prompted["scored"] as? Int == 30 && prompted["tokens"] as? Int == 30)
  }

  @Test("plain text, Markdown, standard input and gzip are examined alike")
  func inputs() throws {
    let bench = try Bench(tokenizer: true)
    let marked = try #require(
      try Bench.corpus("hf-kgw-lefthash").first { $0["retokenises_exactly"] as? Bool == true })
    let text = marked["output"] as! String
    for name in ["a.txt", "b.md", "c.txt"] { try bench.scratch.file(name, text) }
    _ = try Tool.launch("/bin/gzip", [bench.scratch.path + "/c.txt"])
    let run = try bench.scan(
      ["a.txt", "b.md", "c.txt.gz"].map { bench.scratch.path + "/" + $0 } + ["-"], input: Data(text.utf8))
    let figures = run.lines("result").map { $0["log10_p"] as? Double }
    #expect(figures.count == 4 && Set(figures).count == 1 && figures[0]! < -5)
    #expect(run.lines("result").allSatisfy { $0["evidence"] as? String == "retokenized" })
  }

  @Test(
    "help opens with examples for every verb, and completions are made for three shells",
    arguments: ["bash", "zsh", "fish"])
  func help(shell: String) throws {
    for verb in [
      [], ["scan"], ["detect"], ["detect", "text"], ["key"], ["key", "new"], ["profile"],
      ["profile", "import"],
    ] {
      let help = try Tool.run(verb + ["--help"])
      #expect(help.status == 0)
      let examples = try #require(help.output.range(of: "Example")),
        usage = try #require(help.output.range(of: "USAGE"))
      #expect(examples.lowerBound < usage.lowerBound, "\(verb)")
    }
    let script = try Tool.run(["--generate-completion-script", shell])
    #expect(script.status == 0 && script.output.contains("maker-figures"))
    if shell == "bash" {
      #expect(
        try Tool.launch("/bin/bash", ["-n", "/dev/stdin"], input: Data(script.output.utf8)).status == 0)
    }
    #expect(try Tool.run(["--version"]).output.hasPrefix("0."))
  }
}
