#!/usr/bin/env python3
"""Our logits and greedy text beside transformers' on the same GGUF file.

Needs `pip install -r Benchmarks/models/requirements.txt` and the model (`make model`, or COUNTERMARK_MODEL).
Usage: parity.py [--prompts 20] [--positions 64] [--tokens 200] [--generated 3] [--results FILE] [--bench BUILT-ModelBench]

Greedy texts are compared in one reading each: ours is theirs if their likeliest token after every beginning of it is the one that we
wrote. The first --generated ones are also written by transformers' own generate, which is some fifty times slower.

Prints a line of JSON a prompt and a summary; fails where a bound is broken: logits within 2e-2, the same likeliest token wherever the
first two differ by more, the same 200 greedy tokens for 18 of 20 prompts, the same ids of every text.
"""
import argparse, json, os, sys, tempfile

import numpy, torch, transformers
from common import MODEL, bench, conversations, keep, machine, ours

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--prompts", type=int, default=20)
parser.add_argument("--positions", type=int, default=64)
parser.add_argument("--tokens", type=int, default=200)
parser.add_argument("--generated", type=int, default=3)
parser.add_argument("--results")
parser.add_argument("--bench")
options = parser.parse_args()

BOUND = 2e-2
torch.manual_seed(0)
folder, name = os.path.split(MODEL)
tokenizer = transformers.AutoTokenizer.from_pretrained(folder, gguf_file=name)
model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
torch.set_num_threads(1)
ENDS = tokenizer.convert_tokens_to_ids(["<|endoftext|>", "<|im_end|>"])
tool = bench(options.bench)
texts = conversations(options.prompts)
ids = [tokenizer(text)["input_ids"] for text, _ in texts]
encoded = ours(tool, mode="encode", model=MODEL, texts=[text for text, _ in texts])["ids"]
sequences = [prompt + written[: options.positions] for prompt, (_, written) in zip(ids, texts)]

with tempfile.TemporaryDirectory() as work:
    path = os.path.join(work, "logits.f32")
    ours(tool, mode="logits", model=MODEL, prompts=sequences, count=options.positions, output=path)
    mine = numpy.fromfile(path, dtype=numpy.float32).reshape(len(sequences), options.positions, -1)
greedy = ours(tool, mode="greedy", model=MODEL, prompts=ids, count=options.tokens)["ids"]

lines = [machine(transformers=transformers.__version__, torch=torch.__version__, model=name, positions=options.positions, tokens=options.tokens)]
for index, sequence in enumerate(sequences):
    with torch.no_grad():
        theirs = model(torch.tensor([sequence])).logits[0, -options.positions:].float().numpy()
        prompt = ids[index]
        after = model(torch.tensor([prompt + greedy[index]])).logits[0, len(prompt) - 1 : -1]
        after[:, ENDS] = -torch.inf  # no end before all are written, as min_new_tokens has it
        text = after.argmax(-1).tolist()
        if index < options.generated:
            generated = model.generate(torch.tensor([prompt]), do_sample=False, min_new_tokens=options.tokens, max_new_tokens=options.tokens,
                                       eos_token_id=ENDS, pad_token_id=0)[0, len(prompt):].tolist()
            assert (generated == greedy[index]) == (text == greedy[index]), "one reading and generate disagree"
    top = numpy.sort(theirs, axis=-1)
    clear = top[:, -1] - top[:, -2] > BOUND
    same = mine[index].argmax(-1) == theirs.argmax(-1)
    first = next((place for place, (a, b) in enumerate(zip(greedy[index], text)) if a != b), None)
    lines.append({
        "prompt": index, "largest_difference": float(numpy.abs(mine[index] - theirs).max()),
        "mean_difference": float(numpy.abs(mine[index] - theirs).mean()), "clear_positions": int(clear.sum()),
        "likeliest_differs": int((clear & ~same).sum()), "same_ids": encoded[index] == ids[index],
        "greedy_same": greedy[index] == text, "greedy_first_difference": first})
    print(json.dumps(lines[-1]), flush=True)

rows = lines[1:]
summary = {"type": "summary", "prompts": len(rows), "largest_difference": max(row["largest_difference"] for row in rows), "bound": BOUND,
           "clear_positions": sum(row["clear_positions"] for row in rows), "likeliest_differs": sum(row["likeliest_differs"] for row in rows),
           "greedy_same": sum(row["greedy_same"] for row in rows), "same_ids": sum(row["same_ids"] for row in rows)}
lines.append(summary)
print(json.dumps(summary))
keep(options.results, lines)
failed = (summary["largest_difference"] > BOUND or summary["likeliest_differs"] or summary["same_ids"] < len(rows)
          or summary["greedy_same"] < 0.9 * len(rows))
sys.exit(1 if failed else 0)
