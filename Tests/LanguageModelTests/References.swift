import FoundationEssentials
import LanguageModel
import TestSupport

/// What transformers and Jinja give, made by References/make_references.py.
struct References: Decodable {
  struct Model: Decodable {
    var file: String
    var ids: [UInt32]
    var likeliest: [Int]
    var positions: [Int]
    var logits: [[Float]]
  }
  struct Chat: Decodable {
    var template: String
    var messages: [[String]]
    var adds_prompt: Bool
    var text: String
  }
  struct Real: Decodable {
    var question: String
    var prompt: [UInt32]
    var written: [UInt32]
    var likeliest: [Int]
    var logits: [Float]
  }
  var models: [Model]
  var chats: [Chat]
  var real: Real

  static let folder = Golden.packageRoot + "/Tests/LanguageModelTests/References/"

  static func load() throws -> References {
    try JSONDecoder().decode(
      References.self, from: Data(contentsOf: URL(filePath: folder + "references.json")))
  }
}

/// The real model, where it was fetched.
enum RealModel {
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["COUNTERMARK_MODEL"], !named.isEmpty { return named }
    return Golden.packageRoot + "/Models/SmolLM2-135M-Instruct.Q4_1.gguf"
  }()

  static var isThere: Bool { FileManager.default.fileExists(atPath: path) }
}

func likeliest(_ logits: [Float]) -> Int {
  logits.indices.max { logits[$0] < logits[$1] || (logits[$0] == logits[$1] && $0 > $1) } ?? 0
}
