/// Reads a page as strictly as XML, which our pages could be but for a few void elements.
struct PageReader {
  let markup: String
  private(set) var problems: [String] = []
  private var counts: [String: Int] = [:]
  private(set) var figures = 0
  private(set) var figuresWithTable = 0
  private(set) var drawingsWithNames = 0

  struct NoPage: Error {}

  init(_ html: String) throws {
    guard html.hasPrefix("<!doctype html>") else { throw NoPage() }
    markup = html
    var open: [String] = []
    var identities: Set<String> = []
    var references: [String] = []
    var level = 0
    var hasTable = false
    var bytes = Array(html.utf8)[...]
    while let start = bytes.firstIndex(of: UInt8(ascii: "<")),
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
    {
      let tag = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
      bytes = bytes[(end + 1)...]
      if tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        let name = String(tag.dropFirst())
        if open.last == name {
          open.removeLast()
        } else {
          problems.append("</\(name)> closes <\(open.last ?? "nothing")>")
        }
        if name == "figure", hasTable { figuresWithTable += 1 }
        continue
      }
      let name = String(tag.prefix { $0 != " " })
      counts[name, default: 0] += 1
      if !["meta", "br", "img", "input"].contains(name) { open.append(name) }
      if name == "figure" { (figures, hasTable) = (figures + 1, false) }
      if name == "table", open.contains("figure") { hasTable = true }
      if name.count == 2, name.hasPrefix("h"), let rank = Int(name.dropFirst()) {
        if rank > level + 1 { problems.append("h\(rank) after h\(level)") }
        level = rank
      }
      for (attribute, value) in Self.attributes(tag) {
        switch attribute {
        case "id": if !identities.insert(value).inserted { problems.append("two of #\(value)") }
        case "href": references.append(String(value.dropFirst()))
        case "aria-labelledby":
          references += value.split(separator: " ").map(String.init)
          if name == "svg", tag.contains("role=\"img\"") { drawingsWithNames += 1 }
        default: break
        }
      }
    }
    if !open.isEmpty { problems.append("left open: \(open)") }
    problems += references.filter { !identities.contains($0) }.map { "nothing is #\($0)" }
  }

  func count(_ tag: String) -> Int { counts[tag] ?? 0 }

  private static func attributes(_ tag: String) -> [(String, String)] {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 0, to: parts.count - 1, by: 2).map { place in
      (
        String(parts[place].split(separator: " ").last ?? "").replacing("=", with: ""),
        String(parts[place + 1])
      )
    }
  }
}
