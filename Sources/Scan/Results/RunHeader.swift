import Randomness
import TextWatermark

/// The first line of a run's results: what was looked for, in what, and with which settings.
///
/// It holds everything that results depend on and nothing else, so two runs whose lines are equal can be continued by or merged
/// with each other. Of a key it holds the label alone, since any digest of a short key could be tried out: a label must not be
/// given to another key.
public struct RunHeader: Sendable {
  /// The version of the tool.
  public var version: String
  /// The run.
  public var run: ScanRun
  /// The inputs, in their order.
  public var inventory: InputInventory?
  /// The layout that ``ScanRun/fields`` came from.
  public var preset: RecordPreset?

  /// Makes a header.
  public init(version: String, run: ScanRun, inventory: InputInventory? = nil, preset: RecordPreset? = nil) {
    (self.version, self.run, self.inventory, self.preset) = (version, run, inventory, preset)
  }

  /// Writes the line.
  public func write(to json: inout JSONWriter) {
    let plan = run.plan
    json.object { json in
      json.string("type", "run")
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      if let shard = run.shard {
        json.object("shard") { json in
          json.integer("index", shard.index)
          json.integer("count", shard.count)
        }
      }
      json.array("profiles") { json in
        for target in plan.text.targets {
          let profile = target.detector.profile
          json.object { json in
            json.string("name", profile.name)
            json.string("scheme", profile.scheme.rawValue)
            json.string("key_id", target.detector.keyID)
            json.string("digest", profile.digest)
            if let index = target.tokenizer, index < plan.text.tokenizerDigests.count {
              json.string("tokenizer_digest", plan.text.tokenizerDigests[index])
            }
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
      if plan.text.includesMakerFigures { json.bool("maker_figures", true) }
      if plan.images.mapsMarks { json.bool("maps", true) }
      writeInputs(to: &json)
    }
    json.endLine()
  }

  private func writeInputs(to json: inout JSONWriter) {
    if let inventory {
      json.object("inputs") { json in
        json.integer("count", inventory.count)
        json.string("digest", inventory.digest)
      }
    }
    if let preset { json.string("preset", preset.rawValue) }
    // Beside a preset, too: some of its fields can be named otherwise. Where turns are read, only the preset says where.
    let readsTurns = run.fields.turns != nil
    json.object("fields") { json in
      for (name, paths) in [
        ("text" as StaticString, readsTurns ? [] : run.fields.text),
        ("ids", readsTurns ? [] : run.fields.ids), ("id", run.fields.id),
        ("prompt_ids", run.fields.promptIDs.map { [$0] } ?? []),
      ] where !paths.isEmpty {
        json.array(name) { json in
          for path in paths { json.string(nil, path.description) }
        }
      }
    }
    json.object("limits") { json in
      json.integer("line_bytes", run.limits.lineBytes)
      json.integer("text_bytes", run.limits.textBytes)
      json.integer("image_bytes", run.limits.imageBytes)
      json.integer("image_pixels", plan.images.limits.pixels)
      json.integer("expanded_bytes", run.limits.decompressedBytes)
      json.integer("expansion_ratio", run.limits.decompressionRatio)
      json.integer("archive_depth", run.limits.archiveDepth)
      json.integer("archive_members", run.limits.archiveMembers)
    }
  }

  private var plan: ScanPlan { run.plan }
}
