import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
  private func code(_ run: Tool.Run) -> [String] { run.lines("error").compactMap { $0["code"] as? String } }

  private let goodLine = #"{"id": "good", "ids": [5, 6, 7, 8, 9, 10]}"#

  @Test(
    "a key ring that others may read is refused with the command that mends it",
    arguments: [0o644, 0o640, 0o604, 0o660])
  func openKeyRing(mode: Int) throws {
    let bench = try Bench()
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: bench.keys)
    let run = try bench.scan(["-"])
    #expect(run.status == 4)
    #expect(run.errors.contains("chmod 600 '\(bench.keys)'"))
    #expect(run.output.isEmpty)
  }

  @Test("an unknown profile field is named, with the nearest known one")
  func unknownField() throws {
    let bench = try Bench()
    let profile = try bench.scratch.file(
      "typo.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 1000, "greenlist_ration": 0.5}"#
    )
    let run = try Tool.run(["scan", "-", "--keys", bench.keys, "--profile", profile])
    #expect(run.status == 2)
    #expect(
      run.errors.contains("'greenlist_ration'") && run.errors.contains("did you mean 'greenlist_ratio'?"))
  }

  @Test("a key inside a profile is refused")
  func keyInProfile() throws {
    let bench = try Bench()
    let profile = try bench.scratch.file(
      "leak.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 1000, "hashing_key": 424242424242}"#
    )
    let run = try Tool.run(["scan", "-", "--keys", bench.keys, "--profile", profile])
    #expect(run.status == 2 && run.errors.contains("'hashing_key'") && !run.errors.contains("424242424242"))
  }

  @Test(
    "a vocabulary size that disagrees with the tokenizer",
    arguments: [(50_257, 2), (49_000, 2), (49_152, 0), (49_280, 0)])
  func vocabularyMismatch(size: Int, status: Int32) throws {
    let bench = try Bench(tokenizer: true, vocabulary: size)
    let run = try bench.scan(["-"], input: Data())
    #expect(run.status == status)
    if status == 2 {
      #expect(run.errors.contains("vocabulary_size is \(size)") && run.errors.contains("49152"))
    }
  }

  @Test("ids out of range become an error line, and the run goes on")
  func idsOutOfRange() throws {
    let bench = try Bench()
    let lines = [
      #"{"id": "a", "ids": [1, 2, 49152]}"#, #"{"id": "b", "ids": [1, -2]}"#,
      #"{"id": "c", "ids": [1, 4294967296]}"#,
      #"{"id": "d", "ids": [1, 2.5]}"#, #"{"id": "e", "ids": ["1"]}"#, #"{"id": "f", "ids": 7}"#, goodLine,
    ]
    let file = try bench.scratch.file("in.jsonl", lines.joined(separator: "\n"))
    let run = try bench.scan([file])
    #expect(run.status == 3)
    #expect(
      code(run) == [
        "token-out-of-range", "id-out-of-range", "id-out-of-range", "ids-not-integers", "ids-not-integers",
        "wrong-type",
      ])
    #expect(run.lines("error").map { $0["record"] as? Int } == [1, 2, 3, 4, 5, 6])
    #expect(run.lines("result").map { $0["id"] as? String } == ["good"])
    #expect(run.count("seen") == 7 && run.count("scanned") == 1 && run.count("failed") == 6)
  }

  @Test("truncated and malformed lines say where")
  func malformedJSON() throws {
    let bench = try Bench()
    let lines = [
      #"{"id": "a", "ids": [1, 2"#, goodLine, #"{"id": "a" "ids": []}"#, "[1]", "nonsense", #"{"a": 01}"#, "",
    ]
    let file = try bench.scratch.file("in.jsonl", lines.joined(separator: "\n"))
    let run = try bench.scan([file])
    #expect(run.status == 3)
    #expect(code(run) == ["truncated-json", "invalid-json", "wrong-type", "invalid-json", "invalid-json"])
    #expect(run.lines("error")[0]["offset"] as? Int == lines[0].utf8.count)
    let start = lines[0].utf8.count + lines[1].utf8.count + 2
    #expect(run.lines("error")[1]["offset"] as? Int == start + 11)
    #expect(run.count("scanned") == 1)
  }

  @Test("a line of 20 MB is skipped, never called clean, and what follows is scanned")
  func longLine() throws {
    let bench = try Bench()
    let long = #"{"id": "long", "ids": ["# + String(repeating: "7, ", count: 7_000_000) + "7]}"
    let file = try bench.scratch.file("in.jsonl", [goodLine, long, goodLine, ""].joined(separator: "\n"))
    let run = try bench.scan([file])
    #expect(run.status == 3)
    #expect(code(run) == ["line-too-long"])
    #expect(run.lines("error")[0]["outcome"] as? String == "skipped")
    #expect(run.lines("error")[0]["record"] as? Int == 2)
    #expect(run.count("seen") == 3 && run.count("scanned") == 2 && run.count("skipped") == 1)
    let last = try bench.scan([try bench.scratch.file("last.jsonl", goodLine + "\n" + long)])
    #expect(last.count("scanned") == 1 && last.count("skipped") == 1)
  }

  @Test("NUL bytes: escaped they are text, raw they are no JSON and no text")
  func zeroBytes() throws {
    let bench = try Bench(tokenizer: true)
    let file = try bench.scratch.file(
      "in.jsonl", "{\"id\": \"a\", \"text\": \"x\\u0000y\"}\n{\"id\": \"b\", \"text\": \"x\u{0}y\"}\n")
    let binary = try bench.scratch.file("in.txt", "plain\u{0}text")
    let run = try bench.scan([file, binary])
    #expect(code(run) == ["invalid-json", "not-text"])
    #expect(run.lines("result").map { $0["id"] as? String } == ["a"])
    #expect(run.count("failed") == 1 && run.count("skipped") == 1)
  }

  @Test("invalid UTF-8 says at which byte; UTF-16 says how to convert it")
  func invalidUTF8() throws {
    let bench = try Bench(tokenizer: true)
    let lines = try bench.scratch.file(
      "in.jsonl", Data(#"{"text": "caf"#.utf8) + [0xe9] + Data("\"}\n".utf8) + Data(#"{"text": "fine"}"#.utf8)
    )
    let text = try bench.scratch.file("in.txt", Data("na".utf8) + [0xef] + Data("ve".utf8))
    let marked = try bench.scratch.file("mark.txt", Data([0xef, 0xbb, 0xbf]) + Data("na".utf8) + [0xef])
    let wide = try bench.scratch.file("wide.txt", Data([0xff, 0xfe, 0x61, 0x00]))
    let run = try bench.scan([lines, text, marked, wide])
    #expect(code(run) == ["invalid-utf8", "invalid-utf8", "invalid-utf8", "unsupported-encoding"])
    #expect(run.lines("error")[0]["offset"] as? Int == 13)
    #expect(run.lines("error")[1]["offset"] as? Int == 2)
    #expect(run.lines("error")[2]["offset"] as? Int == 5)
    #expect(run.count("scanned") == 1)
  }

  @Test("a stray quote in a table's ids or names is an error, never another kind of evidence")
  func strayQuotes() throws {
    let bench = try Bench(tokenizer: true)
    let rows = [
      #"id,text,token_ids"#, #"r1,A text.,"[5, 6]"x"#, #"r3,A text.,"[5, 6]""#, #"r"2",A text.,"[5, 6]""#,
    ]
    let table = try bench.scratch.file("in.csv", rows.joined(separator: "\n") + "\n")
    let run = try bench.scan([table])
    #expect(code(run) == ["stray-quote", "stray-quote"])
    #expect(run.lines("result").map { $0["id"] as? String } == ["r3"])
  }

  @Test("an empty file of lines has no records; an empty text is too short to tell")
  func emptyFiles() throws {
    let bench = try Bench(tokenizer: true)
    let run = try bench.scan([try bench.scratch.file("in.jsonl", ""), try bench.scratch.file("in.txt", "")])
    #expect(run.status == 0)
    #expect(run.count("seen") == 1)
    #expect(run.lines("result").first?["verdict"] as? String == "insufficient")
    #expect(run.lines("result").first?["log10_p"] as? Double == 0)
  }

  @Test("a record with neither ids nor text, and a text without a tokenizer")
  func noEvidence() throws {
    let bench = try Bench()
    let file = try bench.scratch.file(
      "in.jsonl", "{\"id\": 1, \"score\": 3}\n{\"id\": 2, \"text\": \"words\"}\n")
    let run = try bench.scan([file])
    #expect(code(run) == ["no-evidence", "no-tokenizer"])
    #expect(run.lines("error").map { $0["id"] as? String } == ["1", "2"])
  }

  @Test("a missing key, a missing ring, a missing profile")
  func missingConfiguration() throws {
    let bench = try Bench()
    let noRing = try Tool.run(["scan", "-", "--profile", bench.profile])
    #expect(noRing.status == 4)
    let noKey = try bench.scan(["-"], ["--key-id", "other"])
    #expect(noKey.status == 4 && noKey.errors.contains("it has: k"))
    let noProfile = try Tool.run(["scan", "-", "--keys", bench.keys])
    #expect(noProfile.status == 2)
    let noFile = try Tool.run([
      "scan", "-", "--keys", bench.keys, "--profile", bench.scratch.path + "/none.json",
    ])
    #expect(noFile.status == 2)
    let typo = try Tool.run(["scna"])
    #expect(typo.status == 2)
  }
}
