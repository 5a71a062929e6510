import LanguageModel
import Scan
import TextMarking
import TextWatermark

/// Writes texts and what the detector finds in them.
struct TextWriter: Sendable {
  var writer: WriterOptions.Writer
  var marker: TextMarker<LlamaModel>
  var tokens: Int
  var seed: UInt64
  var writesTwins: Bool
  /// How tokens are drawn, in words.
  var sampling: String

  /// Texts that are written in one batch.
  private static let width = 16

  /// One text to write.
  private struct Job: Sendable {
    var prompt: TextPrompt
    /// The prompt's place in the file: the stream of its draws.
    var place: Int
    var isMarked: Bool
  }

  // MARK: - Lines

  /// Writes JSON lines in the order of the prompts.
  func write(
    _ prompts: [TextPrompt], problems: [PromptFile.Problem], to path: String?, jobs workers: Int
  ) async throws -> ExitStatus {
    let sink = if let path { try OutputSink(file: path) } else { OutputSink(descriptor: 1) }
    var json = JSONWriter()
    for problem in problems {
      Terminal.complain("countermark: \(problem.message)\n  hint: \(problem.hint)")
      write(problem, to: &json)
    }
    try sink.write(json.bytes)
    let all = prompts.enumerated().flatMap { place, prompt in
      [Job(prompt: prompt, place: place, isMarked: true)]
        + (writesTwins ? [Job(prompt: prompt, place: place, isMarked: false)] : [])
    }
    var next = 0
    var counts = Counts()
    counts.failed = problems.count
    try await OrderedPipeline.run(
      workers: workers, makeScratch: { TextDetector.Workspace(for: marker.detector) },
      next: { () -> [Job]? in
        guard next < all.count, !Interruption.isRequested else { return nil }
        defer { next += Self.width }
        return Array(all[next..<min(next + Self.width, all.count)])
      }, process: { jobs, workspace in self.batch(jobs, workspace) },
      emit: { output throws(ScanError) in
        try sink.write(output.bytes)
        if Terminal.outputIsTerminal || path == nil { try sink.flush() }
        counts.add(output.counts)
      })
    if Interruption.isRequested { try sink.flush() } else { try sink.commit() }
    let stopped = Interruption.isRequested ? "; stopped, whole texts only" : ""
    Terminal.complain(
      "\(counts.marked) of \(counts.intended) texts are marked; \(counts.failed) could not be written\(stopped)"
    )
    if Interruption.isRequested { return .interrupted }
    return counts.marked == counts.intended && counts.failed == 0 ? .done : .incomplete
  }

  private struct Counts: Sendable {
    var marked = 0
    var intended = 0
    var failed = 0

    mutating func add(_ other: Counts) {
      marked += other.marked
      intended += other.intended
      failed += other.failed
    }
  }

  private struct Output: Sendable {
    var bytes: [UInt8]
    var counts: Counts
  }

  private func batch(_ jobs: [Job], _ workspace: TextDetector.Workspace) -> Output {
    var lines = [[UInt8]?](repeating: nil, count: jobs.count)
    var counts = Counts()
    var (requests, places, records): ([GenerationRequest], [Int], [MeasuredMarking.Record]) = ([], [], [])
    for (place, job) in jobs.enumerated() {
      do throws(LanguageModelError) {
        let record = MeasuredMarking.Record()
        requests.append(
          marker.request(
            prompt: try writer.ids(of: job.prompt), tokens: tokens, seed: seed, stream: UInt64(job.place),
            isMarked: job.isMarked, measuring: record))
        places.append(place)
        records.append(record)
      } catch {
        lines[place] = failure(job, error.code.rawValue, error.message, error.hint)
        counts.failed += 1
      }
    }
    var generation = BatchGeneration(of: requests, by: writer.model, width: Self.width)
    while let outcome = generation.next(unless: { Interruption.isRequested }) {
      let job = jobs[places[outcome.index]]
      do {
        let text = try outcome.result.get()
        let check = try marker.check(text.ids, workspace: workspace)
        if job.isMarked {
          counts.intended += 1
          if check.isMarked { counts.marked += 1 }
        }
        lines[places[outcome.index]] = line(
          job, prompt: requests[outcome.index].prompt, text, check, records[outcome.index])
      } catch let error as LanguageModelError {
        lines[places[outcome.index]] = failure(job, error.code.rawValue, error.message, error.hint)
        counts.failed += 1
      } catch let error as TextWatermarkError {
        lines[places[outcome.index]] = failure(job, error.code.rawValue, error.message, error.hint)
        counts.failed += 1
      } catch {
        lines[places[outcome.index]] = failure(job, "internal", "\(error)", "report it")
        counts.failed += 1
      }
    }
    return Output(bytes: lines.flatMap { $0 ?? [] }, counts: counts)
  }

  // MARK: - A person at a terminal

