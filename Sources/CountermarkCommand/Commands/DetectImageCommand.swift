import ArgumentParser
import FoundationEssentials
import ImageWatermark
import Raster
import Scan
import TextWatermark

extension DetectCommand {
  /// `countermark detect image`: lattice marks with geometry and maps, and generators' marks.
  struct Image: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "image", abstract: "Looks for our own and for generators' marks in pictures.",
      discussion: """
        Examples:
          countermark detect image suspect.png
          countermark detect image suspect.jpg --keys ring.json
          countermark detect image evidence/ --keys ring.json --key-id release-2026 --json
          countermark detect image suspect.jpg --keys ring.json --map map.png

          countermark detect image suspect.png --keys ring.json --key-id bw --scheme blind-watermark --message 'our text'

        Without a key ring the marks that Stable Diffusion, SDXL, FLUX and others leave are looked for. With one, lattice
        marks too: any rotation, crop and scale from 0.25 to 4 is searched. Their log10 p is a proved bound: the chance that
        a picture made without the key gives such a result is at most that, whoever made the picture.

        blind-watermark needs its passwords in the ring, "integers": [password_img, password_wm], and the message.
        """)

    @Argument(help: "Pictures, folders, patterns, or - for standard input.") var inputs: [String]
    @Option(
      name: .long,
      help: ArgumentHelp("The key ring, for lattice marks. Also COUNTERMARK_KEYS.", valueName: "file"))
    var keys: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Look under this key; may be repeated. Default: every secret of the ring.", valueName: "id"))
    var keyID: [String] = []
    @Option(
      name: .long, help: "Which marks: lattice-1, dwt-dct, dwt-dct-svd, all (of these), or blind-watermark.")
    var scheme: ImageScheme = .all
    @OptionGroup(title: "Pictures") var images: ImageOptions
    @Option(
      name: .long,
      help: ArgumentHelp("Chance of flagging one unmarked picture, over all readers.", valueName: "p"))
    var alpha: Double = 1e-6
    @Option(
      name: [.short, .long],
      help: ArgumentHelp("Workers. Results are the same for any number.", valueName: "n"))
    var jobs: Int?
    @Option(
      name: .long,
      help: ArgumentHelp("Draw where the lattice mark of the one picture named was found.", valueName: "png"))
    var map: String?
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      guard jobs.map({ $0 >= 1 && $0 <= 1024 }) ?? true else {
        throw ValidationError("-j takes 1 to 1024 workers.")
      }
      if map != nil, inputs.count != 1 { throw ValidationError("--map draws one picture; name one.") }
    }

    func run() async throws {
      let path = keys ?? ProcessInfo.processInfo.environment["COUNTERMARK_KEYS"]
      let ring = try Configuration.read { () throws(TextWatermarkError) -> KeyRing in
        guard let path, !path.isEmpty else { return KeyRing.empty }
        return try KeyRing(contentsOfFile: path)
      }
      var plan = try images.plan(ring: ring, keyIDs: keyID, scheme: scheme, alpha: alpha)
      guard !plan.isEmpty, scheme != .lattice || !plan.lattices.isEmpty else {
        throw CommandError(
          status: .keys, code: "no-secret",
          message: scheme == .blind
            ? "there are no passwords to read blind-watermark with"
            : "there is no secret to look for lattice marks with",
          hint: scheme == .blind
            ? "add --keys FILE with \"integers\": [password_img, password_wm]"
            : "add --keys FILE; 'countermark key new' makes a ring")
      }
      if map != nil { plan.mapsMarks = true }
      let rule = try Configuration.read { () throws(TextWatermarkError) in try DecisionRule(alpha: alpha) }
      let whole = ScanPlan(text: TextScanPlan(targets: [], tokenizers: [], rule: rule), images: plan)
      var runner = ScanRunner(plan: whole, output: output, workers: jobs)
      runner.mapFile = map
      try output.checkFiles(
        inputs: inputs, others: path.map { [($0, "the key ring")] } ?? [],
        map.map { [([$0], "the map")] } ?? [])
      try await runner.run(InputDiscovery.sources(for: inputs))
    }
  }
}
