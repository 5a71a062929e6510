import Countermark

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a mark adds to a step of a real model: the same text's steps without a mark, with a left hash and with a self-hash, in turns.
///
/// `MarkingBench MODEL.gguf [TOKENS [ROUNDS]]`; CPU time of one core, one line of JSON for each.
@main
struct MarkingBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: MarkingBench MODEL.gguf [TOKENS [ROUNDS]]")
      exit(2)
    }
    let tokens = arguments.count > 2 ? Int(arguments[2]) ?? 128 : 128
    let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5
    let model = try LlamaModel(contentsOfFile: arguments[1])
    let prompt = model.tokenizer.encode("Once upon a time there was").ids
    let kinds: [(name: String, processor: GreenListProcessor?)] = [
      ("unmarked", nil),
      ("lefthash", GreenListProcessor(scheme: try .transformers(vocabularySize: model.vocabularySize))),
      (
        "selfhash",
        GreenListProcessor(
          scheme: try .transformers(
            vocabularySize: model.vocabularySize, seedingScheme: .selfhash, contextWidth: 4))
      ),
    ]
    var times = kinds.map { _ in [Double]() }
    // In turns, so that a busy minute falls on all.
    for _ in 0..<rounds {
      for (index, kind) in kinds.enumerated() {
        let request = GenerationRequest(
          prompt: prompt, sampling: SamplingOptions(temperature: 0.8, topK: 40), seed: 1,
          maximumTokens: tokens,
          minimumTokens: tokens, processor: kind.processor.map { GreenListMarking($0) })
        var generation = try TextGeneration(of: request, by: model)
        _ = try generation.next()
        let start = cpu()
        while try generation.next() != nil {}
        times[index].append((cpu() - start) / Double(tokens - 1) * 1e3)
      }
    }
    let plain = median(times[0])
    for (kind, values) in zip(kinds, times) {
      print(
        #"{"what":"\#(kind.name)","ms_a_step":\#(median(values)),"share_added":\#(median(values) / plain - 1),"tokens":\#(tokens),"rounds":\#(rounds)}"#
      )
    }
  }

  static func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
