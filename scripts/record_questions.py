"""Record the questions of `voicephoto demo` once more: python scripts/record_questions.py

Needs flite (apt install flite) for three of the four voices. Writes 16 kHz mono FLAC files.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from voicephoto.audio import SAMPLE_RATE, Sound, read_sound, resample
from voicephoto.speech import EspeakSynthesizer

QUESTIONS = Path(__file__).resolve().parent.parent / "voicephoto" / "demo" / "questions"

SPOKEN = (
    ("slt", "Show me sunsets from last summer."),
    ("awb", "Only the ones from Italy."),
    ("slt", "Show me the second one."),
    ("slt", "When was this taken?"),
    ("rms", "Show me snowy mountains."),
    ("rms", "Where was the first one taken?"),
    ("rms", "How many photos do I have of cats?"),
    ("en-us", "Show me a motorcycle."),
    ("slt", "Show me photos of elephants."),
)

SILENCE_SECONDS = 0.7
PEAK = 0.5
ROOM = 6e-4
"""Standard deviation of the noise of a quiet room, full scale being 1."""


def speak(voice: str, text: str) -> Sound:
    if voice == "en-us":
        return next(EspeakSynthesizer(voice, rate=0.88).synthesize(text))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spoken.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(file)], check=True)
        return read_sound(file)


def main() -> None:
    for number, (voice, text) in enumerate(SPOKEN, 1):
        speech = resample(speak(voice, text), SAMPLE_RATE).samples.astype(np.float32)
        speech *= PEAK / np.abs(speech).max()
        silence = np.zeros(int(SILENCE_SECONDS * SAMPLE_RATE), np.float32)
        samples = np.concatenate([silence, speech, silence])
        samples += ROOM * np.random.default_rng(number).standard_normal(len(samples)).astype(np.float32)
        words = text.lower().strip(".?").replace(" ", "-")
        file = QUESTIONS / f"{number}-{words}.flac"
        soundfile.write(file, samples, SAMPLE_RATE, "PCM_16")
        print(f"{file.name}  {voice}  {len(samples) / SAMPLE_RATE:.1f} s")


if __name__ == "__main__":
    main()
