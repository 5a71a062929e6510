import Randomness

/// The first line of a run's results: what was looked for.
public struct RunHeader: Sendable {
  /// The version of the tool.
  public var version: String
  /// The plan.
  public var plan: ScanPlan

  /// Makes a header.
  public init(version: String, plan: ScanPlan) { (self.version, self.plan) = (version, plan) }

  /// Writes the line.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "run")
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.array("profiles") { json in
        for target in plan.text.targets {
          let profile = target.detector.profile
          json.object { json in
            json.string("name", profile.name)
            json.string("scheme", profile.scheme.rawValue)
            json.string("key_id", target.detector.keyID)
            json.string("digest", profile.digest)
            // A GPU draws other lists from the same seed: such marks are out of reach, and a report says so.
            json.string("generator", "torch-cpu")
            json.number("null_rate", target.detector.greenList.scheme.nullGreenRate)
            json.number("reference_rate", rounded(target.detector.referenceGreenRate, 4))
          }
        }
        for target in plan.images.lattices {
          json.object { json in
            json.string("name", "lattice")
            json.string("scheme", "lattice-1")
            json.string("key_id", target.keyID)
            json.string("effort", plan.images.effort.rawValue)
          }
        }
      }
      if let deployed = plan.images.deployed {
        json.object("deployed_marks") { json in
          json.array("schemes") { json in
            for method in deployed.methods { json.string(nil, method.rawValue) }
          }
          json.array("messages") { json in
            for message in deployed.messages { json.string(nil, message.name) }
          }
          json.bool("all_phases", deployed.triesAllPhases)
          json.integer("hypotheses", deployed.hypotheses)
        }
      }
      json.number("alpha", plan.text.rule.alpha)
      json.integer("tests_per_record", plan.text.rule.testsPerRecord)
      json.integer("tests_per_image", plan.images.rule.testsPerRecord)
      json.string("correction", "bonferroni")
      json.string("evidence", plan.text.evidence.rawValue)
    }
    json.endLine()
  }
}

/// The last line of a run's results: the account of every record.
public struct ScanSummary: Sendable {
  /// The counts.
  public var tally: ScanTally
  /// How many unmarked records would be flagged by chance, at most: α for each record scanned.
  public var expectedFalsePositives: Double
  /// SHA-256 of all lines before this one.
  public var digest: String
  /// Whether the run was stopped early.
  public var isInterrupted: Bool

  /// Makes a summary.
  public init(tally: ScanTally, plan: ScanPlan, digest: String, isInterrupted: Bool) {
    self.tally = tally
    expectedFalsePositives = plan.text.rule.alpha * Double(tally.scanned)
    self.digest = digest
    self.isInterrupted = isInterrupted
  }

  /// Writes the line.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "summary")
      json.integer("seen", tally.seen)
      json.integer("scanned", tally.scanned)
      json.integer("skipped", tally.skipped)
      json.integer("failed", tally.failed)
      json.integer("images", tally.images)
      json.integer("flagged", tally.flagged)
      json.integer("insufficient", tally.insufficient)
      json.number("expected_false_positives", rounded(expectedFalsePositives, 12))
      json.integer("retokenized", tally.retokenized)
      json.integer("tokens_differing", tally.differingTokens)
      if isInterrupted { json.bool("interrupted", true) }
      json.string("digest", digest)
    }
    json.endLine()
  }
}
