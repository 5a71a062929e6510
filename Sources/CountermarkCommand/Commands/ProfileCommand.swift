import ArgumentParser
import FoundationEssentials
import TextWatermark
import Tokenization

/// `countermark profile`: descriptions of marks.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Lists, shows, checks and imports profiles.",
    discussion: """
      Examples:
        countermark profile list
        countermark profile show transformers-lefthash > lefthash.json
        countermark profile check lefthash.json --keys ring.json
        countermark profile import generation_config.json --name my-model --keys ring.json > my-model.json

      A profile holds no secret: 'key' names an entry of the key ring.
      """,
    subcommands: [List.self, Show.self, Check.self, Import.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the built-in templates, and the profiles of a folder.",
      discussion: "Example:\n  countermark profile list Corpora/profiles")
    @Argument(help: "Folders of profiles.") var folders: [String] = []

    func run() throws {
      var table = TextTable(columns: [.init("PROFILE"), .init("SCHEME"), .init("KEY"), .init("WHERE")])
      for template in ProfileTemplate.all {
        table.add([template.name, template.scheme, template.key, "built in: \(template.summary)"])
      }
      for folder in folders {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
          throw CommandError(
            status: .usage, code: "unreadable-folder", message: "the folder \(folder) cannot be read",
            hint: "check the path")
        }
        for name in names.filter({ $0.hasSuffix(".json") }).sorted() {
          let path = folder + "/" + name
          let profile = try Configuration.read { () throws(TextWatermarkError) in
            try WatermarkProfile(contentsOfFile: path)
          }
          table.add([profile.name, profile.scheme.rawValue, profile.keyID, path])
        }
      }
      Terminal.printOut(table.text(style: Style(isOn: false)))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints a template, or a profile with every parameter spelled out.",
      discussion: "Example:\n  countermark profile show transformers-lefthash > lefthash.json")
    @Argument(help: "The name of a template, or a profile's file.") var profile: String

    func run() throws {
      if let template = ProfileTemplate.all.first(where: { $0.name == profile }) {
        Terminal.printOut(template.json)
        return
      }
      let read = try Configuration.read { () throws(TextWatermarkError) in
        try WatermarkProfile(contentsOfFile: profile)
      }
      var table = TextTable(columns: [.init("FIELD"), .init("VALUE")])
      for (field, value) in read.description(digest: true) { table.add([field, value]) }
      Terminal.printOut(table.text(style: Style(isOn: false)))
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks a profile: its fields, its tokenizer, and its key if a ring is given.",
      discussion: "Example:\n  countermark profile check lefthash.json --keys ring.json")
    @Argument(help: "Profiles.") var files: [String]
    @OptionGroup var ring: KeyCommand.RingOption

    func run() throws {
      var shelf = TokenizerShelf()
      for file in files {
        let profile = try Configuration.read { () throws(TextWatermarkError) in
          try WatermarkProfile(contentsOfFile: file)
        }
        let place = try shelf.index(for: profile, file: file)
        var notes: [String] = []
        if let place {
          let size = shelf.tokenizers[place].vocabularySize
          notes.append(
            "tokenizer of \(size) entries"
              + (size == profile.parameters.vocabularySize ? "" : ", padded by the model"))
        } else {
          notes.append("no tokenizer: only records with token ids can be examined")
        }
        if let path = try? ring.path() {
          let keys = try Configuration.read { () throws(TextWatermarkError) in
            try KeyRing(contentsOfFile: path)
          }
          _ = try Configuration.read { () throws(TextWatermarkError) in try profile.detector(keys: keys) }
          notes.append("its key '\(profile.keyID)' is in the ring")
        }
        Terminal.printOut("\(file): fine (\(notes.joined(separator: "; ")))\n")
      }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a profile from transformers' generation_config.json or a WatermarkingConfig.",
      discussion: """
        Example:
          countermark profile import generation_config.json --name my-model --vocabulary-size 49152 --keys ring.json

        The configuration's hashing key goes into the key ring, under the profile's name; it is not printed.
        """)
    @Argument(help: "The configuration, JSON.") var file: String
    @Option(name: .long, help: "The profile's name; also its key's id.") var name: String
    @Option(name: .long, help: "The model's output size (config.json: vocab_size).") var vocabularySize: Int
    @Option(name: .long, help: "The tokenizer's file, as the profile shall name it.") var tokenizer: String?
    @OptionGroup var ring: KeyCommand.RingOption

    func run() throws {
      let path = try ring.path()
      let json = try Configuration.read { () throws(TextWatermarkError) in
        try ProfileImport.transformers(
          configurationFile: file, name: name, vocabularySize: vocabularySize, tokenizer: tokenizer,
          keyRing: path)
      }
      Terminal.printOut(json)
    }
  }
}
