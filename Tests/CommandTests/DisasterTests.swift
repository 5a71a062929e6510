import Foundation
import Testing

@Suite("What goes wrong around a run")
struct DisasterTests {
  private let line = #"{"id": "x", "ids": [5, 6, 7, 8, 9, 10]}"# + "\n"

  private func shell(_ script: String) throws -> Tool.Run { try Tool.launch("/bin/bash", ["-c", script]) }

  @Test("a full disk ends the run with a clear error, and the same command goes on when there is room")
  func diskFull() throws {
    let bench = try Bench()
    let input = try bench.scratch.file("in.jsonl", String(repeating: line, count: 20_000))
    let out = bench.scratch.path + "/out.jsonl"
    let command =
      "'\(Tool.path)' scan '\(input)' -o '\(out)' --checkpoint '\(out).state' --checkpoint-interval 0 --keys '\(bench.keys)' --profile '\(bench.profile)'"
    let full = try shell("ulimit -f 1024; \(command)")
    #expect(full.status == 5 && full.errors.contains("out.jsonl.partial"), "\(full.status) \(full.errors)")
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(try shell(command).status == 0)
    #expect(try shell("grep -c '\"type\":\"result\"' '\(out)'").output == "20000\n")
  }

  @Test("an output folder that is removed during the run is named")
  func folderRemoved() throws {
    let bench = try Bench()
    let folder = bench.scratch.path + "/results"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let fifo = bench.scratch.path + "/fifo.jsonl"
    let run = try shell(
      """
      mkfifo '\(fifo)'
      '\(Tool.path)' scan '\(fifo)' -o '\(folder)/out.jsonl' --keys '\(bench.keys)' --profile '\(bench.profile)' &
      exec 3>'\(fifo)'
      for i in $(seq 3000); do [ -e '\(folder)/out.jsonl.partial' ] && break; sleep 0.01; done
      rm -r '\(folder)'
      echo '{"ids": [1, 2, 3]}' >&3
      exec 3>&-
      wait $!
      """)
    #expect(run.status == 5 && run.errors.contains("folder was removed"), "\(run.status) \(run.errors)")
  }

