import ArgumentParser
import FoundationEssentials
import Kernels
import LanguageModel
import Raster
import TextWatermark

/// `countermark doctor`: whether this machine and these files are fit for work.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the machine, key rings, profiles and models before a long run.",
    discussion: """
      Examples:
        countermark doctor
        countermark doctor --keys ring.json --profile lefthash.json --model model.gguf

      Each line is ok, or says what is wrong and what to do. Nothing is written, no key is shown.
      Exit status: 0 all is well, 2 something is wrong, 4 it is the keys.
      """)

  @Option(name: .long, help: ArgumentHelp("A key ring. Also COUNTERMARK_KEYS.", valueName: "file")) var keys:
    String?
  @Option(name: .long, help: ArgumentHelp("A profile; may be repeated.", valueName: "file")) var profile:
    [String] = []
  @Option(name: .long, help: ArgumentHelp("A model. Also COUNTERMARK_MODEL.", valueName: "file")) var model:
    String?

  func run() throws {
    var statuses: [ExitStatus] = []
    func check(_ what: String, _ status: ExitStatus = .usage, _ body: () throws -> String) {
      do {
        Terminal.printOut("ok     \(what): \(try body())\n")
      } catch {
        statuses.append(status)
        let (message, hint) = Self.words(error)
        Terminal.printOut("WRONG  \(what): \(message)\n       hint: \(hint)\n")
      }
    }
    check("version") { CountermarkTool.version }
    check("processor", .internalError) {
      "level \(CPULevel.active.rawValue), \(ProcessInfo.processInfo.activeProcessorCount) workers"
    }
    check("generator", .internalError, Self.checkGenerator)
    check("pictures", .internalError, Self.checkPictures)
    let variables = ProcessInfo.processInfo.environment
    var ring: KeyRing?
    if let path = keys ?? variables["COUNTERMARK_KEYS"], !path.isEmpty {
      check("key ring \(printable(path))", .keys) {
        let read = try KeyRing(contentsOfFile: path)
        ring = read
        return read.keys.count == 1 ? "1 key" : "\(read.keys.count) keys"
      }
    } else {
      Terminal.printOut("–      key ring: none named (--keys, COUNTERMARK_KEYS)\n")
    }
    for path in profile { check("profile \(printable(path))") { try Self.checkProfile(path, ring) } }
    if let path = model ?? variables["COUNTERMARK_MODEL"], !path.isEmpty {
      check("model \(printable(path))") {
        let model = try LlamaModel(contentsOfFile: path)
        _ = try model.evaluate([0], cache: model.makeCache(capacity: 1), positions: .last)
        return "\(printable(model.name)), \(model.vocabularySize) tokens, context \(model.contextLength)"
      }
    }
    throw ExitStatus.worst(statuses)
  }

  private static func words(_ error: any Error) -> (String, String) {
    switch error {
    case let error as TextWatermarkError: (error.message, error.hint)
    case let error as LanguageModelError: (error.message, error.hint)
    case let error as RasterError: (error.message, error.hint)
    case let error as CommandError: (error.message, error.hint)
    default: ("\(error)", "report it")
    }
  }

  /// The 10,000th number of mt19937 as its standard states it, at this machine's level.
  private static func checkGenerator() throws -> String {
    var generator = MersenneTwisterBlock(seed: 5489)
    var block: [UInt32] = []
    for _ in 0...(9_999 / MersenneTwisterBlock.wordCount) { generator.next(into: &block) }
    let last = block[9_999 % MersenneTwisterBlock.wordCount]
    guard last == 4_123_659_995 else {
      throw CommandError(
        status: .internalError, code: "internal", message: "mt19937 gives \(last)",
        hint: "set COUNTERMARK_CPU=base and report it")
    }
    return "mt19937 as its standard states"
  }

  /// A small picture through libpng and back.
  private static func checkPictures() throws -> String {
    let pixels = (0..<(16 * 16 * 3)).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let image = RasterImage(width: 16, height: 16, model: .rgb, samples: .bytes(pixels))
    guard try ImageFile.read(ImageFile.png(image)).pixels == image else {
      throw CommandError(
        status: .internalError, code: "internal", message: "a PNG does not come back as it was written",
        hint: "check the installation of libpng")
    }
    return "PNG is written and read"
  }

  private static func checkProfile(_ path: String, _ ring: KeyRing?) throws -> String {
    let profile = try WatermarkProfile(contentsOfFile: path)
    var shelf = TokenizerShelf()
    let tokenizer = try shelf.index(for: profile, file: path)
    if let ring { _ = try profile.detector(keys: ring) }
    return "\(printable(profile.name)), \(profile.scheme.rawValue)"
      + (tokenizer == nil ? ", no tokenizer: token ids only" : "")
      + (ring == nil ? "; its key was not looked for" : "")
  }
}
