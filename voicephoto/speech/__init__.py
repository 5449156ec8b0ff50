"""Hearing and speaking: endpointing, recognition, synthesis, and the sentences people say."""

from voicephoto.speech.endpointing import Endpointer, EndpointSettings, Utterance, dbfs
from voicephoto.speech.espeak import EspeakSynthesizer
from voicephoto.speech.fallback import FallbackRecognizer, FallbackSynthesizer
from voicephoto.speech.pocketsphinx import PocketSphinxRecognizer
from voicephoto.speech.recognition import Recognizer, Transcript
from voicephoto.speech.rejection import sifted
from voicephoto.speech.sentences import Sentences
from voicephoto.speech.sentences import load as load_sentences
from voicephoto.speech.synthesis import Synthesizer
from voicephoto.speech.wake_word import WAKE_WORDS, MicroWakeWord, WakeWord, WakeWordName

__all__ = [
    "WAKE_WORDS",
    "EndpointSettings",
    "Endpointer",
    "EspeakSynthesizer",
    "FallbackRecognizer",
    "FallbackSynthesizer",
    "MicroWakeWord",
    "PocketSphinxRecognizer",
    "Recognizer",
    "Sentences",
    "Synthesizer",
    "Transcript",
    "Utterance",
    "WakeWord",
    "WakeWordName",
    "dbfs",
    "load_sentences",
    "sifted",
]
