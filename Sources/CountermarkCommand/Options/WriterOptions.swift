import ArgumentParser
import LanguageModel
import Reports
import TextMarking
import TextWatermark
import Tokenization

/// A model, a profile and a key: what it takes to write marked text.
struct WriterOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A model as GGUF file, such as 'make model' fetches. Also COUNTERMARK_MODEL.", valueName: "file"))
  var model: String?
  @Option(name: .long, help: ArgumentHelp("The profile of the mark.", valueName: "file")) var profile: String
  @OptionGroup var ring: KeyCommand.RingOption
  @Option(name: .long, help: ArgumentHelp("A key of the ring instead of the profile's own.", valueName: "id"))
  var keyID: String?
  @OptionGroup var sampling: SamplingFlags
  @Flag(name: .long, help: "Give prompts to the model as they are, without its chat template.") var raw =
    false

  /// All of it, read and checked.
  struct Writer {
    var model: LlamaModel
    var name: String
    /// SHA-256 of the model's file.
    var digest: String
    var profile: WatermarkProfile
    var keys: KeyRing
    var options: SamplingOptions
    var isRaw: Bool

    /// What the model reads for a prompt.
    func ids(of prompt: TextPrompt) throws(LanguageModelError) -> [UInt32] {
      guard !isRaw else {
        return model.tokenizer.encode(
          prompt.turns.map(\.content).joined(separator: "\n"), addSpecialTokens: true
        ).ids
      }
      let text = try model.chatTemplate().render(
        prompt.turns.map { ChatMessage(role: $0.role, content: $0.content) })
      return model.tokenizer.encode(text).ids
    }
  }

  func open() throws -> Writer {
    let path = try modelPath()
    let profile = try Configuration.read { () throws(TextWatermarkError) in
      try WatermarkProfile(contentsOfFile: self.profile)
    }
    let ringPath = try ring.path(status: .keys)
    let keys = try Configuration.read { () throws(TextWatermarkError) in try KeyRing(contentsOfFile: ringPath)
    }
    let options = try sampling.options()
    return try ModelErrors.told {
      let model = try LlamaModel(contentsOfFile: path)
      // Results name the very file, so that they can be repeated.
      guard let digest = ReportManifest(digesting: [path], arguments: []).inputs.first?.sha256 else {
        throw LanguageModelError(
          code: .unreadableFile, message: "\(path): it cannot be read again", hint: "check the file")
      }
      return Writer(
        model: model, name: path.split(separator: "/").last.map(String.init) ?? path,
        digest: "sha256:" + digest,
        profile: profile, keys: keys, options: options, isRaw: raw)
    }
  }

  private func modelPath() throws -> String {
    if let path = model ?? Terminal.environment("COUNTERMARK_MODEL"), !path.isEmpty { return path }
    throw CommandError(
      status: .usage, code: "no-model", message: "no model was named",
      hint: "add --model FILE.gguf or set COUNTERMARK_MODEL; 'make model' fetches a small one")
  }
}

/// Turns the errors of models into the command's.
enum ModelErrors {
  static func told<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as LanguageModelError {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    } catch let error as TextWatermarkError {
      return try Configuration.read { () throws(TextWatermarkError) in throw error }
    }
  }
}
