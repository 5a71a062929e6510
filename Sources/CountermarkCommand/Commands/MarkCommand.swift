import ArgumentParser
import FoundationEssentials
import ImageWatermark
import Raster
import Scan
import TextWatermark

/// `countermark mark`: writes marks, and reads them back before it says so.
struct MarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark", abstract: "Writes a mark, reads it back, and refuses where it would not hold.",
    discussion: """
      Examples:
        countermark mark text --model model.gguf --prompt "Explain tides." --profile lefthash.json --keys ring.json
        countermark mark image photo.jpg marked.jpg --keys ring.json --key-id release-2026 --payload 00000000000004d2
        countermark mark image photos/ marked/ --keys ring.json --key-id release-2026 --payload 00000000000004d2
      """,
    subcommands: [Text.self, Image.self])

  struct Image: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "image",
      abstract: "Writes a mark into a picture, or into all pictures of a folder.",
      discussion: """
        Examples:
          countermark mark image photo.jpg marked.jpg --keys ring.json --key-id release-2026 --payload 00000000000004d2
          countermark mark image photos/ marked/ --keys ring.json --key-id release-2026 --payload 00000000000004d2
          countermark mark image photos/ --dry-run --keys ring.json --key-id release-2026 --payload 00000000000004d2
          countermark mark image made.png marked.png --scheme dwt-dct-svd --message SDXL

        The picture keeps its format, depth, alpha, profile, EXIF and text; a JPEG keeps its tables and subsampling. A folder
        keeps its names and structure. The originals are never touched, and a result is written whole or not at all. Every
        mark is read back, as written and after half size and JPEG 50; what does not come back is refused.

        --scheme dwt-dct and dwt-dct-svd write what invisible-watermark would, pixel for pixel, for readers of that tool: they
        need a --message and no key, hold in PNG only, and are read back as the tool does.

        Exit status: 0 all marked, 2 usage, 3 some pictures were refused or could not be read, 4 keys, 5 internal.
        """)

    @Argument(help: "A picture (PNG or JPEG), or a folder of them.") var input: String
    @Argument(help: "Where the marked picture goes: a file, or a folder for a folder.") var output: String?
    @OptionGroup var ring: KeyCommand.RingOption
    @Option(name: .long, help: "The key's id in the ring.") var keyID: String?
    @Option(name: .long, help: ArgumentHelp("32, 64 or 128 bits as hex digits.", valueName: "hex"))
    var payload: String?
    @Option(name: .long, help: "Which mark: lattice-1, dwt-dct or dwt-dct-svd.") var scheme: MarkScheme =
      .lattice
    @Option(
      name: .long,
      help: ArgumentHelp(
        "For the latter two: SDXL, FLUX or another generator's name, text, bits:0110… or hex:b3ec….",
        valueName: "message"))
    var message: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Structural similarity to aim for, within 38.5 to 45 dB. Default: 0.985.", valueName: "ssim"))
    var visibility: Double?
    @Option(name: .long, help: ArgumentHelp("A fixed strength in decibels instead.", valueName: "db"))
    var psnr: Double?
    @Flag(name: .long, help: "Write nothing; say what each picture can carry and survive.") var dryRun = false

    func validate() throws {
      if scheme == .lattice {
        guard keyID != nil, payload != nil else {
          throw ValidationError("A lattice mark needs --key-id and --payload.")
        }
        guard message == nil else {
          throw ValidationError("--message is for --scheme dwt-dct or dwt-dct-svd.")
        }
      } else {
        guard message != nil else {
          throw ValidationError("--scheme \(scheme.rawValue) needs the --message to write.")
        }
        guard keyID == nil, payload == nil, visibility == nil, psnr == nil else {
          throw ValidationError("--scheme \(scheme.rawValue) has no key, payload or strength.")
        }
      }
      if visibility != nil, psnr != nil {
        throw ValidationError("--visibility and --psnr exclude each other.")
      }
      if let visibility, !(0.9..<1).contains(visibility) {
        throw ValidationError("--visibility takes 0.9 to below 1, such as 0.985.")
      }
      if let psnr, !(30...60).contains(psnr) { throw ValidationError("--psnr takes 30 to 60 dB.") }
      if !dryRun, output == nil {
        throw ValidationError("Name where the marked picture goes, or add --dry-run.")
      }
    }

    func run() async throws {
      do {
        let mark: MarkRunner.Mark =
          switch scheme {
          case .lattice: .lattice(try latticeMarker())
          case .dwtDct: .deployed(DeployedMarker(method: .dwtDct, message: try .named(message ?? "")))
          case .dwtDctSvd: .deployed(DeployedMarker(method: .dwtDctSvd, message: try .named(message ?? "")))
          }
        try MarkRunner(mark: mark, isDryRun: dryRun).run(input, output)
      } catch let error as ImageWatermarkError {
        throw CommandError(
          status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
      }
    }

    private func latticeMarker() throws -> LatticeMarker {
      let path = try ring.path(status: .keys)
      let secret = try Configuration.read { () throws(TextWatermarkError) in
        let keys = try KeyRing(contentsOfFile: path)
        return try keys.derivedSecret(of: keys.key(named: keyID ?? ""), scheme: "lattice-1")
      }
      return LatticeMarker(
        key: LatticeKey(secret: secret), payload: try LatticePayload(hex: payload ?? ""),
        strength: psnr.map { .psnr($0) } ?? .visibility(visibility ?? 0.985))
    }
  }

  /// Which marks can be written.
  enum MarkScheme: String, ExpressibleByArgument, CaseIterable {
    case lattice = "lattice-1"
    case dwtDct = "dwt-dct"
    case dwtDctSvd = "dwt-dct-svd"
  }
}