  @Test("an input that changes while it is read is not called read")
  func inputChanged() throws {
    let bench = try Bench()
    let file = try bench.scratch.file("in.jsonl", String(repeating: line, count: 60_000))
    let fifo = bench.scratch.path + "/out"
    let run = try shell(
      """
      mkfifo '\(fifo)'
      '\(Tool.path)' scan '\(file)' --json -j 1 --keys '\(bench.keys)' --profile '\(bench.profile)' > '\(fifo)' &
      exec 3<'\(fifo)'
      head -n 1 <&3 > /dev/null
      echo '\(line.dropLast())' >> '\(file)'
      grep '"type":"error"' <&3
      """)
    #expect(
      run.lines("error").map { $0["code"] as? String } == ["input-changed"], "\(run.output)\(run.errors)")
  }

  @Test("a pipe that stalls is given up after --stall-limit, and its lines before are examined")
  func stall() throws {
    let bench = try Bench()
    let fifo = bench.scratch.path + "/fifo.jsonl"
    let run = try shell(
      """
      mkfifo '\(fifo)'
      (printf '%s\\n' '\(line.dropLast())'; exec sleep 30) > '\(fifo)' &
      '\(Tool.path)' scan '\(fifo)' --json --stall-limit 1 --keys '\(bench.keys)' --profile '\(bench.profile)'
      status=$?
      kill $!
      exit $status
      """)
    #expect(run.status == 3)
    #expect(
      run.lines("result").count == 1 && run.lines("error").map { $0["code"] as? String } == ["input-stalled"])
  }

  @Test("20,000 files in one folder, some with names that are not UTF-8, in constant order")
  func manyFiles() throws {
    let bench = try Bench()
    let run = try shell(
      """
      mkdir '\(bench.scratch.path)/many' && cd '\(bench.scratch.path)/many'
      printf '{"ids": [1, 2, 3]}\\n' > a.jsonl
      seq -f 'f%.0f.jsonl' 1 20000 | xargs -n 500 bash -c 'tee "$@" < a.jsonl > /dev/null' bash
      ln a.jsonl "$(printf 'x\\xff\\ny.jsonl')"
      '\(Tool.path)' scan . --json --keys '\(bench.keys)' --profile '\(bench.profile)' | sed -n '2p;$p;/xff/p' | cut -c1-200
      """)
    #expect(run.output.contains(#""seen":20002,"scanned":20002"#), "\(run.output)")
    #expect(run.output.contains(#"x\\xff\\ny.jsonl"#))
  }

  @Test("one line of a gigabyte is skipped in bounded memory, and the run goes on")
  func giantLine() throws {
    let bench = try Bench()
    let run = try shell(
      """
      \(Tool.measuresMemory ? "ulimit -v 1500000" : "")
      (echo '{"ids": [1, 2, 3]}'; head -c 1073741824 /dev/zero | tr '\\0' x; echo; echo '{"ids": [1, 2, 3]}') |
        '\(Tool.path)' scan - --json -j 1 --keys '\(bench.keys)' --profile '\(bench.profile)'
      """)
    #expect(run.lines("error").map { $0["code"] as? String } == ["line-too-long"], "\(run.errors)")
    #expect(run.count("seen") == 3 && run.count("skipped") == 1 && run.count("scanned") == 2)
  }

  @Test("short records, many outputs of one line and long ids do not fill the memory")
  func manyOutputs() throws {
    let bench = try Bench()
    let profiles = try (0..<5).flatMap { index in
      [
        "--profile",
        try bench.scratch.file(
          "p\(index).json",
          #"{"name": "p\#(index)", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 49152}"#),
      ]
    }
    let short = try bench.scratch.file("short.jsonl", String(repeating: "{\"ids\":[1]}\n", count: 130_000))
    let (status, peak) = try Tool.peak(
      ["scan", short, "--keys", bench.keys, "--json", "-j", "2"] + profiles)
    #expect(status == 0)
    if Tool.measuresMemory { #expect(peak > 0 && peak < 160 << 10, "\(peak) KiB") }

    let empty = String(repeating: "\"\",", count: 2_000_000)
    let nested = String(repeating: "[\"\",\"\"],", count: 6_000)
    let id = String(repeating: "i", count: 5_000)
    let many = try bench.scratch.file(
      "many.jsonl",
      """
      {"doc_id": 1, "resps": [[\(empty)""]]}
      {"doc_id": 2, "resps": [\(nested)[]]}
      {"doc_id": 3, "resps": [\(empty)[]]}
      {"doc_id": "\(id)", "resps": [["a"]]}
      {"doc_id": 5, "resps": [["a", "b"]]}

      """)
    let run = try bench.scan([many], ["--preset", "lm-eval"])
    #expect(
      run.lines("error").prefix(4).map { $0["code"] as? String } == [
        "too-many-outputs", "too-many-outputs", "too-many-outputs", "id-too-long",
      ])
    #expect(run.lines("error").prefix(4).map { $0["record"] as? Int } == [1, 2, 3, 4])
    #expect(run.count("seen") == 6 && run.count("skipped") == 4 && run.count("failed") == 2)
    let table = try bench.scratch.file("t.csv", "id,ids\n\(id),[1]\nb,[1]\n")
    let rows = try bench.scan([table])
    #expect(rows.lines("error").map { $0["code"] as? String } == ["id-too-long"] && rows.count("seen") == 2)
  }

  @Test("the results may lie in the folder that is scanned, and never replace an input")
  func ownFiles() throws {
    let bench = try Bench()
    let folder = bench.scratch.path + "/in"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let input = try bench.scratch.file("in/a.jsonl", line)
    let out = folder + "/results.jsonl"
    for _ in 0..<2 {
      let run = try Tool.run(
        ["scan", folder, "-o", out, "--checkpoint", folder + "/state", "--csv", folder + "/r.csv"]
          + bench.known)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try String(contentsOfFile: out, encoding: .utf8).contains(#""seen":1,"#))
    }
    let same = try Tool.run(["scan", input, "-o", input] + bench.known)
    #expect(same.status == 2 && same.errors.contains("both an input and the output"))
  }

  @Test("a link to the results stays a link, and a pipe or a device stays what it is")
  func specialOutputs() throws {
    let bench = try Bench()
    let folder = bench.scratch.path
    let input = try bench.scratch.file("in.jsonl", line)
    let scan = "'\(Tool.path)' scan '\(input)' --keys '\(bench.keys)' --profile '\(bench.profile)'"
    // Never on the machine's own devices: a mistake would replace them.
    let run = try shell(
      """
      cd '\(folder)' && mkdir far && ln -s far/real.jsonl link && ln -s link second && mkfifo pipe
      \(scan) -o second && test -L link && test -L second && test -f far/real.jsonl && echo linked
      cat pipe > got & \(scan) -o pipe; wait $!; test -p pipe && cmp got far/real.jsonl && echo piped
      echo before > kept; \(scan) -o /dev/fd/1 >> kept; tail -n +2 kept | cmp - far/real.jsonl && echo appended
      \(scan) -o >(cat > sub); sleep 0.3; cmp sub far/real.jsonl && echo substituted
      if mknod null c 1 3 && echo x > null; then \(scan) -o null; test -c null; fi && echo device
      \(scan) -o far; echo $?
      find . -name '*.partial'
      """)
    #expect(
      run.output == "linked\npiped\nappended\nsubstituted\ndevice\n5\n", "\(run.output)\(run.errors)")
    #expect(run.errors.contains("far: Is a directory"))
    for more in [["--checkpoint", folder + "/state"], ["--csv", folder + "/r.csv"]] {
      let refused = try Tool.run(["scan", input, "-o", folder + "/pipe"] + bench.known + more)
      #expect(refused.status == 2 && refused.errors.contains("-o FILE"), "\(refused.errors)")
    }
  }

  @Test("no file of a run is another one: outputs, checkpoint, reports, inputs, profiles, keys, or links")
  func oneFileEach() throws {
    let bench = try Bench()
    let folder = bench.scratch.path
    let input = try bench.scratch.file("a.jsonl", line)
    let (out, link) = (folder + "/out.jsonl", folder + "/link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "out.jsonl")
    let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    for (arguments, roles) in [
      (["-o", out, "--checkpoint", out], "the output and the checkpoint"),
      (["-o", out, "--checkpoint", folder + "/./out.jsonl.partial"], "the output and the checkpoint"),
      (["-o", out, "--checkpoint", link], "the output and the checkpoint"),
      (["-o", out, "--checkpoint", input], "an input and the checkpoint"),
      (["-o", out, "--csv", out], "the output and the report (--csv)"),
      (["-o", out, "--csv", folder + "/r", "--html", folder + "/r"], "(--html) and the report (--csv)"),
      (["-o", out, "--html", input], "an input and the report (--html)"),
      (["-o", bench.profile], "a profile and the output"),
      (["-o", bench.keys], "the key ring and the output"),
    ] {
      let run = try Tool.run(["scan", input] + bench.known + arguments)
      #expect(
        run.status == 2 && run.errors.contains(roles),
        "\(arguments): \(run.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
    }
    #expect(try Tool.run(["scan", input, "-o", out] + bench.known).status == 0)
    for run in try [
      Tool.run(["report", out, "--csv", link]), Tool.run(["merge", out, "-o", out]),
      Tool.run(["detect", "text", input, "-o", input] + bench.known),
    ] { #expect(run.status == 2 && run.errors.contains("is both"), "\(run.errors)") }
    #expect(try String(contentsOfFile: input, encoding: .utf8) == line)
  }
}
