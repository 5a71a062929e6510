#!/usr/bin/env python3
"""Our tokens a second beside llama.cpp's (xllamacpp) on the same GGUF file and one core, in one run.

Needs `pip install -r Benchmarks/models/requirements.txt` and the model (`make model`, or COUNTERMARK_MODEL).
Usage: speed.py [--tokens 128] [--prompt-tokens 448] [--batch 16] [--rounds 3] [--results FILE] [--bench BUILT-ModelBench]

Both sides are processes of their own on one core, in turn; every figure is the median of all passes. `single` writes one text, `prompt` reads one
long prompt, `batch` writes 16 texts side by side. Rates count tokens after the first of each text. CPU time is the process's; wall time
is an upper bound where other work runs on the machine.
"""
import argparse, json, os, statistics, subprocess, sys, threading, time

from common import MODEL, bench, conversations, keep, machine, ours

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--tokens", type=int, default=128)
parser.add_argument("--prompt-tokens", type=int, default=448)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--results")
parser.add_argument("--bench")
parser.add_argument("--peer", help=argparse.SUPPRESS)
options = parser.parse_args()


def peer(config):
    """llama.cpp's side, in a process of its own."""
    import resource

    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = MODEL
    parameters.n_ctx, parameters.n_parallel = 1024 * len(config["prompts"]), len(config["prompts"])
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    made = {"wall_s": [], "cpu_s": [], "tokens": 0}

    def write(prompt, count):
        answer = server.handle_completions({"prompt": prompt, "max_tokens": count, "temperature": 0, "ignore_eos": True, "cache_prompt": False})
        return answer if isinstance(answer, dict) else json.loads(answer)

    for turn in range(1 + config["repeats"]):
        # What is timed begins with the prompt here; the time to read it, timed by llama.cpp itself, is taken off again.
        start, cpu = time.perf_counter(), time.process_time()
        answers = [None] * len(config["prompts"])
        count = 1 if config["what"] == "prompt" else config["count"]
        threads = [threading.Thread(target=lambda i=i: answers.__setitem__(i, write(config["prompts"][i], count))) for i in range(len(answers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        timings = [answer["timings"] for answer in answers]
        if config["what"] == "prompt":
            made["tokens"] = timings[0]["prompt_n"]
        else:
            made["tokens"] = sum(one["predicted_n"] - 1 for one in timings)
            # Prompts are read one after another or together; the first token of the last one marks the end of it.
            reading = timings[0]["prompt_ms"] / 1e3 if len(timings) == 1 else config["reading_s"]
            wall, cpu = wall - reading, cpu - reading
        if turn:
            made["wall_s"].append(wall)
            made["cpu_s"].append(cpu)
    made["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    made["version"] = xllamacpp.__version__
    print(json.dumps(made))


if options.peer:
    peer(json.loads(options.peer))
    sys.exit()

tool = bench(options.bench)
core = max(os.sched_getaffinity(0))
prompts = ours(tool, mode="encode", model=MODEL, texts=[text for text, _ in conversations(options.batch)])["ids"]
# All prompts of one length, so that reading them takes the same time.
length = min(len(prompt) for prompt in prompts)
prompts = [prompt[:4] + prompt[4 - length:] for prompt in prompts]
long = [token for prompt in prompts * 4 for token in prompt][: options.prompt_tokens]


def theirs(**config):
    run = subprocess.run([sys.executable, os.path.abspath(__file__), "--peer", json.dumps(config)], check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(run.stdout.strip().splitlines()[-1])


def rate(runs, what):
    return runs[0]["tokens"] / statistics.median(value for run in runs for value in run[what])


lines = [machine(model=os.path.basename(MODEL), rounds=options.rounds, tokens=options.tokens, prompt_tokens=len(long), batch=len(prompts))]
reading = 0.0
for what, given in [("prompt", [long]), ("single", prompts[:1]), ("batch", prompts)]:
    mine, peers = [], []
    for _ in range(options.rounds):
        mine.append(ours(tool, mode="speed", what=what, model=MODEL, prompts=given, count=options.tokens, repeats=2))
        peers.append(theirs(what=what, prompts=given, count=options.tokens, repeats=2, reading_s=reading * sum(map(len, given))))
    if what == "prompt":
        reading = 1 / rate(peers, "cpu_s")
    line = {"what": what, "tokens_per_cpu_second": round(rate(mine, "cpu_s"), 1), "peer_tokens_per_cpu_second": round(rate(peers, "cpu_s"), 1),
            "ratio": round(rate(mine, "cpu_s") / rate(peers, "cpu_s"), 2), "tokens_per_second": round(rate(mine, "wall_s"), 1),
            "peer_tokens_per_second": round(rate(peers, "wall_s"), 1), "load_s": round(statistics.median(run["load_s"] for run in mine), 3),
            "peak_rss_mib": round(mine[0]["peak_rss_mib"]), "peer_peak_rss_mib": round(peers[0]["peak_rss_mib"]), "peer": "xllamacpp " + peers[0]["version"]}
    lines.append(line)
    print(json.dumps(line), flush=True)
single, batch = lines[2], lines[3]
lines.append({"type": "summary", "batch_over_single": round(batch["tokens_per_cpu_second"] / single["tokens_per_cpu_second"], 2),
              "single_over_peer": single["ratio"]})
print(json.dumps(lines[-1]))
keep(options.results, lines)
