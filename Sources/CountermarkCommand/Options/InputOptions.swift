import ArgumentParser
import FoundationEssentials
import Scan

/// What is read, in which layout, and how much of it.
struct InputOptions: ParsableArguments {
  @Argument(help: "Files, folders, patterns, archives, or - for standard input.") var inputs: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also read the inputs that this file names, one a line (- is standard input).", valueName: "list"))
  var filesFrom: String?

  @Flag(
    name: [.customShort("0"), .customLong("null")],
    help: "Names in --files-from end with a zero byte, as find -print0 writes them.")
  var null = false

  @Flag(name: .long, help: "Read the inputs in the order of their names, whatever order they were given in.")
  var sort = false

  @Option(
    name: .long,
    help:
      "Layout of the records: openai-batch, chat (assistant turns only), lm-eval, garak or hf-text. Each output is a record of its own, named id#turn."
  )
  var preset: RecordPreset?

  @Option(name: .long, help: ArgumentHelp("Skip lines and rows longer than this, in MB.", valueName: "mb"))
  var lineLimit = 16

  @Option(name: .long, help: ArgumentHelp("Skip plain texts longer than this, in MB.", valueName: "mb"))
  var textLimit = 256

  @Option(
    name: .long, help: ArgumentHelp("Skip pictures whose files are longer than this, in MB.", valueName: "mb")
  )
  var imageLimit = 512

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Skip what a compressed file, or a member of a zip, gives beyond this, in MB.", valueName: "mb"))
  var expandedLimit = 1024

  @Option(
    name: .long, help: ArgumentHelp("Skip members of an archive beyond this many.", valueName: "n"))
  var memberLimit = 10_000

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Give an input up when nothing comes for so long. Default: never.", valueName: "seconds"))
  var stallLimit = 0

  func validate() throws {
    for limit in [lineLimit, textLimit, imageLimit, expandedLimit] where !(1...1 << 20).contains(limit) {
      throw ValidationError("Limits are 1 to 1048576 MB.")
    }
    guard (1...100_000_000).contains(memberLimit), (0...1_000_000).contains(stallLimit) else {
      throw ValidationError("--member-limit takes 1 to 100000000, --stall-limit 0 to 1000000.")
    }
    guard !inputs.isEmpty || filesFrom != nil else {
      throw ValidationError("Name an input: a file, a folder, - for standard input, or --files-from LIST.")
    }
    if null, filesFrom == nil { throw ValidationError("-0 says how --files-from is written; add it.") }
    if filesFrom == "-", inputs.contains("-") {
      throw ValidationError("Standard input cannot be both the list and an input.")
    }
  }

  /// The limits that the flags say.
  var limits: InputLimits {
    var limits = InputLimits()
    limits.lineBytes = lineLimit << 20
    limits.textBytes = textLimit << 20
    limits.imageBytes = imageLimit << 20
    limits.decompressedBytes = expandedLimit << 20
    limits.archiveMembers = memberLimit
    limits.stallSeconds = stallLimit
    return limits
  }

  /// The inputs in their order.
  func sources() throws -> [InputSource] {
    var sources = InputDiscovery.sources(for: inputs)
    if let filesFrom {
      do {
        sources += try InputDiscovery.sources(listedIn: filesFrom, separator: null ? 0 : 0x0a)
      } catch {
        throw CommandError(
          status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
      }
    }
    if sort { sources = InputDiscovery.sorted(sources) }
    return sources
  }
}

extension RecordPreset: ExpressibleByArgument {}

/// Which part of the run this is, and how it survives being stopped.
struct RunOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep how far the run has come in this file; the same command goes on from there. Needs -o.",
      valueName: "file"))
  var checkpoint: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Seconds between checkpoints; 0 after each piece of input.", valueName: "seconds"))
  var checkpointInterval = 2.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Scan only the records of this shard, 1/4 to 4/4; 'countermark merge' puts the parts together.",
      valueName: "i/n"))
  var shard: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bound on memory in MB, for any number of workers: green lists get less, pictures and texts that would not fit are skipped, and where many would not fit side by side fewer are worked on. What is skipped depends on this bound alone.",
      valueName: "mb"))
  var memory: Int?

  func validate() throws {
    if let shard, ScanShard(shard) == nil {
      throw ValidationError("--shard takes i/n with 1 <= i <= n, such as 1/4.")
    }
    guard checkpointInterval >= 0, checkpointInterval <= 86_400 else {
      throw ValidationError("--checkpoint-interval takes 0 to 86400 seconds.")
    }
    if let memory, !(64...1 << 20).contains(memory) {
      throw ValidationError("--memory takes 64 to 1048576 MB.")
    }
  }

  /// Shares a bound on memory out: a part for lists, and one for everything that is under way, which one record may take whole.
  ///
  /// Nothing depends on the number of workers, or other records would be skipped on another machine.
  func bound(_ run: inout ScanRun) {
    guard let memory else { return }
    let bytes = (memory - 40) << 20
    run.plan.text.listBytes = min(run.plan.text.listBytes, bytes / 3)
    let share = bytes / 3
    run.workingBytes = share
    let longest = max(1 << 20, share / ScanRun.bytesPerByte)
    run.plan.images.limits.pixels = min(
      run.plan.images.limits.pixels, max(1 << 16, share / ScanRun.bytesPerPixel))
    run.limits.textBytes = min(run.limits.textBytes, longest)
    run.limits.lineBytes = min(run.limits.lineBytes, longest)
    run.limits.imageBytes = min(run.limits.imageBytes, max(1 << 20, share / 4))
  }
}
