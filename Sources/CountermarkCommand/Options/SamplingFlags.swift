import ArgumentParser
import LanguageModel

/// How a model draws its tokens.
struct SamplingFlags: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Logits are divided by it; 0 takes the likeliest always.", valueName: "t")
  )
  var temperature: Double = 1
  @Option(name: .long, help: ArgumentHelp("Keep the likeliest k tokens only.", valueName: "k")) var topK: Int?
  @Option(name: .long, help: ArgumentHelp("Keep the likeliest tokens up to this share.", valueName: "p"))
  var topP: Double = 1
  @Option(
    name: .long,
    help: ArgumentHelp("Keep tokens at least so many times as likely as the likeliest.", valueName: "p"))
  var minP: Double = 0
  @Option(
    name: .long, help: ArgumentHelp("Make tokens that were used less likely; 1 does nothing.", valueName: "r")
  )
  var repetitionPenalty: Double = 1

  /// The library's options; the mark comes last, as in transformers since 4.46.
  func options() throws -> SamplingOptions {
    let options = SamplingOptions(
      temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetitionPenalty,
      processorOrder: .last)
    do {
      try options.validate()
    } catch {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
    return options
  }

  /// As it stands in results.
  var description: String {
    var parts = ["temperature \(temperature)"]
    if let topK, topK > 0 { parts.append("top-k \(topK)") }
    if topP < 1 { parts.append("top-p \(topP)") }
    if minP > 0 { parts.append("min-p \(minP)") }
    if repetitionPenalty != 1 { parts.append("repetition penalty \(repetitionPenalty)") }
    return parts.joined(separator: ", ")
  }
}
