import Foundation
import TestSupport
import Testing

@Suite("Keys and profiles from the command line")
struct KeyAndProfileTests {
  @Test("a new key is private, listed by id, usable at once, and never shown")
  func newKey() throws {
    let scratch = try Scratch()
    let ring = scratch.path + "/ring.json"
    let made = try Tool.run(["key", "new", "--id", "release-2026", "--keys", ring])
    #expect(made.status == 0)
    let mode = try FileManager.default.attributesOfItem(atPath: ring)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let file = try String(contentsOfFile: ring, encoding: .utf8)
    let secret = try #require(file.split(separator: "\"").first { $0.count == 64 })
    let list = try Tool.run(["key", "list", "--keys", ring])
    let check = try Tool.run(["key", "check"], environment: ["COUNTERMARK_KEYS": ring])
    let profile = try scratch.file(
      "p.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "release-2026", "vocabulary_size": 1000}"#)
    let scan = try Tool.run(
      ["scan", "-", "--keys", ring, "--profile", profile, "--json"],
      input: Data(#"{"ids": [1, 2, 3]}"#.utf8))
    #expect(list.output.contains("release-2026") && check.status == 0 && scan.status == 0)
    for run in [made, list, check, scan] { #expect(!(run.output + run.errors).contains(secret)) }
    let again = try Tool.run(["key", "new", "--id", "release-2026", "--keys", ring])
    #expect(again.status == 4 && again.errors.contains("is taken"))
    #expect(try String(contentsOfFile: ring, encoding: .utf8) == file)
    #expect(try Tool.run(["key", "list"]).status == 2)
  }

  @Test("another key of the ring finds nothing in a text that was marked under the first")
  func wrongKey() throws {
    let bench = try Bench()
    // Of keys of chance one in 170 flags one of the file's 120 records at this level, as it should; this is one of the others.
    let secret = String(repeating: "07", count: 32)
    let keys = try bench.scratch.file(
      "two.json", #"{"keys": [{"id": "k", "integer": "15485863"}, {"id": "other", "secret": "\#(secret)"}]}"#,
      mode: 0o600)
    let file = Bench.corpora + "/llm-open.jsonl"
    let run = try Tool.run(
      [
        "scan", file, "--evidence", "ids", "--json", "--keys", keys, "--profile", bench.profile,
        "--key-id", "k", "--key-id", "other", "--alpha", "1e-4",
      ])
    let detected = run.lines("result").filter { $0["verdict"] as? String == "detected" }
    #expect(detected.count > 20 && detected.allSatisfy { $0["key_id"] as? String == "k" })
    #expect(run.lines("run")[0]["tests_per_record"] as? Int == 2)
    // The number of keys is paid for: p doubles.
    let first = run.lines("result")[0]
    let paid = min(0, first["log10_p"] as! Double + 0.30103)
    #expect(abs((first["adjusted_log10_p"] as! Double) - paid) < 1e-4)
  }

  @Test("templates are listed and shown, and what is shown can be used")
  func templates() throws {
    let list = try Tool.run(["profile", "list", Bench.corpora + "/profiles"])
    for name in [
      "transformers-lefthash", "transformers-selfhash", "lm-watermarking", "tgi", "smollm2-lefthash",
    ] {
      #expect(list.output.contains(name))
    }
    let scratch = try Scratch()
    for name in ["transformers-lefthash", "lm-watermarking", "lm-watermarking-minimal", "tgi"] {
      let shown = try Tool.run(["profile", "show", name])
      let file = try scratch.file(name + ".json", shown.output)
      let check = try Tool.run(["profile", "check", file])
      #expect(check.status == 0 && check.output.contains("only records with token ids"))
      let spelled = try Tool.run(["profile", "show", file])
      #expect(spelled.output.contains("distinct-units") && spelled.output.contains("sha256:"))
    }
    #expect(try Tool.run(["profile", "show", "none-such"]).status == 2)
  }

  @Test("transformers' configuration becomes a profile, its key goes into the ring, and the mark is found")
  func importConfiguration() throws {
    let scratch = try Scratch()
    let ring = scratch.path + "/ring.json"
    let config = try scratch.file(
      "generation_config.json",
      #"{"do_sample": true, "watermarking_config": {"greenlist_ratio": 0.25, "bias": 2.0, "hashing_key": 15485863, "seeding_scheme": "selfhash", "context_width": 4}}"#
    )
    let made = try Tool.run([
      "profile", "import", config, "--name", "mine", "--vocabulary-size", "49152", "--keys", ring,
    ])
    #expect(made.status == 0 && !made.output.contains("15485863"))
    let profile = try scratch.file("mine.json", made.output)
    let check = try Tool.run(["profile", "check", profile, "--keys", ring])
    #expect(check.output.contains("'mine' is in the ring"))
    let run = try Tool.run([
      "scan", Bench.corpora + "/llm-open.jsonl", "--json", "--keys", ring, "--profile", profile,
    ])
    let found = run.lines("result").filter { $0["verdict"] as? String == "detected" }
    #expect(found.count == 24)
    #expect(found.allSatisfy { ($0["id"] as! String).contains("selfhash") })
    let none = try scratch.file("none.json", #"{"do_sample": true}"#)
    let refused = try Tool.run([
      "profile", "import", none, "--name", "x", "--vocabulary-size", "10", "--keys", ring,
    ])
    #expect(refused.status == 2 && refused.errors.contains("watermarking_config"))
  }
}
