#!/usr/bin/env python3
"""Makes the small tokenizers of this folder and what the makers' packages give for them.

    pip install tokenizers==0.23.3 tiktoken==0.14.0
    python3 make_fixtures.py ../../../Corpora/smollm2/tokenizer.json CL100K_RANKS

CL100K_RANKS is cl100k_base.tiktoken (as in the PyPI package litellm); its first 1,200 ranks make a small encoding, which the real
tiktoken then runs. The other tokenizers are trained here on the texts themselves. Offsets are byte ranges in the given bytes.
"""
import base64
import json
import os
import sys

import tiktoken
import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, processors, trainers
import tiktoken_ext.openai_public as public

HERE = os.path.dirname(os.path.abspath(__file__))
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DEEPSEEK = [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"]
TEXTS = [
    "", " ", "Hello, world!", "The quick brown fox jumps over the lazy dog. It's 12345 o'clock; they'LL be late, won't they?",
    "  leading and trailing  ", "line one\nline two\r\n\r\n  indented\n\n\n", "tabs\tand\u00a0no-break\u3000spaces \u2003x",
    "Größe, Übermut, naïve café — déjà vu", "Съешь ещё этих мягких французских булок, да выпей чаю", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "我能吞下玻璃而不伤身体。1234年５６７", "いろはにほへと カタカナ テスト", "다람쥐 헌 쳇바퀴에 타고파", "نص عربي ١٢٣ مع أرقام", "हिन्दी में कुछ पाठ १२३",
    "ภาษาไทยไม่มีช่องว่าง", "emoji 😀👍🏽👩‍👩‍👧‍👦🇩🇪❤️ done", "e\u0301 vs \u00e9, \u1100\u1161\u11a8 vs \uac01, \u212b",
    "def f(x):\n    return {'a': x**2}  # comment\n", "<|endoftext|> is special, <|im_start|>user\n", "ALLCAPS camelCase snake_case kebab-case",
    "a" * 300, "ab " * 120, "'s 't 'RE 'ſ ''", "x\u0300\u0301\u0302y", "½ Ⅷ ² 𝟙𝟚", "\u2028\u2029\x85\x0b\x0c", "<added>glued <added>  spaced  lw lwx _lw",
]
BROKEN = [b"caf\xe9 na\xefve", b"\xff\xfe\x00", b"ok \xf0\x9f\x98 cut", b"\xe2\x82", b"\xed\xa0\x80 surrogate", b"\xc0\xaf over", b"a\x80\x80b"]
CASES = [t.encode() for t in TEXTS] + BROKEN


def byte_offsets(text, offsets):
    at = [0]
    for char in text:
        at.append(at[-1] + len(char.encode()))
    return [[at[s], at[e]] for s, e in offsets]


def rows(encode):
    made = []
    for case in CASES:
        text = case.decode("utf-8", errors="replace")
        ids, offsets = encode(text)
        made.append({"bytes": base64.b64encode(case).decode(), "ids": ids, "character_offsets": byte_offsets(text, offsets) if offsets is not None and text.encode() == case else None})
    return made


def trained(name, pre, normalizer=None, added=(), special=(), post=None, **options):
    made = tokenizers.Tokenizer(models.BPE(**options))
    made.pre_tokenizer = pre
    made.decoder = decoders.ByteLevel()
    if normalizer:
        made.normalizer = normalizer
    made.train_from_iterator(TEXTS * 3, trainers.BpeTrainer(vocab_size=900, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, special_tokens=list(special)))
    made.add_tokens(list(added))
    if post:
        made.post_processor = post(made)
    made.save(os.path.join(HERE, name + ".json"), pretty=False)
    return made


def split(*patterns):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(p), "isolated") for p in patterns] + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


SPECIAL = ["<|endoftext|>", "<|im_start|>"]
ADDED = [AddedToken("<added>", lstrip=True, rstrip=True, normalized=False), AddedToken("lw", single_word=True, normalized=True)]
MADE = {
    "llama3-style": trained("llama3-style", split(LLAMA3), special=SPECIAL, ignore_merges=True, post=lambda t: processors.Sequence([
        processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", t.token_to_id("<|endoftext|>"))])])),
    "qwen2-style": trained("qwen2-style", split(LLAMA3.replace("{1,3}", "")), normalizer=normalizers.NFC(), special=SPECIAL),
    "deepseek-style": trained("deepseek-style", split(*DEEPSEEK), special=SPECIAL, added=ADDED),
    "gpt2-style": trained("gpt2-style", pre_tokenizers.ByteLevel(add_prefix_space=True), special=SPECIAL, added=ADDED),
    "other-pattern": trained("other-pattern", pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Split(Regex(r"\w+|[^\w\s]+"), "merged_with_previous"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        normalizer=normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("x", "yy")])),
}
result = {}
smollm2 = tokenizers.Tokenizer.from_file(sys.argv[1])
for name, made in [("smollm2", smollm2)] + list(MADE.items()):
    # Special tokens and offsets of the text alone; the template is tested by hand.
    def encode(text, made=made):
        encoding = made.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets
    result[name] = rows(encode)
lines = open(sys.argv[2], "rb").read().split(b"\n")[:1200]
with open(os.path.join(HERE, "small.tiktoken"), "wb") as file:
    file.write(b"\n".join(lines) + b"\n")
ranks = {base64.b64decode(l.split()[0]): int(l.split()[1]) for l in lines}
public.load_tiktoken_bpe = lambda *a, **k: ranks
for name, make in [("cl100k_base", public.cl100k_base), ("o200k_base", public.o200k_base)]:
    encoding = tiktoken.Encoding("small", pat_str=make()["pat_str"], mergeable_ranks=ranks, special_tokens={})
    result[name] = rows(lambda text: (encoding.encode_ordinary(text), None))
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump({"versions": {"tokenizers": tokenizers.__version__, "tiktoken": tiktoken.__version__}, "cases": result}, file, separators=(",", ":"))
