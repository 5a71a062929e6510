#!/usr/bin/env python3
"""A table of decisions to all metrics with intersections: countermark beside fairlearn, aequitas, polars and duckdb, in one run.

Needs `pip install -r Benchmarks/bias/requirements.txt`. Every tool is a process of its own that reads the file; the median of the
runs is kept. fairlearn and aequitas compute far less than an audit and are timed on at most --slow-rows rows, since fairlearn needs
some fifteen minutes for ten million; polars and duckdb only count the groups.
Usage: throughput.py --tool .build/release/countermark [--rows 10000000] [--scale 100000 1000000 10000000 100000000] [--repeat 5]
"""
import argparse, json, os, platform, random, statistics, subprocess, sys, tempfile, time

PEERS = {
    "polars streaming group_by": """
import polars as pl, sys
frame = pl.scan_csv(sys.argv[1]).group_by("sex", "race", "y_true", "y_pred").len()
print(frame.collect(engine="streaming").height)
""",
    "duckdb group by": """
import duckdb, sys
print(len(duckdb.execute("select sex, race, y_true, y_pred, count(*) from read_csv(?) group by all", [sys.argv[1]]).fetchall()))
""",
    "aequitas group, bias, fairness": """
import pandas as pd, sys
from aequitas.bias import Bias
from aequitas.fairness import Fairness
from aequitas.group import Group
frame = pd.read_csv(sys.argv[1]).rename(columns={"y_true": "label_value", "score": "s", "y_pred": "score"})[["score", "label_value", "sex", "race"]]
for column in ["sex", "race"]:
    frame[column] = frame[column].astype(object)
for column, group in [("sex", "F"), ("race", "White")]:
    counts, _ = Group().get_crosstabs(frame[["score", "label_value", column]])
    bias = Bias().get_disparity_predefined_groups(counts, frame, {column: group}, check_significance=False)
    print(len(Fairness().get_group_value_fairness(bias)))
""",
    "fairlearn MetricFrame, three metrics": """
import pandas as pd, sys
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
frame = pd.read_csv(sys.argv[1])
made = MetricFrame(metrics={"s": selection_rate, "t": true_positive_rate, "f": false_positive_rate}, y_true=frame.y_true,
                   y_pred=frame.y_pred, sensitive_features=frame[["sex", "race"]])
print(made.difference())
""",
    "fairlearn MetricFrame, the audit's rates and groups": """
import pandas as pd, sys
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
frame = pd.read_csv(sys.argv[1])
for columns in [["sex"], ["race"], ["sex", "race"]]:
    made = MetricFrame(metrics={"s": selection_rate, "t": true_positive_rate, "f": false_positive_rate}, y_true=frame.y_true,
                       y_pred=frame.y_pred, sensitive_features=frame[columns])
    print(made.difference(), made.ratio())
""",
}
SLOW = {name for name in PEERS if name.startswith(("aequitas", "fairlearn"))}


def write(path, rows):
    draw = random.Random(7)
    races = ["White", "Black", "Asian", "Hispanic", "Native", "Pacific", "Two"]
    block = "".join(
        f"{int(draw.random() < 0.3)},{int(s >= 5000)},0.{s:04d},{draw.choice('FM')},{draw.choice(races)}\n"
        for s in (draw.randrange(10000) for _ in range(100_000)))
    with open(path, "w") as out:
        out.write("y_true,y_pred,score,sex,race\n")
        for _ in range(rows // 100_000):
            out.write(block)


def run(command):
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(commands, rows, path, repeat):
    results = {name: [] for name in commands}
    # In turns, so that a busy minute falls on all.
    for _ in range(repeat):
        for name, command in commands.items():
            results[name].append(run(command))
    machine = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    for name, runs in results.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*runs))
        print(json.dumps({"what": name, "rows": rows, "bytes": os.path.getsize(path), "wall_s": round(wall, 3),
                          "cpu_s": round(cpu, 3), "cpu_ns_a_row": round(cpu / rows * 1e9, 1), "resident_MiB": round(memory, 1),
                          "runs": repeat, "machine": f"{os.cpu_count()} x {machine}"}), flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tool", required=True)
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--slow-rows", type=int, default=1_000_000)
    options.add_argument("--scale", type=int, nargs="*", default=[])
    options.add_argument("--resamples", type=int, help="resamples of the audit; the tool's own number unless given")
    options.add_argument("--repeat", type=int, default=5)
    options = options.parse_args()

    def audit(path, jobs):
        return [options.tool, "audit", path, "--label", "y_true", "--prediction", "y_pred", "--group", "sex", "--group", "race",
                "--exit-zero", "-j", str(jobs)] + (["--resamples", str(options.resamples)] if options.resamples is not None else [])

    def ours(path):
        return {"countermark audit -j 1": audit(path, 1), "countermark audit -j 2": audit(path, 2)}

    def peers(path, names):
        return {name: [sys.executable, "-c", PEERS[name], path] for name in names}

    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/table.csv"
        write(path, options.rows)
        measure({**ours(path), **peers(path, [n for n in PEERS if n not in SLOW])}, options.rows, path, options.repeat)
        if options.slow_rows:
            write(path, options.slow_rows)
            measure({**ours(path), **peers(path, PEERS)}, options.slow_rows, path, min(3, options.repeat))
        for rows in options.scale:
            write(path, rows)
            measure(ours(path), rows, path, options.repeat if rows <= 10_000_000 else 1)


if __name__ == "__main__":
    main()
