extension PairedTest {
  /// The p-value of Cochran's Q by exchanging answers within subjects: the chance of so great a Q where no condition matters.
  ///
  /// Given how often a subject says yes, each order of its answers is then as likely. All orders are counted up to ``mostOrders`` of them;
  /// beyond, `resamples` are drawn and p = (b + 1) / (m + 1). It needs no large sample, as the χ² approximation does. Nil where no subject
  /// varies, and where rows are of unequal length.
  ///
  /// Source: Patil, Journal of the American Statistical Association 70 (1975), for the exact law; Phipson and Smyth (2010) for the one.
  public static func cochranQExchangeP(
    _ rows: [[Bool]], seed: UInt64 = 1, resamples: Int = 9_999
  ) -> (p: Double, isExact: Bool)? {
    let conditions = rows.first?.count ?? 0
    let varying = rows.filter { row in row.contains(true) && row.contains(false) }
    guard conditions > 1, !varying.isEmpty, resamples > 0, rows.allSatisfy({ $0.count == conditions }) else {
      return nil
    }
    // Q grows with the sum of squares of the columns, and with nothing else that an exchange changes.
    var columns = [Int](repeating: 0, count: conditions)
    func squares() -> Int { columns.reduce(0) { $0 + $1 * $1 } }
    func add(_ row: [Bool], _ sign: Int) {
      for place in row.indices where row[place] { columns[place] += sign }
    }
    for row in varying { add(row, 1) }
    let found = squares()
    var orders = 1.0
    for row in varying { orders *= Self.orders(conditions, row.count { $0 }) }
    if orders <= mostOrders {
      columns = [Int](repeating: 0, count: conditions)
      let counts = varying.map { row in row.count { $0 } }
      var extreme = 0
      // By symmetry of the conditions the first subject may keep one order.
      func count(_ subject: Int) {
        guard subject < counts.count else {
          extreme += squares() >= found ? 1 : 0
          return
        }
        func choose(_ left: Int, from first: Int) {
          guard left > 0 else { return count(subject + 1) }
          guard first + left <= conditions else { return }
          for place in first...(conditions - left) {
            columns[place] += 1
            choose(left - 1, from: place + 1)
            columns[place] -= 1
            if subject == 0 { break }
          }
        }
        choose(counts[subject], from: 0)
      }
      count(0)
      return (Double(extreme) / (orders / Self.orders(conditions, counts[0])).rounded(), true)
    }
    var random = Philox(seed: seed)
    var extreme = 0
    var order = Array(0..<conditions)
    for _ in 0..<resamples {
      for place in columns.indices { columns[place] = 0 }
      for row in varying {
        let yes = row.count { $0 }
        // The first of a shuffle are those that say yes.
        for place in 0..<yes {
          let left = conditions - place
          order.swapAt(place, place + min(left - 1, Int(random.unit() * Double(left))))
          columns[order[place]] += 1
        }
      }
      extreme += squares() >= found ? 1 : 0
    }
    return (Double(extreme + 1) / Double(resamples + 1), false)
  }

  /// Orders that are counted one by one at most.
  public static let mostOrders = 300_000.0

  /// How many orders of so many answers have so many times yes.
  private static func orders(_ all: Int, _ yes: Int) -> Double {
    let least = min(yes, all - yes)
    guard least > 0 else { return 1 }
    return (1...least).reduce(1.0) { $0 * Double(all - least + $1) / Double($1) }
  }
}
