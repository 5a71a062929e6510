"""What the scripts of this folder share: the built bench, prompts, and the machine's description."""
import datetime, json, os, platform, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MODEL = os.environ.get("COUNTERMARK_MODEL") or os.path.join(ROOT, "Models", "SmolLM2-135M-Instruct.Q4_1.gguf")
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


def bench(given=None):
    if given:
        return given
    folder = os.path.join(ROOT, "Benchmarks")
    subprocess.run(["swift", "build", "-c", "release", "--package-path", folder, "--product", "ModelBench"], check=True, stdout=sys.stderr)
    return os.path.join(folder, ".build", "release", "ModelBench")


def ours(path, **config):
    core = max(os.sched_getaffinity(0))
    run = subprocess.run([path, json.dumps(config)], check=True, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(run.stdout.strip().splitlines()[-1])


def conversations(count):
    """Distinct prompts of the shipped corpus as ChatML, each with the ids that the model wrote to it."""
    seen = {}
    with open(os.path.join(ROOT, "Corpora", "llm-open.jsonl")) as file:
        for line in file:
            record = json.loads(line)
            if record["watermark"] is None and record["prompt"] not in seen:
                seen[record["prompt"]] = record["token_ids"]
    made = []
    for prompt, ids in list(seen.items())[:count]:
        text = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"
        made.append((text, ids))
    return made


def machine(**more):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return {"type": "machine", "date": datetime.date.today().isoformat(), "cpu": model, "cores": os.cpu_count(), "commit": commit, **more}


def keep(path, lines):
    if path:
        with open(path, "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