  /// Shows a text while it is written.
  func show(_ prompt: TextPrompt) throws -> ExitStatus {
    let record = MeasuredMarking.Record()
    return try ModelErrors.told {
      let request = marker.request(
        prompt: try writer.ids(of: prompt), tokens: tokens, seed: seed, stream: 0, isMarked: true,
        measuring: record)
      var generation = try TextGeneration(of: request, by: writer.model)
      var (ids, pending): ([UInt32], [UInt8]) = ([], [])
      while !Interruption.isRequested, let token = try generation.next() {
        ids.append(token.id)
        pending += writer.model.tokenizer.decode([token.id])
        let whole = Self.wholeCharacters(pending)
        Terminal.printOut(printableStream(String(decoding: pending[..<whole], as: UTF8.self)))
        pending.removeFirst(whole)
      }
      Terminal.printOut(printableStream(String(decoding: pending, as: UTF8.self)) + "\n")
      let check = try marker.check(ids, workspace: .init(for: marker.detector))
      let entropy = Self.entropy(record, ids.count)
      let found = check.fromText.detection
      Terminal.complain(
        "\(check.isMarked ? "marked" : "not marked"): \(marker.detector.profile.name) under \(marker.detector.keyID), \(found.scored) tokens scored, log10 p \(rounded(found.log10PValue, 3)) from the text, \(rounded(check.fromIDs.detection.log10PValue, 3)) from the tokens"
      )
      if let reason = check.reason(entropy: entropy) {
        Terminal.complain("  \(reason.message)\n  hint: \(reason.hint)")
      }
      if Interruption.isRequested { return .interrupted }
      return check.isMarked ? .done : .incomplete
    }
  }

  /// A text for a terminal: line ends and tabs stay, other control characters do not reach it.
  private func printableStream(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
            ? scalar : "\u{fffd}"
        }))
  }

  /// How many of the bytes are whole characters; a sequence that is not UTF-8 counts as whole.
  static func wholeCharacters(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xc0 == 0x80 { continue }
      let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
      return length > back ? bytes.count - back : bytes.count
    }
    return bytes.count
  }

  static func entropy(_ record: MeasuredMarking.Record, _ count: Int) -> Double? {
    let steps = record.steps.prefix(count)
    return steps.isEmpty ? nil : steps.reduce(0) { $0 + $1.entropy } / Double(steps.count)
  }
}

// MARK: - JSON

extension TextWriter {
  private func line(
    _ job: Job, prompt: [UInt32], _ text: GeneratedText, _ check: MarkCheck, _ record: MeasuredMarking.Record
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.string("type", "generated")
      json.string("id", job.isMarked ? job.prompt.id : job.prompt.id + "-unmarked")
      json.string("prompt", job.prompt.words)
      json.bool("intended", job.isMarked)
      json.bool("marked", job.isMarked && check.isMarked)
      json.string("text", String(decoding: check.text, as: UTF8.self))
      Self.write("token_ids", text.ids, to: &json)
      Self.write("prompt_ids", prompt, to: &json)
      json.string("finish", text.finish.rawValue)
      json.string("model", writer.name)
      json.string("model_digest", writer.digest)
      json.string("profile", marker.detector.profile.name)
      json.string("profile_digest", marker.detector.profile.digest)
      json.string("scheme", marker.detector.profile.scheme.rawValue)
      json.string("key_id", marker.detector.keyID)
      json.string("sampling", sampling)
      json.string("seed", String(seed))
      json.integer("stream", job.place)
      let entropy = Self.entropy(record, text.ids.count)
      if let entropy { json.number("mean_entropy", rounded(entropy, 6)) }
      let surprises = text.tokens.compactMap { $0.statistics?.logProbability }
      if !surprises.isEmpty {
        json.number("mean_surprise", rounded(-surprises.reduce(0, +) / Double(surprises.count), 6))
      }
      Self.write("detection", "token_ids", check.fromIDs, to: &json)
      Self.write("detection_from_text", "retokenized", check.fromText, to: &json)
      if job.isMarked, let reason = check.reason(entropy: entropy) {
        json.object("reason") { json in
          json.string("code", reason.code)
          json.string("message", reason.message)
          json.string("hint", reason.hint)
        }
      }
    }
    json.endLine()
    return json.bytes
  }

  private static func write(_ name: StaticString, _ ids: [UInt32], to json: inout JSONWriter) {
    json.array(name) { json in for id in ids { json.integer(nil, Int(id)) } }
  }

  private static func write(
    _ name: StaticString, _ evidence: String, _ reading: MarkCheck.Reading, to json: inout JSONWriter
  ) {
    json.object(name) { json in
      json.string("evidence", evidence)
      json.integer("scored", reading.detection.scored)
      json.object("statistic") { json in
        json.string("name", reading.detection.statistic)
        json.integer("value", reading.detection.value)
      }
      json.number("z", rounded(reading.detection.z, 12))
      json.number("log10_p", rounded(reading.detection.log10PValue, 12))
      json.string("verdict", reading.verdict.rawValue)
    }
  }

  private func failure(_ job: Job, _ code: String, _ message: String, _ hint: String) -> [UInt8] {
    Terminal.complain("countermark: prompt \(printable(job.prompt.id)): \(message)\n  hint: \(hint)")
    var json = JSONWriter()
    json.object { json in
      json.string("type", "error")
      json.string("id", job.prompt.id)
      json.string("code", code)
      json.string("message", message)
      json.string("hint", hint)
    }
    json.endLine()
    return json.bytes
  }

  private func write(_ problem: PromptFile.Problem, to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "error")
      json.integer("record", problem.line)
      json.string("code", problem.code)
      json.string("message", problem.message)
      json.string("hint", problem.hint)
    }
    json.endLine()
  }
}
