"""The starter recogniser: Moonshine's smallest English model, which ships in a wheel, on ONNX Runtime."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import exp
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.audio import SAMPLE_RATE
from voicephoto.errors import MissingError, one_line
from voicephoto.memory import require_memory
from voicephoto.speech.fusion import END, START, DensityRatio
from voicephoto.speech.language_files import prepare
from voicephoto.speech.recognition import DROPPED, Dropped, Transcript, never, phantom, unheard
from voicephoto.speech.sentences import Sentences
from voicephoto.speech.wheels import inside
from voicephoto.speech.words import spoken_words

if TYPE_CHECKING:
    import onnxruntime

_HASHES = {
    "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    "tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
}
_BEGIN, _END = 1, 2
_SPACE = "\u2581"
_MEMORY_MB = 200
"""Weights, both trigram models and room to work in."""

_WINDOW = 30 * SAMPLE_RATE
_SILENCE = SAMPLE_RATE // 4
"""Put behind the sound: where that stops with the last word, this one is often misheard (36 % of the words of the tuned
sentences wrong in a room, 32 % with it)."""
_TOKENS_A_SECOND, _FEWEST_TOKENS = 6.5, 12
"""Nobody speaks faster (Moonshine's own bound); what goes round in circles ends there."""
_BEAM, _CHOICES = 8, 16
"""Hypotheses that are followed, and how many tokens each of them may go on with."""
_FUSION = 0.5
"""Weight of the density ratio: of 0.3 to 0.8 it misheard least on one half of the tuned sentences of benchmarks.recognition."""
_SURE_ENOUGH = 0.2
"""Of 90 tuned sentences that were heard well, clean and in noise, one had less."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """What may have been said so far.

    heard: log probability of its tokens by the sound; said: the density ratios of its whole words, `words`, the first of
    them START; begun: the word that may still go on, as it is written; hope: the most that this word can bring.
    """

    tokens: tuple[int, ...] = ()
    heard: float = 0.0
    words: tuple[str, ...] = (START,)
    said: float = 0.0
    begun: str = ""
    hope: float = 0.0

    @property
    def score(self) -> float:
        return self.heard + _FUSION * (self.said + self.hope)

    @property
    def confidence(self) -> float:
        """The geometric mean of the tokens' probabilities by the sound, less where nobody says such words to photos."""
        return exp((self.heard + _FUSION * min(0.0, self.said)) / len(self.tokens)) if self.tokens else 0.0

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word not in (START, END))


