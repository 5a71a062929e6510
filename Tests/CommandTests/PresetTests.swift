import Foundation
import Testing

@Suite("Layouts of logs")
struct PresetTests {
  private func scan(_ text: String, _ preset: String, name: String = "in.jsonl") throws -> Tool.Run {
    let bench = try Bench(tokenizer: true)
    let file = try bench.scratch.file(name, text)
    return try bench.scan([file], ["--preset", preset])
  }

  private func ids(_ run: Tool.Run) -> [String?] { run.lines("result").map { $0["id"] as? String } }

  @Test(
    "openai-batch: each choice is a record; token ids of a choice are preferred; a failed request is skipped")
  func openAIBatch() throws {
    let run = try scan(
      #"""
      {"custom_id": "r1", "response": {"status_code": 200, "body": {"choices": [{"message": {"content": "Hello there, you."}}, {"message": {"content": "Another answer."}, "token_ids": [5, 6, 7, 8]}]}}, "error": null}
      {"custom_id": "r2", "response": null, "error": {"code": "expired"}}
      {"custom_id": "r3", "response": {"body": {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Parts "}, {"type": "output_text", "text": "joined."}]}]}}}

      """#, "openai-batch")
    #expect(ids(run) == ["r1#0", "r1#1", "r3#0"])
    #expect(
      run.lines("result").map { $0["evidence"] as? String } == ["retokenized", "token_ids", "retokenized"])
    #expect(run.lines("error").map { $0["code"] as? String } == ["no-output"])
    #expect(run.lines("error")[0]["id"] as? String == "r2")
    #expect(
      run.count("seen") == 4 && run.count("scanned") == 3 && run.count("skipped") == 1 && run.status == 3)
  }

  @Test("chat: assistant turns only, under their own index")
  func chat() throws {
    let run = try scan(
      #"""
      {"id": "c1", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "First answer."}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "Second answer."}]}
      {"id": "c2", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "An answer."}]}
      {"id": "c3", "messages": [{"role": "user", "content": "unanswered"}]}

      """#, "chat")
    #expect(ids(run) == ["c1#2", "c1#4", "c2#1"])
    #expect(run.count("seen") == 4 && run.count("skipped") == 1)
    let turn = #"{"role": "assistant", "token_ids": [5, -1]}"#
    let before = #"{"id": "c4", "messages": [{"role": "assistant", "content": "Before."}, "#
    let broken = try scan(before + turn + #", {"role": "assistant", "content": "After."}]}"# + "\n", "chat")
    #expect(ids(broken) == ["c4#0", "c4#2"], "one broken turn leaves the others")
    #expect(broken.count("seen") == 3 && broken.count("failed") == 1 && broken.status == 3)
    let error = try #require(broken.lines("error").first)
    #expect(error["id"] as? String == "c4#1")
    let place = try #require(error["offset"] as? Int)
    #expect(place >= before.utf8.count && place < before.utf8.count + turn.utf8.count)
  }

  @Test("lm-eval, garak and hf-text")
  func others() throws {
    let harness = try scan(
      #"{"doc_id": 7, "resps": [["first answer", "second answer"]], "filtered_resps": ["x"]}"# + "\n",
      "lm-eval")
    #expect(ids(harness) == ["7#0.0", "7#0.1"])
    let garak = try scan(
      #"""
      {"entry_type": "start_run setup", "x": 1}
      {"entry_type": "attempt", "status": 1, "uuid": "a", "outputs": ["an output"]}
      {"entry_type": "attempt", "status": 2, "uuid": "a", "outputs": ["an output", {"text": "as an object", "lang": "en"}, null]}
      {"entry_type": "eval", "passed": 1}

      """#, "garak")
    #expect(ids(garak) == ["a#0", "a#1"] && garak.count("seen") == 2)
    let rows = try scan(
      #"{"text": "some words", "id": "h"}"# + "\n" + #"{"input_ids": [1, 2, 3], "text": "t", "id": "i"}"#
        + "\n", "hf-text")
    #expect(ids(rows) == ["h", "i"])
    #expect(rows.lines("result").map { $0["evidence"] as? String } == ["retokenized", "token_ids"])
  }

  @Test("a table's columns: quotes, line feeds within them, ids in a cell, rows that do not fit")
  func tables() throws {
    let bench = try Bench(tokenizer: true)
    let file = try bench.scratch.file(
      "t.csv", "id,output,ids\nr1,\"a, \"\"b\"\"\nc\",\nr2,x,\"[1, 2, 3]\"\nr3,too,many,fields\nr4,\"y\"z,\n")
    let run = try bench.scan([file])
    #expect(run.lines("result").map { $0["id"] as? String } == ["r1", "r2"])
    #expect(run.lines("result").map { $0["evidence"] as? String } == ["retokenized", "token_ids"])
    #expect(run.lines("error").map { $0["code"] as? String } == ["ragged-row", "stray-quote"])
    #expect(run.lines("error").map { $0["record"] as? Int } == [5, 6])
    let named = try bench.scan([file], ["--text-field", "id", "--id-field", "output"])
    #expect(named.count("seen") == 4)
    let none = try bench.scan([try bench.scratch.file("n.csv", "a,b\n1,2\n")])
    #expect(none.lines("error").map { $0["code"] as? String } == ["no-such-column"])
  }

  @Test("lists of inputs, zero bytes between them, and their order with --sort")
  func lists() throws {
    let bench = try Bench()
    let line = #"{"ids": [5, 6, 7, 8, 9, 10]}"# + "\n"
    let paths = try ["b.jsonl", "a\nb.jsonl", "c.jsonl"].map { try bench.scratch.file($0, line) }
    let zeros = try bench.scratch.file("list0", paths.map { $0 + "\0" }.joined())
    let feeds = try bench.scratch.file("list", paths[0] + "\n" + paths[2] + "\n")
    let first = try bench.scan([], ["--files-from", zeros, "-0"])
    #expect(first.lines("result").count == 3 && first.status == 0, "\(first.errors)")
    let second = try bench.scan([], ["--files-from", feeds])
    #expect(second.lines("result").count == 2)
    let sorted = try bench.scan(paths, ["--sort", "-j", "1"])
    #expect(try bench.scan(paths.reversed(), ["--sort", "-j", "8"]).output == sorted.output)
    #expect(try bench.scan([]).status == 2)
    #expect(try bench.scan([], ["--files-from", bench.scratch.path + "/none"]).status == 2)
  }
}
