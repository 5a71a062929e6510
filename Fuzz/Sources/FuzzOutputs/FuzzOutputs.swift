import Countermark
import FoundationEssentials

/// Reads bytes as outputs of a model; rows are counted once each, and an audit of a few gives figures that are figures.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOutputs(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = "/tmp/fuzz-outputs-\(ProcessInfo.processInfo.processIdentifier)"
  guard (try? Data(UnsafeBufferPointer(start: start, count: count)).write(to: URL(filePath: path))) != nil
  else { return 0 }
  let columns = OutputColumns(groups: ["group"], flags: ["refused"], scores: ["score"], labels: ["label"])
  guard let reading = try? columns.read([path]) else { return 0 }
  precondition(reading.outputs.count + reading.failed == reading.rowsRead, "each row is read or failed")
  for output in reading.outputs {
    precondition(output.groups.count == 1 && output.flags.count == 1 && output.scores.count == 1)
    precondition(output.scores[0].map(\.isFinite) ?? true, "a score is a number")
  }
  // Beyond, an audit takes longer than an input may.
  guard reading.outputs.count <= 40 else { return 0 }
  var audit = GeneratedAudit(
    GeneratedPlan(
      attributes: ["group"], flags: ["refused"], scores: ["score"], scoreTolerance: 0.1, minimumCount: 1,
      bootstrap: ClusterBootstrap(resamples: 100)))
  audit.labels = ["label"]
  audit.reference = .equal
  if let lexicon = try? Lexicon(named: "gender-en") { audit.groups = [lexicon] }
  guard let result = try? audit.run(kind: "generated-text", reading) else { return 0 }
  for figure in result.sections.flatMap(\.figures) {
    precondition(
      figure.value.map(\.isFinite) ?? (figure.reason != nil), "a figure is a number or has a reason")
    for p in [figure.p, figure.adjustedP] { precondition(p.map { $0 >= 0 && $0 <= 1 } ?? true, "a p-value") }
    if let interval = figure.interval { precondition(interval.lower <= interval.upper, "an interval") }
  }
  return 0
}
