import BiasMetrics

extension GeneratedReport {
  /// One line a figure; texts that a spreadsheet would take for formulas begin with an apostrophe.
  public func csv() -> String {
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
        text += cells.map(csvCell).joined(separator: ",") + "\n"
      }
    }
    return text
  }
}
