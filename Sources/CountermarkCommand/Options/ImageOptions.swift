import ArgumentParser
import FoundationEssentials
import ImageWatermark
import Scan
import TextWatermark

/// Which image marks to look for, and how hard.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Look for lattice marks under this key; may be repeated. Default: every secret of the ring.",
      valueName: "id"))
  var imageKeyID: [String] = []

  @Option(
    name: .long,
    help: "How far pictures may have been changed: unchanged (resized, mirrored, quarter turns) or full.")
  var effort: LatticeReader.Effort = .full

  /// The keys under which lattice marks are looked for; none where the ring has no secret and none was named.
  func plan(ring: KeyRing, alpha: Double) throws -> ImageScanPlan {
    try Self.plan(ring: ring, keyIDs: imageKeyID, alpha: alpha, effort: effort)
  }

  /// The same from its parts.
  static func plan(
    ring: KeyRing, keyIDs: [String], alpha: Double, effort: LatticeReader.Effort
  ) throws -> ImageScanPlan {
    let targets: [ImageScanPlan.LatticeTarget] = try Configuration.read { () throws(TextWatermarkError) in
      try Self.targets(keyIDs, ring: ring)
    }
    let rule = try Configuration.read { () throws(TextWatermarkError) in
      try DecisionRule(alpha: alpha, testsPerRecord: targets.count)
    }
    var plan = ImageScanPlan(lattices: targets, rule: rule)
    plan.effort = effort
    return plan
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
      targets.append(
        .init(
          keyID: key.id,
          reader: LatticeReader(key: LatticeKey(secret: try ring.derivedSecret(of: key, scheme: "lattice-1")))
        ))
    }
    return targets
  }
}

extension LatticeReader.Effort: ExpressibleByArgument {}