class MoonshineRecognizer:
    """Recognises free speech in English, leaning to what people say to their photos and to the names in their library.

    Tokens are found by beam search; each whole word brings its density ratio, and a word that is begun the most that one
    beginning so can bring, so that a rare name is not dropped at its first letters.
    """

    name = "moonshine tiny"

    def __init__(self, folder: Path, sentences: Sentences, words: Sequence[str], cache: Path) -> None:
        """`folder`: the model's, see moonshine_folder; `words`: names from the library that people may say; `cache`: folder
        for the language model made of it all.

        Raises MissingError where the model is not whole, memory is short, or the cache cannot be written.
        """
        require_memory(_MEMORY_MB, f"the speech model {self.name}")
        files = {name: _read(folder / name) for name in _HASHES}
        self._tokens = [_text(token) for token in _tokens(files["tokenizer.bin"])]
        self._encoder = _session(files["encoder_model.ort"])
        self._decoder = _session(files["decoder_model_merged.ort"])
        self._states = [each.name for each in self._decoder.get_outputs()[1:]]
        # Nothing is remembered yet: [hypotheses, heads, tokens, width].
        self._blank = {
            each.name: np.zeros((1, each.shape[1], 0, each.shape[3]), np.float32)
            for each in self._decoder.get_inputs()
            if each.name.startswith("past_key_values")
        }
        self._ratio = DensityRatio(prepare(sentences, words, cache)[0])
        # By the sound alone the first letters of a likely word may not be among the choices.
        self._openings = {first: self._opening(first) for first in (True, False)}
        self._lock = Lock()

    def transcribe(self, samples: NDArray[np.int16], dropped: Dropped = never) -> Transcript:
        """Decode int16 [n] at 16 kHz; an utterance without understandable words is rejected with a reason.

        Each of its tokens is a step.
        """
        rejected = unheard(samples)
        if rejected is not None:
            return rejected
        heard = []
        with self._lock:
            for start in range(0, len(samples), _WINDOW):
                window = samples[start : start + _WINDOW]
                if start and unheard(window):
                    continue
                hypothesis = self._hear(window, dropped)
                if hypothesis is None:
                    return DROPPED
                heard.append(hypothesis)
        text = " ".join(each.text for each in heard if each.text)
        confidence = min(each.confidence for each in heard)
        if phantom(text, confidence):
            return Transcript("", confidence, "noise")
        if confidence < _SURE_ENOUGH:
            return Transcript("", confidence, "not understood")
        return Transcript(text, confidence)

    def _hear(self, samples: NDArray[np.int16], dropped: Dropped) -> _Hypothesis | None:
        """The best hypothesis of one window; None where it is dropped meanwhile."""
        sound = np.pad(samples.astype(np.float32) / 32768, (0, _SILENCE))[np.newaxis]
        mask = np.ones(sound.shape, np.int64)
        if dropped():
            return None
        (states,) = self._encoder.run(None, {"input_values": sound, "attention_mask": mask})
        most = max(_FEWEST_TOKENS, int(_TOKENS_A_SECOND * len(samples) / SAMPLE_RATE))
        beam, ended = [_Hypothesis()], list[_Hypothesis]()
        heard, memory = {"encoder_hidden_states": states, "encoder_attention_mask": mask}, self._blank
        while beam and len(beam[0].tokens) < most:
            if dropped():
                return None
            logits, *outputs = self._decoder.run(
                None,
                {
                    "input_ids": np.array([hypothesis.tokens[-1:] or [_BEGIN] for hypothesis in beam], np.int64),
                    "use_cache_branch": np.array([bool(beam[0].tokens)]),
                    **heard,
                    **memory,
                },
            )
            going, rows, over = self._go_on(beam, _log_softmax(logits[:, -1]))
            ended += over
            if not going and not ended:
                break
            if ended:
                # Nothing that goes on gets likelier by the sound, and hope is seldom surpassed.
                best = max(hypothesis.score for hypothesis in ended)
                kept = [index for index, hypothesis in enumerate(going) if hypothesis.score > best]
                going, rows = [going[index] for index in kept], [rows[index] for index in kept]
            heard = {name: _rows(each, len(rows)) for name, each in heard.items()}
            memory = self._remember(memory, outputs, rows, first=not beam[0].tokens)
            beam = going
        return max(ended or beam, key=lambda hypothesis: hypothesis.score)

    def _opening(self, first: bool) -> NDArray[np.float32]:
        """What each token brings that begins a word, float32 [vocabulary]."""
        return np.array(
            [
                _FUSION * self._ratio.of_beginning(_letters(text), first) if text.startswith(" ") else 0.0
                for text in self._tokens
            ],
            np.float32,
        )

    def _go_on(
        self, beam: Sequence[_Hypothesis], likely: NDArray[np.float32]
    ) -> tuple[list[_Hypothesis], list[int], list[_Hypothesis]]:
        """The best that go on, the rows of `beam` that they come from, and those that end here and are among the best."""
        likelier = likely + self._openings[not beam[0].tokens]
        choices = np.argpartition(-likelier, _CHOICES, axis=1)[:, :_CHOICES]
        longer = [
            (after, row)
            for row, hypothesis in enumerate(beam)
            for token in choices[row].tolist()
            if (after := self._with(hypothesis, token, float(likely[row, token]))) is not None
        ]
        longer.sort(key=lambda pair: -pair[0].score)
        going: list[_Hypothesis] = []
        rows: list[int] = []
        ended: list[_Hypothesis] = []
        for after, row in longer:
            if after.tokens[-1] == _END:
                ended.append(after)
            else:
                going.append(after)
                rows.append(row)
            if len(going) == _BEAM:
                break
        return going, rows, ended

    def _with(self, before: _Hypothesis, token: int, likely: float) -> _Hypothesis | None:
        """`before` and one more token; None where it says the same word for the third time."""
        text = self._tokens[token]
        words, said, begun = before.words, before.said, before.begun
        if token == _END or text.startswith(" "):
            for word in spoken_words(begun):
                said += self._ratio.of_word(word, words[-2:])
                words = (*words, word)
            begun = ""
            if len(words) > 3 and words[-1] == words[-2] == words[-3]:
                return None
        if token == _END:
            said += self._ratio.of_word(END, words[-2:])
            words, hope = (*words, END), 0.0
        else:
            begun += text
            hope = self._ratio.of_beginning(_letters(begun), first=words == (START,))
        return _Hypothesis((*before.tokens, token), before.heard + likely, words, said, begun, hope)

    def _remember(
        self,
        memory: dict[str, NDArray[np.float32]],
        outputs: Sequence[NDArray[np.float32]],
        rows: list[int],
        first: bool,
    ) -> dict[str, NDArray[np.float32]]:
        """The decoder's keys and values for the hypotheses that come from `rows`; those of the sound are made once."""
        kept = {}
        for name, output in zip(self._states, outputs, strict=True):
            if ".encoder." not in name:
                kept[_past(name)] = output[rows]
            else:
                source = output if first else memory[_past(name)]
                kept[_past(name)] = _rows(source, len(rows))
        return kept


