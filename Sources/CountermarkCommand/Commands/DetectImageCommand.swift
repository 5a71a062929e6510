import ArgumentParser
import FoundationEssentials
import ImageWatermark
import Raster
import Scan
import TextWatermark

extension DetectCommand {
  /// `countermark detect image`: lattice marks, with geometry and maps.
  struct Image: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "image", abstract: "Looks for lattice marks in pictures, whatever became of them.",
      discussion: """
        Examples:
          countermark detect image suspect.jpg --keys ring.json
          countermark detect image evidence/ --keys ring.json --key-id release-2026 --json
          countermark detect image suspect.jpg --keys ring.json --map map.png

        Any rotation, crop and scale from 0.25 to 4 is searched. log10 p is a proved bound: the chance that a picture made
        without the key gives such a result is at most that, whoever made the picture.
        """)

    @Argument(help: "Pictures, folders, patterns, or - for standard input.") var inputs: [String]
    @OptionGroup var ring: KeyCommand.RingOption
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Look under this key; may be repeated. Default: every secret of the ring.", valueName: "id"))
    var keyID: [String] = []
    @Option(name: .long, help: "The scheme: lattice-1 or all.") var scheme = "all"
    @Option(
      name: .long,
      help: ArgumentHelp("Chance of flagging one unmarked picture, over all keys.", valueName: "p"))
    var alpha: Double = 1e-6
    @Option(
      name: .long,
      help: "How far pictures may have been changed: unchanged (resized, mirrored, quarter turns) or full.")
    var effort: LatticeReader.Effort = .full
    @Option(
      name: [.short, .long],
      help: ArgumentHelp("Workers. Results are the same for any number.", valueName: "n"))
    var jobs: Int?
    @Option(
      name: .long,
      help: ArgumentHelp("Draw where the mark of the one picture named was found.", valueName: "png"))
    var map: String?
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      guard scheme == "all" || scheme == "lattice-1" else {
        throw ValidationError("--scheme takes lattice-1 or all in this version.")
      }
      guard jobs.map({ $0 >= 1 && $0 <= 1024 }) ?? true else {
        throw ValidationError("-j takes 1 to 1024 workers.")
      }
      if map != nil, inputs.count != 1 { throw ValidationError("--map draws one picture; name one.") }
    }

    func run() async throws {
      let path = try ring.path(status: .keys)
      let keys = try Configuration.read { () throws(TextWatermarkError) in try KeyRing(contentsOfFile: path) }
      var images = try ImageOptions.plan(ring: keys, keyIDs: keyID, alpha: alpha, effort: effort)
      guard !images.isEmpty else {
        throw CommandError(
          status: .keys, code: "no-secret",
          message: "the key ring has no secret, so there is nothing to look for",
          hint: "add one with 'countermark key new'")
      }
      images.mapsMarks = map != nil
      let rule = try Configuration.read { () throws(TextWatermarkError) in try DecisionRule(alpha: alpha) }
      let plan = ScanPlan(text: TextScanPlan(targets: [], tokenizers: [], rule: rule), images: images)
      var runner = ScanRunner(plan: plan, output: output, workers: jobs)
      if let map { runner.mapFile = map }
      try await runner.run(inputs)
    }
  }
}
