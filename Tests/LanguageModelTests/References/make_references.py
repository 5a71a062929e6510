#!/usr/bin/env python3
"""Makes two tiny llama models and what transformers' logits of them are, and what Jinja makes of chat templates.

    pip install -r ../../../Benchmarks/models/requirements.txt
    python3 make_references.py MODEL.gguf

MODEL.gguf is SmolLM2-135M-Instruct as `make model` fetches it: what transformers writes with it is kept for `make test-model`.

tied.gguf holds Q4_1, Q4_0 and Q8_0 with shared embeddings, untied.gguf F16, BF16 and F32 with an output of its own. The weights are
random; the vocabulary is GPT-2's alphabet with a few merges. ../FuzzCorpus/small.gguf is a model that fits an input of the fuzzer.
"""
import json, os, sys

import gguf, jinja2, numpy, torch, transformers
from gguf import GGMLQuantizationType as Type

HERE = os.path.dirname(os.path.abspath(__file__))

def alphabet():
    table, following = {}, 0x100
    for byte in range(256):
        if 0x21 <= byte <= 0x7E or 0xA1 <= byte <= 0xAC or byte >= 0xAE:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(following)
            following += 1
    return table


def write(name, kinds, tied, sizes=(64, 4, 2, 16, 96, 2, 256), letters=None):
    EMBEDDING, HEADS, KEY_HEADS, HEAD, GATE, LAYERS, CONTEXT = sizes
    random = numpy.random.default_rng(len(name))
    path = os.path.join(HERE, name)
    space = alphabet()[0x20]
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    merges = ["t h", "th e"] if letters else ["t h", "th e", f"{space} the", "i n", "e r", f"{space} a"]
    tokens = special + list(letters or alphabet().values()) + [merge.replace(" ", "") for merge in merges]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny " + name)
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_feed_forward_length(GATE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * 3 + [1] * (len(tokens) - 3))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    place = 0

    def add(tensor, rows, columns, scale):
        nonlocal place
        values = (random.standard_normal((rows, columns)) * scale).astype(numpy.float32)
        kind = kinds[place % len(kinds)]
        place += 1
        writer.add_tensor(tensor, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def add_norm(tensor):
        writer.add_tensor(tensor, (1 + 0.2 * random.standard_normal(EMBEDDING)).astype(numpy.float32))

    add("token_embd.weight", len(tokens), EMBEDDING, 0.5)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        add_norm(block + "attn_norm.weight")
        add(block + "attn_q.weight", HEADS * HEAD, EMBEDDING, 0.3)
        add(block + "attn_k.weight", KEY_HEADS * HEAD, EMBEDDING, 0.3)
        add(block + "attn_v.weight", KEY_HEADS * HEAD, EMBEDDING, 0.2)
        add(block + "attn_output.weight", EMBEDDING, HEADS * HEAD, 0.2)
        add_norm(block + "ffn_norm.weight")
        add(block + "ffn_gate.weight", GATE, EMBEDDING, 0.2)
        add(block + "ffn_up.weight", GATE, EMBEDDING, 0.2)
        add(block + "ffn_down.weight", EMBEDDING, GATE, 0.2)
    add_norm("output_norm.weight")
    if not tied:
        add("output.weight", len(tokens), EMBEDDING, 0.5)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return len(tokens)


write("../FuzzCorpus/small.gguf", [Type.Q4_0, Type.Q8_0, Type.Q4_1], True, (32, 2, 1, 16, 32, 1, 16), "ethan")
made = {"transformers": transformers.__version__, "models": []}
for name, kinds, tied in [("tied.gguf", [Type.Q8_0, Type.Q4_1, Type.Q4_0], True), ("untied.gguf", [Type.F16, Type.BF16, Type.F32], False)]:
    count = write(name, kinds, tied)
    model = transformers.AutoModelForCausalLM.from_pretrained(HERE, gguf_file=name, dtype=torch.float32).eval()
    ids = numpy.random.default_rng(5).integers(3, count, 90).tolist()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].numpy()
    kept = [0, 1, 15, 40, 89]
    made["models"].append({"file": name, "ids": ids, "likeliest": logits.argmax(-1).tolist(), "positions": kept,
                           "logits": [[round(float(value), 5) for value in logits[place]] for place in kept]})

smol = ("{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI "
        "assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + "
        "message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
plain = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
         "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
talks = [[["user", "Hello there"]], [["system", "Be brief."], ["user", "Why?\nTell me."]], [["user", "a"], ["assistant", "b"], ["user", "c'{{x}}"]], []]
made["chats"] = []
for template in [smol, plain]:
    for talk in talks:
        for prompt in [True, False]:
            text = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(template).render(
                messages=[{"role": role, "content": content} for role, content in talk], add_generation_prompt=prompt)
            made["chats"].append({"template": template, "messages": talk, "adds_prompt": prompt, "text": text})
folder, name = os.path.split(os.path.abspath(sys.argv[1]))
tokenizer = transformers.AutoTokenizer.from_pretrained(folder, gguf_file=name)
model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
question = "Why does the sea look blue? Give 3 reasons."
text = tokenizer.apply_chat_template([{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True)
ids = tokenizer(text)["input_ids"]
with torch.no_grad():
    logits = model(torch.tensor([ids])).logits[0, -1]
    written = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=64, eos_token_id=[0, 2], pad_token_id=0)[0, len(ids):].tolist()
best = logits.topk(8)
made["real"] = {"question": question, "prompt": ids, "written": written, "likeliest": best.indices.tolist(),
                "logits": [round(value, 5) for value in best.values.tolist()]}
with open(os.path.join(HERE, "references.json"), "w") as file:
    json.dump(made, file)
