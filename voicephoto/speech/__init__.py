"""Hearing and speaking: endpointing, recognition, synthesis, and the sentences people say."""

from voicephoto.speech.endpointing import Endpointer, EndpointSettings, Utterance, dbfs
from voicephoto.speech.espeak import EspeakSynthesizer
from voicephoto.speech.fallback import FallbackRecognizer, FallbackSynthesizer
from voicephoto.speech.moonshine import MoonshineRecognizer, moonshine_folder
from voicephoto.speech.piper import PiperSynthesizer
from voicephoto.speech.pocketsphinx import PocketSphinxRecognizer
from voicephoto.speech.recognition import Recognizer, Transcript
from voicephoto.speech.rejection import sifted
from voicephoto.speech.sentences import Sentences
from voicephoto.speech.sentences import load as load_sentences
from voicephoto.speech.synthesis import Synthesizer, split_sentences
from voicephoto.speech.wake_word import WAKE_WORDS, MicroWakeWord, WakeWord, WakeWordName
from voicephoto.speech.whisper import WhisperRecognizer
from voicephoto.speech.wyoming import WyomingRecognizer, WyomingSynthesizer

__all__ = [
    "WAKE_WORDS",
    "EndpointSettings",
    "Endpointer",
    "EspeakSynthesizer",
    "FallbackRecognizer",
    "FallbackSynthesizer",
    "MicroWakeWord",
    "MoonshineRecognizer",
    "PiperSynthesizer",
    "PocketSphinxRecognizer",
    "Recognizer",
    "Sentences",
    "Synthesizer",
    "Transcript",
    "Utterance",
    "WakeWord",
    "WakeWordName",
    "WhisperRecognizer",
    "WyomingRecognizer",
    "WyomingSynthesizer",
    "dbfs",
    "load_sentences",
    "moonshine_folder",
    "sifted",
    "split_sentences",
]
