/// How far ids made anew from a text differ from those that were generated.
enum TokenAlignment {
  /// The number of given ids that do not stand at the same bytes among the new ones.
  ///
  /// Both lists are laid along the bytes they spell; a given id counts as kept when a new id of the same value covers the same
  /// bytes. Where the two do not spell the same bytes, common ids at the front and at the back are kept. Linear.
  static func differing(_ given: [UInt32], from new: [UInt32], bytesOfToken: (UInt32) -> [UInt8]?) -> Int {
    if given == new { return 0 }
    guard let givenEnds = ends(given, bytesOfToken), let newEnds = ends(new, bytesOfToken),
      givenEnds.last == newEnds.last
    else { return differingInTheMiddle(given, new) }
    var kept = 0
    var index = 0
    for (place, id) in given.enumerated() {
      let end = givenEnds[place]
      let start = place == 0 ? 0 : givenEnds[place - 1]
      while index < new.count, newEnds[index] < end { index += 1 }
      guard index < new.count, newEnds[index] == end, new[index] == id else { continue }
      if (index == 0 ? 0 : newEnds[index - 1]) == start { kept += 1 }
    }
    return given.count - kept
  }

  private static func ends(_ ids: [UInt32], _ bytesOfToken: (UInt32) -> [UInt8]?) -> [Int]? {
    var ends: [Int] = []
    var end = 0
    for id in ids {
      guard let bytes = bytesOfToken(id) else { return nil }
      end += bytes.count
      ends.append(end)
    }
    return ends
  }

  private static func differingInTheMiddle(_ given: [UInt32], _ new: [UInt32]) -> Int {
    let shorter = min(given.count, new.count)
    var front = 0
    while front < shorter, given[front] == new[front] { front += 1 }
    var back = 0
    while back < shorter - front, given[given.count - 1 - back] == new[new.count - 1 - back] { back += 1 }
    return given.count - front - back
  }
}
