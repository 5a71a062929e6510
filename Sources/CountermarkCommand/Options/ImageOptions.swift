import ArgumentParser
import FoundationEssentials
import ImageWatermark
import Scan
import TextWatermark

/// How hard pictures are looked at.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      "How far pictures may have been changed for lattice marks: unchanged (resized, stretched, mirrored, quarter turns) or full."
  )
  var effort: LatticeReader.Effort = .full

  @Flag(
    name: .long,
    help:
      "For generators' marks, try all 64 positions of the grid, as in pictures cut at the left or top; slower."
  )
  var allPhases = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A further message to look for, as the tool was given it: text, bits:0110… or hex:b3ec…; may be repeated.",
      valueName: "text"))
  var message: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For blind-watermark, the length of a message that is unknown: it is read, without a verdict.",
      valueName: "bits"))
  var length: Int?

  @Flag(
    name: .long,
    help: "Add to each picture with a lattice mark a map of where it is; --html does so by itself.")
  var maps = false

  func validate() throws {
    guard length.map({ (1...BlindWatermark.mostBits).contains($0) }) ?? true else {
      throw ValidationError("--length takes 1 to \(BlindWatermark.mostBits) bits.")
    }
    for text in message {
      do {
        _ = try DeployedMessage(argument: text)
      } catch {
        throw ValidationError("\(error.message): \(error.hint)")
      }
    }
  }

  /// What to look for: lattice marks under the named keys or all secrets of the ring, and generators' marks.
  func plan(ring: KeyRing, keyIDs: [String], scheme: ImageScheme, alpha: Double) throws -> ImageScanPlan {
    let lattices: [ImageScanPlan.LatticeTarget] = try Configuration.read { () throws(TextWatermarkError) in
      scheme == .all || scheme == .lattice ? try Self.targets(keyIDs, ring: ring) : []
    }
    func rule(_ tests: Int) throws -> DecisionRule {
      try Configuration.read { () throws(TextWatermarkError) in
        try DecisionRule(alpha: alpha, testsPerRecord: tests)
      }
    }
    var plan = ImageScanPlan(lattices: lattices, deployed: deployedReader(scheme), rule: try rule(1))
    if scheme == .blind { plan.blind = try blindTargets(keyIDs, ring: ring) }
    plan.rule = try rule(plan.targetNames.count)
    plan.effort = effort
    plan.mapsMarks = maps && !lattices.isEmpty
    return plan
  }

  private func deployedReader(_ scheme: ImageScheme) -> DeployedReader? {
    let methods: [DeployedMethod] =
      switch scheme {
      case .all: DeployedMethod.allCases
      case .dwtDct: [.dwtDct]
      case .dwtDctSvd: [.dwtDctSvd]
      case .lattice, .blind: []
      }
    guard !methods.isEmpty else { return nil }
    return DeployedReader(
      messages: DeployedMessage.known + message.compactMap { try? DeployedMessage(argument: $0) },
      methods: methods,
      triesAllPhases: allPhases)
  }

  private func blindTargets(_ wanted: [String], ring: KeyRing) throws -> [ImageScanPlan.BlindTarget] {
    let messages = message.compactMap { try? DeployedMessage(argument: $0) }.filter {
      !$0.blindWatermarkBits.isEmpty
    }
    guard !messages.isEmpty || length != nil else {
      throw CommandError(
        status: .usage, code: "no-message",
        message: "blind-watermark can be read only with the message or its length",
        hint: "add --message TEXT to test for a message, or --length BITS to read one")
    }
    return try Configuration.read { () throws(TextWatermarkError) in
      var targets: [ImageScanPlan.BlindTarget] = []
      var keys = ring.keys.filter { $0.form == "2 integers" }
      if !wanted.isEmpty {
        keys = []
        for id in wanted { keys.append(try ring.key(named: id)) }
      }
      for key in keys {
        let passwords = try ring.passwords(of: key)
        let reader = BlindWatermark(imagePassword: passwords.image, markPassword: passwords.mark)
        targets += messages.map { .init(keyID: key.id, reader: reader, message: $0) }
        if messages.isEmpty, let length {
          targets.append(.init(keyID: key.id, reader: reader, length: length))
        }
      }
      return targets
    }
  }

  private static func targets(
    _ wanted: [String], ring: KeyRing
  ) throws(TextWatermarkError) -> [ImageScanPlan.LatticeTarget] {
    var keys: [KeyRing.Key] = []
    if wanted.isEmpty {
      keys = ring.keys.filter { $0.form == "secret" }
    } else {
      for id in wanted { keys.append(try ring.key(named: id)) }
    }
    var targets: [ImageScanPlan.LatticeTarget] = []
    for key in keys {
      let secret = try ring.derivedSecret(of: key, scheme: "lattice-1")
      targets.append(.init(keyID: key.id, reader: LatticeReader(key: LatticeKey(secret: secret))))
    }
    return targets
  }
}

/// Image marks that can be asked for by name.
enum ImageScheme: String, CaseIterable, ExpressibleByArgument {
  case all
  case lattice = "lattice-1"
  case dwtDct = "dwt-dct"
  case dwtDctSvd = "dwt-dct-svd"
  case blind = "blind-watermark"
}

extension LatticeReader.Effort: ExpressibleByArgument {}
