import Countermark

/// Reads bytes as saved counts and as a plan; what is read must be written and read again to the same, and audits must not trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAudit(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let plan = try? DeclaredPlan(json: bytes, place: "input") {
    let again = try? DeclaredPlan(json: plan.json.pretty, place: "again")
    precondition(again?.digest == plan.digest, "a plan comes back from its own text")
  }
  guard let cube = try? CountingCube(saved: bytes, place: "input") else { return 0 }
  if let text = try? cube.saved() {
    let again = try? CountingCube(saved: text, place: "again")
    precondition((try? again?.saved()) == text, "counts come back from their own text")
  }
  if let kept = try? cube.suppressing(below: 3) {
    precondition(kept.rowsRead == cube.rowsRead, "rows that are taken out are counted")
  }
  guard let table = try? DecisionTable(cube, positive: "1", missingLabels: .exclude),
    let result = try? Audit().run(table, cube: cube)
  else { return 0 }
  for group in result.groups {
    for rate in group.rates where !rate.value.isNaN {
      precondition(rate.value >= 0 && rate.value <= 1 + 1e-9, "a rate is a share")
    }
  }
  return 0
}
