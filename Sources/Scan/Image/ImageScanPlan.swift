import ImageWatermark
import Raster
import TextWatermark

/// What a run looks for in pictures: immutable, shared by all workers.
public struct ImageScanPlan: Sendable {
  /// One key of a ring, ready to read lattice marks.
  public struct LatticeTarget: Sendable {
    /// The key's id.
    public var keyID: String
    /// The reader.
    public var reader: LatticeReader

    /// Makes a target.
    public init(keyID: String, reader: LatticeReader) { (self.keyID, self.reader) = (keyID, reader) }
  }

  /// One pair of passwords of blind-watermark, and what is expected under it.
  public struct BlindTarget: Sendable {
    /// The key's id.
    public var keyID: String
    /// The reader.
    public var reader: BlindWatermark
    /// A message that is looked for; nil where the message is unknown, and only read.
    public var message: DeployedMessage?
    /// The message's length in bits.
    public var length: Int

    /// Makes a target that looks for a message.
    public init(keyID: String, reader: BlindWatermark, message: DeployedMessage) {
      (self.keyID, self.reader, self.message) = (keyID, reader, message)
      length = message.blindWatermarkBits.count
    }

    /// Makes a target that reads a message of known length.
    public init(keyID: String, reader: BlindWatermark, length: Int) {
      (self.keyID, self.reader, self.length) = (keyID, reader, length)
    }
  }

  /// The keys under which lattice marks are looked for, in the order results are written in.
  public var lattices: [LatticeTarget]
  /// How far a picture may have been changed.
  public var effort = LatticeReader.Effort.full
  /// The reader of deployed generators' marks, which need no key; nil where they are not looked for.
  public var deployed: DeployedReader?
  /// What is looked for with blind-watermark, which needs passwords.
  public var blind: [BlindTarget] = []
  /// When a result counts as detected.
  public var rule: DecisionRule
  /// How large a picture may be.
  public var limits = RasterLimits()
  /// Whether each result carries a map of where the mark is.
  public var mapsMarks = false

  /// Makes a plan.
  public init(lattices: [LatticeTarget], deployed: DeployedReader? = nil, rule: DecisionRule) {
    (self.lattices, self.deployed, self.rule) = (lattices, deployed, rule)
  }

  /// Whether nothing is looked for.
  public var isEmpty: Bool { targetNames.isEmpty }

  /// Names of the readers, in the order of their results: keys, the methods of deployed marks, passwords.
  public var targetNames: [String] {
    lattices.map { "lattice-1 under key \($0.keyID)" }
      + (deployed?.methods.map { "\($0.rawValue) (\(deployed!.messages.count) messages of generators)" } ?? [])
      + blind.map { "blind-watermark under key \($0.keyID)" }
  }
}

/// What a run looks for, and how.
public struct ScanPlan: Sendable {
  /// In texts.
  public var text: TextScanPlan
  /// In pictures.
  public var images: ImageScanPlan

  /// Makes a plan.
  public init(text: TextScanPlan, images: ImageScanPlan) { (self.text, self.images) = (text, images) }

  /// Names of everything that is looked for, in the order of a tally's counts: text targets, then pictures' keys.
  public var targetNames: [String] {
    text.targets.map {
      "\($0.detector.profile.name) (\($0.detector.profile.scheme.rawValue)) under key \($0.detector.keyID)"
    }
      + images.targetNames
  }

  /// The number of counts of a tally.
  public var targetCount: Int { text.targets.count + images.targetNames.count }
}
