import BiasMetrics

extension GeneratedReport {
  /// One line a figure.
  public func csv() -> String {
    func quoted(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\"" : text
    }
    func tags(_ tags: [GeneratedFigure.Tag]) -> String {
      tags.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
    }
    func number(_ value: Double?) -> String { value.map { $0.isFinite ? "\($0)" : "" } ?? "" }
    var text =
      "section,measure,subject,versus,value,ideal,lower,upper,level,noise_floor,p_value,adjusted_p_value,verdict,reason\n"
    for section in result.sections {
      for figure in section.figures {
        let cells = [
          section.id, figure.measure, tags(figure.subject), tags(figure.versus), number(figure.value),
          number(figure.ideal), number(figure.interval?.lower), number(figure.interval?.upper),
          figure.interval == nil ? "" : "\(figure.level)", number(figure.noiseFloor), number(figure.p),
          number(figure.adjustedP), figure.verdict?.rawValue ?? "", figure.reason ?? "",
        ]
        text += cells.map(quoted).joined(separator: ",") + "\n"
      }
    }
    return text
  }
}
