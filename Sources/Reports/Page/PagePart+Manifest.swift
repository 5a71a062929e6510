extension PagePart {
  /// What the page was made of, and how to make it again.
  static func manifest(
    _ manifest: ReportManifest, _ declaration: AuditDeclaration, version: String, to page: inout Markup
  ) {
    page.element(.section, [.identity("manifest")]) { section in
      section.element(.h2, "Manifest")
      section.element(.p, "The same inputs, arguments and version give the same page, byte for byte.")
      if !manifest.inputs.isEmpty {
        FigureTable(
          caption: "Inputs", columns: [.text("file"), .number("bytes"), .text("SHA-256")],
          rows: manifest.inputs.map { input in
            [
              printableText(input.path), input.bytes.map { Shown.count($0) } ?? "—",
              input.sha256 ?? "a stream, which cannot be read twice",
            ]
          }
        ).write(to: &section)
      }
      section.element(.dl) { list in
        for (name, words) in [
          ("Tool", "countermark \(version)"),
          ("Plan", declaration.planName.map { printableText($0) } ?? "from the arguments"),
          ("SHA-256 of the plan", declaration.planDigest.map { printableText($0) } ?? "—"),
        ] {
          list.element(.dt, name)
          list.element(.dd, words)
        }
        if !manifest.arguments.isEmpty {
          list.element(.dt, "Arguments that decide the result")
          list.element(.dd) { $0.element(.code, Self.quoted(manifest.arguments)) }
        }
      }
    }
  }

  /// Arguments as a shell takes them.
  private static func quoted(_ arguments: [String]) -> String {
    arguments.map { argument in
      let isPlain =
        !argument.isEmpty
        && argument.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./=,:+@%".utf8.contains(byte)
        }
      if isPlain { return argument }
      return "'"
        + printableText(argument).split(separator: "'", omittingEmptySubsequences: false).joined(
          separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
