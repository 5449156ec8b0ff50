"""The engines of the full profile at their real size: `python -m benchmarks.engines [NAME ...]`.

The weights are random, for speed does not depend on their values. Every engine is built, then loaded and run in a process of
its own, so that its memory is its own: what the process holds more once the engine has worked than before it was loaded.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks import looking

ROUNDS = 5
SECONDS = 4.0
"""Length of the utterance that Whisper hears."""
TOKENS = 12
"""That it writes; "Show me photos of the beach from last summer." has eleven."""
WHISPERS = {"tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
"""Width, layers of the encoder and of the decoder, heads."""
SENTENCE = "I found seven photos of the beach from last summer."


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds to load, megabytes held, and how fast it is in words."""

    load: float
    megabytes: float
    speed: str


@dataclass(frozen=True, slots=True)
class Engine:
    """`build` writes a model of the real size into an empty folder; `measure` loads it from there and runs it."""

    build: Callable[[Path], None]
    measure: Callable[[Path], Measured]


def build_whisper(size: str, folder: Path) -> None:
    """An English Whisper as its converted models are published: float16, which is made int8 while it is loaded."""
    from voicephoto.vision.device import prepare_torch

    prepare_torch()
    from ctranslate2.converters import TransformersConverter
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

    width, layers, heads = WHISPERS[size]
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=51_864, num_mel_bins=80, d_model=width,
            encoder_layers=layers, encoder_attention_heads=heads, encoder_ffn_dim=4 * width,
            decoder_layers=layers, decoder_attention_heads=heads, decoder_ffn_dim=4 * width,
            suppress_tokens=[], begin_suppress_tokens=[], pad_token_id=50_256, bos_token_id=50_256,
            eos_token_id=50_256, decoder_start_token_id=50_257,
        )
    )  # fmt: skip
    tokenizer = Tokenizer(models.WordLevel({f"w{number}": number for number in range(50_256)}, "w0"))
    languages = [f"<|language {number}|>" for number in range(99)]
    tokenizer.add_special_tokens(
        ["<|endoftext|>", "<|startoftranscript|>", *languages, "<|translate|>", "<|transcribe|>", "<|startoflm|>",
         "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    )  # fmt: skip
    source = folder / "source"
    model.save_pretrained(source)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(source)
    TransformersConverter(str(source)).convert(str(folder / size), quantization="float16")
    tokenizer.save(str(folder / size / "tokenizer.json"))


def measure_whisper(size: str, folder: Path) -> Measured:
    """A random decoder never ends by itself, so that it stops after TOKENS."""
    from voicephoto.speech import WhisperRecognizer, whisper

    whisper._MOST_TOKENS = TOKENS
    before, started = _megabytes(), time.perf_counter()
    recognizer = WhisperRecognizer(folder / size)
    load = time.perf_counter() - started
    noise = np.random.default_rng(1).normal(0, 3_000, int(SECONDS * 16_000)).astype(np.int16)
    seconds = _median(lambda: recognizer.transcribe(noise))
    return Measured(load, _megabytes() - before, f"{seconds:.2f} s for {SECONDS:g} s of speech and {TOKENS} tokens")


def build_piper(folder: Path) -> None:
    """VITS as Piper's own training code has it for a voice of medium quality, and exported as Piper does."""
    import torch
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP
    from piper.train.vits.models import SynthesizerTrn

    torch.manual_seed(1)
    network = SynthesizerTrn(
        n_vocab=256, spec_channels=513, segment_size=32, inter_channels=192, hidden_channels=192, filter_channels=768,
        n_heads=2, n_layers=6, kernel_size=3, p_dropout=0.1, resblock="2", resblock_kernel_sizes=(3, 5, 7),
        resblock_dilation_sizes=((1, 2), (2, 6), (3, 12)), upsample_rates=(8, 8, 4), upsample_initial_channel=256,
        upsample_kernel_sizes=(16, 16, 8),
    ).eval()  # fmt: skip
    network.dec.remove_weight_norm()
    infer = network.infer

    def forward(ids: torch.Tensor, lengths: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        sound = infer(ids, lengths, noise_scale=scales[0], length_scale=scales[1], noise_scale_w=scales[2])[0]
        return sound.unsqueeze(1)

    network.forward = forward
    example = (torch.randint(0, 256, (1, 50)), torch.tensor([50]), torch.tensor([0.667, 1.0, 0.8]))
    with torch.no_grad():
        torch.onnx.export(
            network, example, folder / "medium.onnx", opset_version=15, dynamo=False,
            input_names=["input", "input_lengths", "scales"], output_names=["output"],
            dynamic_axes={"input": {1: "phonemes"}, "output": {3: "time"}},
        )  # fmt: skip
    described = {
        "audio": {"sample_rate": 22_050}, "espeak": {"voice": "en-us"}, "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": 256, "num_speakers": 1,
    }  # fmt: skip
    (folder / "medium.onnx.json").write_text(json.dumps(described), encoding="utf-8")


def measure_piper(folder: Path) -> Measured:
    from voicephoto.speech import PiperSynthesizer

    before, started = _megabytes(), time.perf_counter()
    synthesizer = PiperSynthesizer(folder / "medium.onnx")
    load = time.perf_counter() - started
    [sound] = synthesizer.synthesize(SENTENCE)
    seconds = _median(lambda: list(synthesizer.synthesize(SENTENCE)))
    factor = seconds / sound.seconds
    return Measured(
        load, _megabytes() - before, f"{factor:.3f} of real time ({sound.seconds:.1f} s in {seconds:.2f} s)"
    )


ENGINES = {
    **{f"whisper {size}": Engine(partial(build_whisper, size), partial(measure_whisper, size)) for size in WHISPERS},
    "piper medium": Engine(build_piper, measure_piper),
}


def _median(work: Callable[[], object]) -> float:
    """Seconds that `work` takes, the first time left out."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[1:]))


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _alone(work: Callable[[Path], Measured | None], folder: Path) -> Measured | None:
    """What `work` returns, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, folder).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(ENGINES)}; these and those that look at photos by default",
    )
    chosen = parser.parse_args().names or ENGINES
    # What torch and transformers remark while a model is built.
    os.environ |= {"PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1"}
    print(f"{len(os.sched_getaffinity(0))} cores\n{'engine':20}{'load s':>8}{'MB':>8}   speed", flush=True)
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            _alone(ENGINES[name].build, Path(folder))
            measured = _alone(ENGINES[name].measure, Path(folder))
        assert measured is not None
        print(f"{name:20}{measured.load:8.2f}{measured.megabytes:8.0f}   {measured.speed}", flush=True)
    if chosen is ENGINES:
        for row in looking.rows():
            print(f"{row.engine:20}{row.load:8.2f}{row.memory:8.0f}   {row.speed}", flush=True)


if __name__ == "__main__":
    main()
