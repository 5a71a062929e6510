import Countermark
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Our side of `models/parity.py` and `models/speed.py`: one configuration in JSON as the only argument, one line of JSON a result.
@main
struct ModelBench {
  struct Configuration: Decodable {
    /// "encode", "logits", "greedy" or "speed".
    var mode: String
    var model: String
    /// Texts to encode, or prompts in ids.
    var texts: [String]?
    var prompts: [[UInt32]]?
    /// Logits: how many of the last positions; greedy and speed: how many tokens to write.
    var count: Int?
    /// Logits: where raw floats go, row after row.
    var output: String?
    /// Speed: "single", "prompt" or "batch".
    var what: String?
    var repeats: Int?
  }

  struct Line: Encodable {
    var ids: [[UInt32]]?
    var wall_s: [Double]?
    var cpu_s: [Double]?
    var tokens: Int?
    var load_s: Double?
    var peak_rss_mib: Double?
    var digest: String?
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    let configuration = try JSONDecoder().decode(Configuration.self, from: Data(arguments[1].utf8))
    let (start, _) = times()
    let model = try LlamaModel(contentsOfFile: configuration.model)
    let load = times().wall - start
    var line = Line()
    switch configuration.mode {
    case "encode": line.ids = (configuration.texts ?? []).map { model.tokenizer.encode($0).ids }
    case "logits": try logits(model, configuration)
    case "greedy": line.ids = try greedy(model, configuration)
    default:
      line = try speed(model, configuration)
      line.load_s = load
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    line.peak_rss_mib = Double(usage.ru_maxrss) / 1024
    print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
  }

  static func times() -> (wall: Double, cpu: Double) {
    func seconds(_ clock: clockid_t) -> Double {
      var time = timespec()
      clock_gettime(clock, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    return (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
  }

  static func logits(_ model: LlamaModel, _ configuration: Configuration) throws {
    var floats: [Float] = []
    for prompt in configuration.prompts ?? [] {
      let rows = try model.evaluate(
        prompt, cache: model.makeCache(capacity: prompt.count), positions: .all)
      for row in rows.suffix(configuration.count ?? rows.count) { floats += row }
    }
    let data = floats.withUnsafeBytes { Data($0) }
    try data.write(to: URL(filePath: configuration.output ?? "logits.f32"))
  }

  /// The likeliest token always; no end before all are written.
  static func request(_ prompt: [UInt32], _ count: Int, _ model: LlamaModel) -> GenerationRequest {
    GenerationRequest(
      prompt: prompt, sampling: .greedy, seed: 0, maximumTokens: count, minimumTokens: count)
  }

  static func greedy(_ model: LlamaModel, _ configuration: Configuration) throws -> [[UInt32]] {
    try (configuration.prompts ?? []).map { prompt in
      var generation = try TextGeneration(of: request(prompt, configuration.count ?? 200, model), by: model)
      return try generation.run().ids
    }
  }

  static func speed(_ model: LlamaModel, _ configuration: Configuration) throws -> Line {
    let (prompts, count) = (configuration.prompts ?? [], configuration.count ?? 128)
    var line = Line()
    (line.wall_s, line.cpu_s) = ([], [])
    for pass in 0...(configuration.repeats ?? 3) {
      var written: [[UInt32]] = []
      // What is timed: reading a prompt; or the tokens after the first of each text, as llama.cpp's own timings do.
      var start = times()
      switch configuration.what {
      case "prompt":
        _ = try model.evaluate(
          prompts[0], cache: model.makeCache(capacity: prompts[0].count), positions: .last)
        line.tokens = prompts[0].count
      case "batch":
        var caches: [LlamaCache] = []
        var last: [UInt32] = []
        for prompt in prompts {
          let cache = try model.makeCache(capacity: prompt.count + count)
          let logits = try model.evaluate(prompt, cache: cache, positions: .last)[0]
          last.append(UInt32(likeliest(logits)))
          caches.append(cache)
        }
        start = times()
        for _ in 1..<count {
          last = try model.evaluateNext(last, caches: caches).map { UInt32(likeliest($0)) }
          written.append(last)
        }
        line.tokens = prompts.count * (count - 1)
      default:
        var generation = try TextGeneration(of: request(prompts[0], count, model), by: model)
        _ = try generation.next()
        start = times()
        while let token = try generation.next() { written.append([token.id]) }
        line.tokens = count - 1
      }
      let end = times()
      // The first pass warms up.
      if pass > 0 {
        line.wall_s?.append(end.wall - start.wall)
        line.cpu_s?.append(end.cpu - start.cpu)
      }
      line.digest = ContentDigest.of(Array("\(written)".utf8))
    }
    return line
  }

  static func likeliest(_ logits: [Float]) -> Int {
    var best = 0
    for (index, logit) in logits.enumerated() where logit > logits[best] { best = index }
    return best
  }
}