def moonshine_folder() -> Path | None:
    """Where the model lies that ships in the wheel moonshine-voice; None where there is no such wheel for the machine."""
    package = inside("moonshine_voice")
    folder = package / "assets" / "tiny-en" if package else None
    return folder if folder and (folder / "decoder_model_merged.ort").is_file() else None


def _read(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _unusable(file, error.strerror or "not readable") from None
    if sha256(data).hexdigest() != _HASHES[file.name]:
        raise _unusable(file, "not whole")
    return data


def _unusable(file: Path, reason: str) -> MissingError:
    return MissingError(
        f"the speech model cannot be used ({file} is {reason}); nothing was changed; "
        "run: pip install --force-reinstall --no-deps moonshine-voice==0.1.0"
    )


def _session(model: bytes) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Nothing else can be done before the words are known: 113 ms a sentence on two cores, 147 on one.
    options.intra_op_num_threads = max(1, min(4, len(os.sched_getaffinity(0))))
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # ONNX Runtime raises nothing narrower.
        raise MissingError(f"this ONNX Runtime cannot run the speech model ({one_line(str(error))})") from None


def _tokens(data: bytes) -> list[bytes]:
    """Each token has its length before it, in one byte, or from 128 on in two, the lower seven bits first."""
    tokens, at = [], 0
    while at < len(data):
        length = data[at]
        at += 1
        if length >= 128:
            length += 128 * (data[at] - 1)
            at += 1
        tokens.append(data[at : at + length])
        at += length
    return tokens


def _text(token: bytes) -> str:
    return token.decode(errors="ignore").replace(_SPACE, " ")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter == "'")


def _past(name: str) -> str:
    """What the decoder reads of its memory, by the name under which it wrote it."""
    return name.replace("present", "past_key_values")


def _rows(same: NDArray[Any], count: int) -> NDArray[Any]:
    """As many rows of an array whose rows are all the same."""
    return same[:count] if len(same) >= count else np.repeat(same[:1], count, 0)


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    above: NDArray[np.float32] = logits - logits.max(-1, keepdims=True)
    normalised: NDArray[np.float32] = above - np.log(np.exp(above).sum(-1, keepdims=True))
    return normalised
