extension Array {
  /// Makes the array `count` long, for a kernel to write into: what is there stays, and memory is kept for the next time.
  mutating func resize(to count: Int, with filler: Element) {
    if self.count > count { removeLast(self.count - count) }
    if self.count < count { append(contentsOf: repeatElement(filler, count: count - self.count)) }
  }
}
