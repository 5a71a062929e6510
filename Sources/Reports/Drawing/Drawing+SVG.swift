extension Drawing {
  /// The drawing as an inline SVG with a name and a description for those who do not see it.
  package func write(
    to markup: inout Markup, identity: String, title: String, description: String, style: String
  ) {
    markup.element(
      .svg,
      [
        .style(style), .viewBox(width, height), .number(.width, width), .number(.height, height),
        .role("img"),
        .labelled(by: identity + "-t " + identity + "-d"),
      ]
    ) { svg in
      svg.element(.title, [.identity(identity + "-t")], title)
      svg.element(.desc, [.identity(identity + "-d")], description)
      for shape in shapes { Self.write(shape, to: &svg) }
      for label in labels { Self.write(label, to: &svg) }
    }
  }

  /// The drawing as an SVG file of its own, with its colours for light and dark surroundings.
  package func file(title: String, description: String) -> String {
    var markup = Markup()
    markup.element(
      .svg,
      [
        .graphicsNamespace(), .viewBox(width, height), .number(.width, width), .number(.height, height),
        .role("img"), .labelled(by: "title description"),
      ]
    ) { svg in
      svg.element(.title, [.identity("title")], title)
      svg.element(.desc, [.identity("description")], description)
      svg.styleSheet(
        Palette.sheet + "svg{fill:var(--ink);font-family:system-ui,'DejaVu Sans',sans-serif}"
          + PageStyle.graphics)
      Self.write(.rectangle(frame, .paper), to: &svg)
      for shape in shapes { Self.write(shape, to: &svg) }
      for label in labels { Self.write(label, to: &svg) }
    }
    return markup.text
  }

  private static func write(_ label: Label, to svg: inout Markup) {
    var attributes: [Markup.Attribute] = [
      .number(.x, label.x), .number(.y, label.y), .number(.fontSize, label.size),
    ]
    if label.anchor != .start { attributes.append(.anchor(label.anchor.rawValue)) }
    let style = (label.isBold ? ["b"] : []) + (label.isMuted ? ["m"] : [])
    if !style.isEmpty { attributes.append(.style(style.joined(separator: " "))) }
    if !FontMetric.isKnown(label.words) {
      attributes += [.number(.textLength, label.box.right - label.box.left), .fitting()]
    }
    svg.element(.text, attributes, label.words)
  }

  private static func write(_ shape: Shape, to svg: inout Markup) {
    switch shape {
    case .line(let x1, let y1, let x2, let y2, let ink):
      svg.element(
        .line,
        [.number(.x1, x1), .number(.y1, y1), .number(.x2, x2), .number(.y2, y2), .style(ink.rawValue)])
    case .rectangle(let box, let ink):
      svg.element(
        .rect,
        [
          .number(.x, box.left), .number(.y, box.top), .number(.width, box.right - box.left),
          .number(.height, box.bottom - box.top), .style(ink.rawValue),
        ])
    case .circle(let x, let y, let radius, let ink):
      svg.element(
        .circle, [.number(.cx, x), .number(.cy, y), .number(.r, radius), .style(ink.rawValue)])
    case .path(let points, let isClosed, let ink):
      var path = ""
      for (place, point) in points.enumerated() {
        path += (place == 0 ? "M" : "L") + Shown.coordinate(point.x) + " " + Shown.coordinate(point.y)
      }
      svg.element(
        .path, [.data(path + (isClosed ? "Z" : "")), .style(ink.rawValue + (isClosed ? "" : " o"))])
    }
  }
}
